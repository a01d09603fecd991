"""What the other side answers to rights that were sent there: it comes without being asked for."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from data.bulk import update_all
from data.db import blocks
from data.mirror.actions.reading import OURS, THEIRS, UNLIKE, mine, on_the_way, our, their
from data.mirror.actions.weighing import alone, known_as_ours
from data.mirror.models import MirrorDrift, MirrorRight, MirrorSending
from data.mirror.rules.comparing import difference, wanted
from data.mirror.types import OurRight, SendingState, TheirRight, Verb
from data.rights.actions import align
from data.rights.actions.moving import By
from data.rights.models import AccessRight
from data.rights.types import Actor, Kind, RightState, Terms

MOST = 1000  # rights that are made so in one transaction, and PCE that are asked of at once
_WAITING = [state for state in RightState if state.waiting]
_SAID = tuple(name for name in TheirRight.__dataclass_fields__ if name not in {"uid", "kinds"})
_WHO = frozenset({"person", "company", "email", "phone", "postal_code"})  # ours says it


def list_awaited(db: Session, organisation_id: int) -> Sequence[str]:
    """The PCE of rights that left and wait for their answer, the oldest first, MOST of them."""
    query = select(AccessRight.number).where(_awaited(organisation_id)).order_by(AccessRight.id)
    return list(dict.fromkeys(db.scalars(query.limit(MOST))))


def keep_heard(db: Session, organisation_id: int, heard: Sequence[TheirRight]) -> None:
    """Keep what is said of rights there that are known as ours; the others wait for the list."""
    alone(db, organisation_id)
    told = {one.uid: one for one in heard}
    rows = [
        ({"organisation_id": organisation_id, "uid": uid}, _row(told[uid]))
        for uid, same in known_as_ours(db, organisation_id, told).items()
        if same
    ]
    update_all(db, MirrorRight, rows)


def take_answers(db: Session, organisation_id: int, heard_at: datetime, now: datetime) -> bool:
    """Make rights that wait what was last heard of them, at *heard_at*; whether some are left.

    No wish is needed for it, other than for what differs: whoever sends a right asks for its
    answer. One of which something waits to leave is left as it is.
    """
    alone(db, organisation_id)
    waits = on_the_way(heard_at)
    query = select(*OURS, *THEIRS).join(MirrorRight, mine(organisation_id))
    rows = db.execute(query.where(_awaited(organisation_id), UNLIKE, ~waits))
    pairs = ((our(row), their(row[len(OURS) :])) for row in rows)
    unlike = (pair for pair in pairs if difference(*pair))
    found = list(islice(unlike, MOST))
    rows.close()
    terms: Mapping[int, Terms] = {ours.id: wanted(ours.terms, theirs) for ours, theirs in found}
    align(db, organisation_id, terms, By(Actor.DISTRIBUTOR, now))
    _end_drifts(db, organisation_id, [ours for ours, _theirs in found], now)
    return len(found) == MOST


def _awaited(organisation_id: int) -> ColumnElement[bool]:
    """A right of ours that was taken there, and is not answered."""
    left = select(MirrorSending.id).where(
        MirrorSending.right_id == AccessRight.id,
        MirrorSending.verb == Verb.DECLARE,
        MirrorSending.state == SendingState.DONE,
    )
    return and_(
        AccessRight.organisation_id == organisation_id,
        AccessRight.state.in_(_WAITING),
        left.exists(),
    )


def _row(one: TheirRight) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in _SAID if name not in _WHO}
    return plain | {kind.value: kind in one.kinds for kind in Kind}


def _end_drifts(
    db: Session, organisation_id: int, rights: Sequence[OurRight], now: datetime
) -> None:
    for uids in blocks([right.uid for right in rights]):
        db.execute(
            update(MirrorDrift)
            .where(
                MirrorDrift.organisation_id == organisation_id,
                MirrorDrift.ended_at.is_(None),
                MirrorDrift.right_uid.in_(uids),
            )
            .values(ended_at=now)
            .execution_options(synchronize_session=False)
        )
