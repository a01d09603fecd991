"""Remind once that a paper contract or the sealing certificate ends."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission
from core.i18n import PARIS
from data.contracts.actions.notices import notify, people_of, staff_by_home
from data.contracts.rules.dates import reminder_due
from data.identity.accounts.models import Organisation
from data.notifications.models import NoticeEvent
from data.notifications.types import JSON, NotificationEvent, NotificationKind


@dataclass(frozen=True, slots=True)
class _Due:
    """What ends, when, and who is notified."""

    kind: NotificationKind
    home: int
    readers: list[int]
    until: date
    params: Mapping[str, JSON]


def recall_paper(db: Session, organisation_id: int, now: datetime) -> int:
    """Remind an organisation's signers that its presumed paper contract ends; return how many.

    Reminders are sent 60, 30 and 7 days before, once each: another call sends nothing.
    """
    home = db.get_one(Organisation, organisation_id)
    if home.contracted_until is None:
        return 0
    readers = people_of(db, home.id, Permission.CONTRACTS_SIGN)
    params: dict[str, JSON] = {"organisation": home.name}
    return _recall(
        db,
        _Due(NotificationKind.PAPER_ENDING, home.id, readers, home.contracted_until, params),
        now,
    )


def recall_papers(db: Session, until: date, count: int, now: datetime) -> int:
    """Remind account managers that the paper contracts of `count` organisations end."""
    staff = staff_by_home(db, Permission.CONTRACTS_COUNTERSIGN)
    params: dict[str, JSON] = {"count": count}
    return sum(
        _recall(db, _Due(NotificationKind.PAPERS_ENDING, home, readers, until, params), now)
        for home, readers in staff.items()
    )


def recall_seal(db: Session, owner: str, until: date, *, demo: bool, now: datetime) -> int:
    """Remind the operator's administrators that the sealing certificate ends on `until`."""
    staff = staff_by_home(db, Permission.ORGANISATIONS_WRITE)
    params: dict[str, JSON] = {"owner": owner, "demo": demo}
    return sum(
        _recall(db, _Due(NotificationKind.SEAL_ENDING, home, readers, until, params), now)
        for home, readers in staff.items()
    )


def _recall(db: Session, due: _Due, now: datetime) -> int:
    """Send a mail and a notice to each reader unless this reminder was sent; return how many."""
    today = now.astimezone(PARIS).date()
    step = reminder_due(due.until, today, None)
    if step is None or not due.readers:
        return 0
    key = f"{due.kind}:{due.home}:{due.until.isoformat()}:{step}"
    if db.scalar(select(NoticeEvent.id).where(NoticeEvent.key == key)) is not None:
        return 0
    days_left = (due.until - today).days
    event = NotificationEvent(
        key=key,
        kind=due.kind,
        organisation_id=due.home,
        site=str(due.params.get("organisation", "")),
        gas_day=today,
        params={**due.params, "day": due.until.isoformat(), "days": days_left},
        path="/contrats",
        subject=("organisation", due.home),
    )
    notify(db, event, due.readers, now)
    return len(due.readers)
