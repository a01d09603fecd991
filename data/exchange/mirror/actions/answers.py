"""Record an upstream answer in one transaction: message, link and local right."""

from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from core.database import change_rows, upsert
from data.controls.actions import hold_open
from data.exchange.mirror.actions.comparison import OURS, our
from data.exchange.mirror.actions.controls import end_controls
from data.exchange.mirror.actions.outgoing_queue import leave, put_aside, put_later
from data.exchange.mirror.actions.reconciliation import UNNAMED, alone
from data.exchange.mirror.models import MirrorDrift, MirrorRight
from data.exchange.mirror.rules.comparison import difference, target_terms
from data.exchange.mirror.rules.sendings import after, next_look
from data.exchange.mirror.types import (
    ClaimedSending,
    SendingState,
    SendingVerb,
    TheirRight,
    UpstreamResponse,
)
from data.identity.audit.actions import note
from data.rights.actions import align
from data.rights.actions.transitions import RightAuthor, locked
from data.rights.actions.upstream_declarations import reject
from data.rights.models import AccessRight
from data.rights.types import EndSource, ProofState, RightActor, RightDataKind, RightState

_PLAIN = tuple(name for name in TheirRight.__dataclass_fields__ if name != "kinds")
LONGEST = 500  # characters of an upstream message


def take_declared(
    db: Session,
    parcel: ClaimedSending,
    now: datetime,
    upstream_right: TheirRight,
    answer: UpstreamResponse | None = None,
) -> None:
    """Record a declaration accepted upstream: link the rights, and align the local one.

    A right cancelled here meanwhile stays so, and is then revoked upstream. If the connection was
    removed meanwhile, no link is stored.
    """
    connected = alone(db, parcel.organisation_id)
    if not leave(db, parcel, SendingState.DONE, now, **_answer_message(answer)):
        return
    if connected:
        _link(db, parcel, upstream_right)
    right = our(db.execute(select(*OURS).where(AccessRight.id == parcel.right_id)).one())
    if not right.terms.state.final and difference(right, upstream_right):
        terms = target_terms(right.terms, upstream_right, right.ended_by)
        controls = hold_open(db, [right.uid])
        align(
            db, parcel.organisation_id, {right.id: terms}, RightAuthor(RightActor.DISTRIBUTOR, now)
        )
        end_controls(db, controls, now)
    _end_drifts(db, parcel, upstream_right.uid, now)
    _note(db, parcel, SendingState.DONE, now)


def take_refused(
    db: Session, parcel: ClaimedSending, now: datetime, answer: UpstreamResponse
) -> None:
    """Record a definitive refusal; a refused declaration is over, and may be made again."""
    if not leave(db, parcel, SendingState.REFUSED, now, **_answer_message(answer)):
        return
    if parcel.verb is SendingVerb.DECLARE:
        rights = locked(db, AccessRight.id == parcel.right_id)
        reject(db, [right for right in rights if right.state is RightState.PENDING], now=now)
    _note(db, parcel, SendingState.REFUSED, now)


def take_revoked(
    db: Session, parcel: ClaimedSending, now: datetime, answer: UpstreamResponse | None = None
) -> None:
    """Record that the right is over upstream too."""
    alone(db, parcel.organisation_id)
    if not leave(db, parcel, SendingState.DONE, now, **_answer_message(answer)):
        return
    right = db.get_one(AccessRight, parcel.right_id, populate_existing=True)
    ended = {"state": right.state, "closed_at": right.closed_at, "source": right.source}
    if not right.state.final:  # reopened to match upstream while this message was being sent
        ended = {"state": RightState.REVOKED, "closed_at": now, "source": EndSource.THIRD_PARTY}
    _write(db, parcel, **ended)
    _end_drifts(db, parcel, parcel.their_uid, now)
    _note(db, parcel, SendingState.DONE, now)


def take_proved(
    db: Session, parcel: ClaimedSending, now: datetime, answer: UpstreamResponse | None = None
) -> None:
    """Record that the pieces of proof arrived, and wait to be checked."""
    if not leave(db, parcel, SendingState.DONE, now, **_answer_message(answer)):
        return
    _write(db, parcel, proof_state=ProofState.UNDER_CHECK)
    _note(db, parcel, SendingState.DONE, now)


def take_early(
    db: Session, parcel: ClaimedSending, now: datetime, answer: UpstreamResponse
) -> None:
    """Postpone a renewal until the right it renews, still open upstream, is over."""
    assert parcel.follows is not None  # noqa: S101 (or it is refused)
    put_later(db, parcel, after(parcel.follows, now), **_answer_message(answer))


def take_unread(db: Session, parcel: ClaimedSending, now: datetime) -> None:
    """Postpone a sending whose presence upstream is unknown because of an unreadable line.

    It is searched for some more times, then left to a readable list, or to a person.
    """
    next_look_at = next_look(parcel.unread, now)
    if put_aside(db, parcel, next_look_at, now) and next_look_at is None:
        _note(db, parcel, SendingState.UNSURE, now)


def take_dropped(db: Session, parcel: ClaimedSending, now: datetime) -> None:
    """Record that a message that never arrived is no longer needed."""
    if leave(db, parcel, SendingState.DROPPED, now):
        _note(db, parcel, SendingState.DROPPED, now)


def _answer_message(answer: UpstreamResponse | None) -> dict[str, str]:
    return {"code": answer.code, "answer": answer.message[:LONGEST]} if answer else {}


def _link(db: Session, parcel: ClaimedSending, upstream_right: TheirRight) -> None:
    key = {"organisation_id": parcel.organisation_id, "uid": upstream_right.uid}
    values: dict[str, Any] = {
        name: getattr(upstream_right, name) for name in _PLAIN if name != "uid"
    }
    values |= {kind.value: kind in upstream_right.kinds for kind in RightDataKind} | UNNAMED
    values["right_id"] = parcel.right_id
    statement = upsert(db, MirrorRight).values(**key, **values, round_id=None)
    db.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))
    db.expire_all()


def _write(db: Session, parcel: ClaimedSending, **values: Any) -> None:  # noqa: ANN401
    mine = MirrorRight.organisation_id == parcel.organisation_id
    change_rows(
        db, update(MirrorRight).where(mine, MirrorRight.uid == parcel.their_uid).values(**values)
    )


def _end_drifts(db: Session, parcel: ClaimedSending, their_uid: str, now: datetime) -> None:
    """End the differences found by a list before this answer."""
    own_uid = select(AccessRight.uid).where(AccessRight.id == parcel.right_id).scalar_subquery()
    change_rows(
        db,
        update(MirrorDrift)
        .where(
            MirrorDrift.organisation_id == parcel.organisation_id,
            MirrorDrift.ended_at.is_(None),
            or_(MirrorDrift.their_uid == their_uid, MirrorDrift.right_uid == own_uid),
        )
        .values(ended_at=now),
    )


def _note(db: Session, parcel: ClaimedSending, state: SendingState, now: datetime) -> None:
    uid = db.scalars(select(AccessRight.uid).where(AccessRight.id == parcel.right_id)).one()
    detail = {"verb": parcel.verb.value, "state": state.value, "pce": parcel.number}
    note(db, now, f"mirror.sending_{state.value}", ("right", uid), detail=detail)
