"""Record upstream answers to sent rights, which are collected separately."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import ColumnElement, and_, select, update
from sqlalchemy.orm import Session

from core.bulk import update_all
from core.database import blocks, change_rows
from data.exchange.mirror.actions.comparison import (
    OURS,
    THEIRS,
    UNLIKE,
    mine,
    on_the_way,
    our,
    their,
)
from data.exchange.mirror.actions.reconciliation import alone, known_as_ours
from data.exchange.mirror.models import MirrorDrift, MirrorRight, MirrorSending
from data.exchange.mirror.rules.comparison import difference, target_terms
from data.exchange.mirror.types import OurRight, SendingState, SendingVerb, TheirRight
from data.rights.actions import align
from data.rights.actions.transitions import RightAuthor
from data.rights.models import AccessRight
from data.rights.types import RightActor, RightDataKind, RightState, RightTerms

MOST = 1000  # rights updated in one transaction, and PCEs per request
_WAITING = [state for state in RightState if state.waiting]
_SAID = tuple(name for name in TheirRight.__dataclass_fields__ if name not in {"uid", "kinds"})
# known from the local right
_WHO = frozenset({"person", "company", "email", "phone", "postal_code"})


def list_awaited(db: Session, organisation_id: int) -> Sequence[str]:
    """Return up to `MOST` PCEs of sent rights that wait for their answer, oldest first."""
    query = select(AccessRight.number).where(_awaited(organisation_id)).order_by(AccessRight.id)
    return list(dict.fromkeys(db.scalars(query.limit(MOST))))


def keep_heard(db: Session, organisation_id: int, upstream_rights: Sequence[TheirRight]) -> None:
    """Store the upstream state of linked rights; unknown ones wait for the list."""
    alone(db, organisation_id)
    rights_by_uid = {upstream_right.uid: upstream_right for upstream_right in upstream_rights}
    rows = [
        ({"organisation_id": organisation_id, "uid": uid}, _row(rights_by_uid[uid]))
        for uid, same in known_as_ours(db, organisation_id, rights_by_uid).items()
        if same
    ]
    update_all(db, MirrorRight, rows)


def take_answers(db: Session, organisation_id: int, heard_at: datetime, now: datetime) -> bool:
    """Apply the answers heard at `heard_at` to pending rights; return whether some are left.

    Answers are applied without a repair request, unlike other differences: sending a right implies
    asking for its answer. A right with a queued message is left unchanged.
    """
    alone(db, organisation_id)
    waits = on_the_way(heard_at)
    query = select(*OURS, *THEIRS).join(MirrorRight, mine(organisation_id))
    rows = db.execute(query.where(_awaited(organisation_id), UNLIKE, ~waits))
    pairs = ((our(row), their(row[len(OURS) :])) for row in rows)
    unlike = (pair for pair in pairs if difference(*pair))
    unlike_pairs = list(islice(unlike, MOST))
    rows.close()
    terms: Mapping[int, RightTerms] = {
        own_right.id: target_terms(own_right.terms, upstream_right)
        for own_right, upstream_right in unlike_pairs
    }
    align(db, organisation_id, terms, RightAuthor(RightActor.DISTRIBUTOR, now))
    _end_drifts(
        db, organisation_id, [own_right for own_right, _upstream_right in unlike_pairs], now
    )
    return len(unlike_pairs) == MOST


def _awaited(organisation_id: int) -> ColumnElement[bool]:
    """Return the condition of accepted rights without an answer."""
    sendings = select(MirrorSending.id).where(
        MirrorSending.right_id == AccessRight.id,
        MirrorSending.verb == SendingVerb.DECLARE,
        MirrorSending.state == SendingState.DONE,
    )
    return and_(
        AccessRight.organisation_id == organisation_id,
        AccessRight.state.in_(_WAITING),
        sendings.exists(),
    )


def _row(upstream_right: TheirRight) -> dict[str, Any]:
    plain = {name: getattr(upstream_right, name) for name in _SAID if name not in _WHO}
    return plain | {kind.value: kind in upstream_right.kinds for kind in RightDataKind}


def _end_drifts(
    db: Session, organisation_id: int, rights: Sequence[OurRight], now: datetime
) -> None:
    for uids in blocks([right.uid for right in rights]):
        change_rows(
            db,
            update(MirrorDrift)
            .where(
                MirrorDrift.organisation_id == organisation_id,
                MirrorDrift.ended_at.is_(None),
                MirrorDrift.right_uid.in_(uids),
            )
            .values(ended_at=now),
        )
