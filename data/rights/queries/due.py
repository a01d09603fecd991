"""Query the rights that jobs must process."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from data.metering.pces.models import Pce
from data.notifications.types import MessageDelivery
from data.rights.models import AccessRight, RightLetterRow
from data.rights.queries.letter_opt_outs import is_stopped
from data.rights.rules.pending import REMIND_DAYS, reminder_of
from data.rights.types import RightState, RightTrigger

OPEN = (RightState.PENDING, RightState.RECHECK, RightState.ACTIVE)
WAITING = (RightState.PENDING, RightState.RECHECK)


def list_over(db: Session, today: date, limit: int = 500) -> dict[RightTrigger, tuple[int, ...]]:
    """Return the ids of rights that end `today`, by trigger; each right is listed once."""
    ended = _ids(db, limit, AccessRight.state.in_(OPEN), AccessRight.ends_key < today)
    late = _ids(db, limit, AccessRight.state.in_(WAITING), AccessRight.answer_due < today)
    ids_by_trigger = {
        RightTrigger.EXPIRED: ended,
        RightTrigger.UNANSWERED: tuple(right_id for right_id in late if right_id not in set(ended)),
    }
    return {trigger: ids for trigger, ids in ids_by_trigger.items() if ids}


def _ids(db: Session, limit: int, *where: object) -> tuple[int, ...]:
    query = select(AccessRight.id).where(*where)  # type: ignore[arg-type]
    return tuple(db.scalars(query.order_by(AccessRight.id).limit(limit)))


def is_before_present_holder() -> ColumnElement[bool]:
    """Return the condition for open rights declared before the present holder by another party."""
    return and_(
        AccessRight.state.in_(OPEN),
        Pce.holder_since > AccessRight.declared_on,
        or_(Pce.holder_id.is_(None), AccessRight.organisation_id != Pce.holder_id),
    )


def list_moved(db: Session, today: date, limit: int = 500) -> tuple[int, ...]:
    """Return the rights whose holder left, or whose site is out of service."""
    query = (
        select(AccessRight.id)
        .join(Pce, Pce.id == AccessRight.pce_id)
        .where(AccessRight.state.in_(OPEN), or_(Pce.ended_on < today, is_before_present_holder()))
        .order_by(AccessRight.id)
        .limit(limit)
    )
    return tuple(db.scalars(query))


def list_ending(db: Session, today: date, limit: int = 500) -> list[tuple[int, int]]:
    """Return the rights to remind of, with the days before their end; renewed ones are left out."""
    later = AccessRight.__table__.alias("later")
    renewed = (
        select(later.c.id)
        .where(later.c.renews_id == AccessRight.id, later.c.state.in_(OPEN))
        .exists()
    )
    query = (
        select(
            AccessRight.id,
            AccessRight.ends_key,
            AccessRight.declared_on,
            AccessRight.reminded,
        )
        .where(
            AccessRight.state == RightState.ACTIVE,
            AccessRight.ends_key.between(today, today + timedelta(days=max(REMIND_DAYS))),
            ~renewed,
        )
        .order_by(AccessRight.id)
    )
    reminders = []
    for right_id, ends, declared, reminded in db.execute(query):
        due = reminder_of(ends, declared, reminded, today)
        if due is not None:
            reminders.append((right_id, due))
        if len(reminders) == limit:
            break
    return reminders


def list_letters(
    db: Session, organisation_id: int, now: datetime, limit: int = 100
) -> tuple[int, ...]:
    """Return the letters of an organisation that are due, oldest first."""
    letter = RightLetterRow
    due = select(letter.id).where(*_waits(organisation_id), letter.next_attempt_at <= now)
    return tuple(db.scalars(due.order_by(letter.next_attempt_at, letter.id).limit(limit)))


def next_letter_at(db: Session, organisation_id: int) -> datetime | None:
    """Return when the next letter of an organisation is due; None if none waits."""
    query = select(func.min(RightLetterRow.next_attempt_at)).where(*_waits(organisation_id))
    return db.scalar(query)


def _waits(organisation_id: int) -> tuple[ColumnElement[bool], ...]:
    """Return the condition for letters to send; those of opted-out addresses are held."""
    letter = RightLetterRow
    mine = letter.organisation_id == organisation_id, letter.state == MessageDelivery.QUEUED
    return *mine, ~is_stopped()


def list_pairs(db: Session, after: tuple[int, int], limit: int = 2000) -> Sequence[tuple[int, int]]:
    """Return the next (PCE, organisation) pairs with a right in any state, after a given pair."""
    pce, organisation = AccessRight.pce_id, AccessRight.organisation_id
    query = (
        select(pce, organisation)
        .where(or_(pce > after[0], and_(pce == after[0], organisation > after[1])))
        .group_by(pce, organisation)
        .order_by(pce, organisation)
        .limit(limit)
    )
    return [(pce_id, organisation_id) for pce_id, organisation_id in db.execute(query)]
