"""What the other side answered, in one transaction: the sending, the link, the right of ours."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from data.audit.actions import note
from data.controls.actions import hold_open
from data.db import upsert
from data.mirror.actions.parcels import leave, put_aside, put_later
from data.mirror.actions.proving import end_controls
from data.mirror.actions.reading import OURS, our
from data.mirror.actions.weighing import UNNAMED, alone
from data.mirror.models import MirrorDrift, MirrorRight
from data.mirror.rules.comparing import difference, wanted
from data.mirror.rules.sending import after, next_look
from data.mirror.types import Answer, Parcel, SendingState, TheirRight, Verb
from data.rights.actions import align
from data.rights.actions.moving import By, locked
from data.rights.actions.relaying import turn_down
from data.rights.models import AccessRight
from data.rights.types import Actor, Kind, ProofState, RightState, Source

_PLAIN = tuple(name for name in TheirRight.__dataclass_fields__ if name != "kinds")
LONGEST = 500  # signs of what the other side says


def take_declared(
    db: Session, parcel: Parcel, now: datetime, theirs: TheirRight, answer: Answer | None = None
) -> None:
    """It is there: ours is that one from now on, and stands as it does there.

    One that was taken back here meanwhile stays so: it is then revoked there. Of a connection that
    was forgotten meanwhile, which of theirs it is is not kept.
    """
    connected = alone(db, parcel.organisation_id)
    if not leave(db, parcel, SendingState.DONE, now, **_said(answer)):
        return
    if connected:
        _link(db, parcel, theirs)
    right = our(db.execute(select(*OURS).where(AccessRight.id == parcel.right_id)).one())
    if not right.terms.state.final and difference(right, theirs):
        terms = wanted(right.terms, theirs, right.ended_by)
        controls = hold_open(db, [right.uid])
        align(db, parcel.organisation_id, {right.id: terms}, By(Actor.DISTRIBUTOR, now))
        end_controls(db, controls, now)
    _end_drifts(db, parcel, theirs.uid, now)
    _note(db, parcel, SendingState.DONE, now)


def take_refused(db: Session, parcel: Parcel, now: datetime, answer: Answer) -> None:
    """The other side does not take it, for good: a declaration is over, and may be made anew."""
    if not leave(db, parcel, SendingState.REFUSED, now, **_said(answer)):
        return
    if parcel.verb is Verb.DECLARE:
        found = locked(db, AccessRight.id == parcel.right_id)
        turn_down(db, [one for one in found if one.state is RightState.PENDING], now=now)
    _note(db, parcel, SendingState.REFUSED, now)


def take_revoked(db: Session, parcel: Parcel, now: datetime, answer: Answer | None = None) -> None:
    """It is over there as well."""
    alone(db, parcel.organisation_id)
    if not leave(db, parcel, SendingState.DONE, now, **_said(answer)):
        return
    right = db.get_one(AccessRight, parcel.right_id, populate_existing=True)
    ended = {"state": right.state, "closed_at": right.closed_at, "source": right.source}
    if not right.state.final:  # made as it was there, while this was on its way
        ended = {"state": RightState.REVOKED, "closed_at": now, "source": Source.THIRD_PARTY}
    _write(db, parcel, **ended)
    _end_drifts(db, parcel, parcel.their_uid, now)
    _note(db, parcel, SendingState.DONE, now)


def take_proved(db: Session, parcel: Parcel, now: datetime, answer: Answer | None = None) -> None:
    """The pieces are there, to be looked at."""
    if not leave(db, parcel, SendingState.DONE, now, **_said(answer)):
        return
    _write(db, parcel, proof_state=ProofState.UNDER_CHECK)
    _note(db, parcel, SendingState.DONE, now)


def take_early(db: Session, parcel: Parcel, now: datetime, answer: Answer) -> None:
    """The right that it renews is still open there: it leaves once that one is over."""
    assert parcel.follows is not None  # noqa: S101 (or it is refused)
    put_later(db, parcel, after(parcel.follows, now), **_said(answer))


def take_unread(db: Session, parcel: Parcel, now: datetime) -> None:
    """Nobody knows whether it is there, as a line that may be its own cannot be read.

    It is looked for some more times, then left to a list that reads, or to somebody.
    """
    again = next_look(parcel.unread, now)
    if put_aside(db, parcel, again, now) and again is None:
        _note(db, parcel, SendingState.UNSURE, now)


def take_dropped(db: Session, parcel: Parcel, now: datetime) -> None:
    """It never reached there, and is of no use any more."""
    if leave(db, parcel, SendingState.DROPPED, now):
        _note(db, parcel, SendingState.DROPPED, now)


def _said(answer: Answer | None) -> dict[str, str]:
    return {"code": answer.code, "answer": answer.message[:LONGEST]} if answer else {}


def _link(db: Session, parcel: Parcel, theirs: TheirRight) -> None:
    key = {"organisation_id": parcel.organisation_id, "uid": theirs.uid}
    told: dict[str, Any] = {name: getattr(theirs, name) for name in _PLAIN if name != "uid"}
    told |= {kind.value: kind in theirs.kinds for kind in Kind} | UNNAMED
    told["right_id"] = parcel.right_id
    kept = upsert(db, MirrorRight).values(**key, **told, round_id=None)
    db.execute(kept.on_conflict_do_update(index_elements=list(key), set_=told))
    db.expire_all()


def _write(db: Session, parcel: Parcel, **values: Any) -> None:  # noqa: ANN401
    mine = MirrorRight.organisation_id == parcel.organisation_id
    db.execute(
        update(MirrorRight)
        .where(mine, MirrorRight.uid == parcel.their_uid)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _end_drifts(db: Session, parcel: Parcel, their_uid: str, now: datetime) -> None:
    """What a list said of the right before this answer is said no more."""
    ours = select(AccessRight.uid).where(AccessRight.id == parcel.right_id).scalar_subquery()
    db.execute(
        update(MirrorDrift)
        .where(
            MirrorDrift.organisation_id == parcel.organisation_id,
            MirrorDrift.ended_at.is_(None),
            or_(MirrorDrift.their_uid == their_uid, MirrorDrift.right_uid == ours),
        )
        .values(ended_at=now)
        .execution_options(synchronize_session=False)
    )


def _note(db: Session, parcel: Parcel, state: SendingState, now: datetime) -> None:
    uid = db.scalars(select(AccessRight.uid).where(AccessRight.id == parcel.right_id)).one()
    detail = {"verb": parcel.verb.value, "state": state.value, "pce": parcel.number}
    note(db, now, f"mirror.sending_{state.value}", ("right", uid), detail=detail)
