"""What the days of a contract bring: it starts, it comes to its end, its end is recalled."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from data.contracts.actions.moving import By, drop_text, locked, move
from data.contracts.actions.outcome import close_rights, keep_kind, keep_outcome
from data.contracts.actions.telling import News, tell_client, tell_operator
from data.contracts.models import Contract
from data.contracts.rules.dates import is_over, starts
from data.contracts.types import ContractState, Trigger
from data.notifications.types import Kind

_DAY = timedelta(days=1)


def start(db: Session, one: Contract, by: By) -> None:
    """Into force. What it renews, if that still is, ends the day before: no right falls."""
    active = select(Contract).where(
        Contract.organisation_id == one.organisation_id, Contract.state == ContractState.ACTIVE
    )
    old = locked(db, active)
    if old is not None and one.starts_on is not None:
        last = max(one.starts_on - _DAY, old.starts_on or date.min)
        detail = {"replaced_by": one.number or ""}
        move(db, old, Trigger.EXPIRED, by, detail=detail, ended_on=last)
        drop_text(db, old, Trigger.EXPIRED, by)
    move(db, one, Trigger.STARTED, by, started_at=by.now, reminded=None)
    keep_outcome(db, one.organisation_id)
    keep_kind(db, one)


def start_due(db: Session, ids: list[int], today: date, now: datetime) -> int:
    """Those of *ids* whose first day has come; how many."""
    started = 0
    for id_ in ids:
        one = locked(db, select(Contract).where(Contract.id == id_))
        if one is None or one.state is not ContractState.COUNTERSIGNED or one.starts_on is None:
            continue
        if starts(one.starts_on, today):
            start(db, one, By(now))
            started += 1
    return started


def expire_due(db: Session, ids: list[int], today: date, now: datetime) -> tuple[int, int]:
    """Those of *ids* that are over, and whose rights fall; how many of both.

    A renewal starts first (`start_due`): the contract that it follows is over by then.
    """
    expired = closed = 0
    for id_ in ids:
        one = locked(db, select(Contract).where(Contract.id == id_))
        if one is None or one.state is not ContractState.ACTIVE:
            continue
        if one.ends_on is None or not is_over(one.ends_on, today):
            continue
        move(db, one, Trigger.EXPIRED, By(now), ended_on=one.ends_on)
        drop_text(db, one, Trigger.EXPIRED, By(now))
        keep_outcome(db, one.organisation_id)
        closed += close_rights(db, one.organisation_id, now)
        news = News(Kind.CONTRACT_EXPIRED, day=one.ended_on)
        tell_client(db, one, news, now)
        tell_operator(db, one, news, now)
        expired += 1
    return expired, closed


def remind_due(db: Session, due: Mapping[int, int], today: date, now: datetime) -> int:
    """Recall each of *due*, so many days before its end; a counted UPDATE, so once each."""
    told = 0
    for id_, days in due.items():
        before = Contract.reminded.is_(None) | (Contract.reminded > days)
        marked = db.execute(
            update(Contract)
            .where(Contract.id == id_, Contract.state == ContractState.ACTIVE, before)
            .values(reminded=days)
            .execution_options(synchronize_session=False)
        )
        if marked.rowcount != 1:  # type: ignore[attr-defined]
            continue
        one = db.get_one(Contract, id_, populate_existing=True)
        left = (one.ends_on - today).days if one.ends_on else days
        news = News(Kind.CONTRACT_ENDING, day=one.ends_on, days=left)
        tell_client(db, one, news, now)
        told += 1
    return told
