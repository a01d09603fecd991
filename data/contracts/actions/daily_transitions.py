"""Apply the daily transitions of a contract: start, end and reminders."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.database import change_rows
from data.contracts.actions.contract_periods import close_rights, keep_kind, keep_outcome
from data.contracts.actions.notices import ContractNews, tell_client, tell_operator
from data.contracts.actions.transitions import ContractAuthor, drop_text, locked, move
from data.contracts.models import Contract
from data.contracts.rules.dates import is_over, starts
from data.contracts.types import ContractState, ContractTrigger
from data.notifications.types import NotificationKind

_DAY = timedelta(days=1)


def start(db: Session, one: Contract, by: ContractAuthor) -> None:
    """Put a contract into force; the one it renews ends the day before, so that no right ends."""
    active = select(Contract).where(
        Contract.organisation_id == one.organisation_id, Contract.state == ContractState.ACTIVE
    )
    old = locked(db, active)
    if old is not None and one.starts_on is not None:
        last = max(one.starts_on - _DAY, old.starts_on or date.min)
        detail = {"replaced_by": one.number or ""}
        move(db, old, ContractTrigger.EXPIRED, by, detail=detail, ended_on=last)
        drop_text(db, old, ContractTrigger.EXPIRED, by)
    move(db, one, ContractTrigger.STARTED, by, started_at=by.now, reminded=None)
    keep_outcome(db, one.organisation_id)
    keep_kind(db, one)


def start_due(db: Session, ids: list[int], today: date, now: datetime) -> int:
    """Start those of `ids` whose first day has come; return how many."""
    started = 0
    for id_ in ids:
        contract = locked(db, select(Contract).where(Contract.id == id_))
        if (
            contract is None
            or contract.state is not ContractState.COUNTERSIGNED
            or contract.starts_on is None
        ):
            continue
        if starts(contract.starts_on, today):
            start(db, contract, ContractAuthor(now))
            started += 1
    return started


def expire_due(db: Session, ids: list[int], today: date, now: datetime) -> tuple[int, int]:
    """Expire those of `ids` that are over; return how many, and how many rights ended.

    Renewals start first (`start_due`), which ends the contract that they renew.
    """
    expired = closed = 0
    for id_ in ids:
        contract = locked(db, select(Contract).where(Contract.id == id_))
        if contract is None or contract.state is not ContractState.ACTIVE:
            continue
        if contract.ends_on is None or not is_over(contract.ends_on, today):
            continue
        move(db, contract, ContractTrigger.EXPIRED, ContractAuthor(now), ended_on=contract.ends_on)
        drop_text(db, contract, ContractTrigger.EXPIRED, ContractAuthor(now))
        keep_outcome(db, contract.organisation_id)
        closed += close_rights(db, contract.organisation_id, now)
        news = ContractNews(NotificationKind.CONTRACT_EXPIRED, day=contract.ended_on)
        tell_client(db, contract, news, now)
        tell_operator(db, contract, news, now)
        expired += 1
    return expired, closed


def remind_due(db: Session, due: Mapping[int, int], today: date, now: datetime) -> int:
    """Send the reminders `due`, days by contract id, once each by a counted UPDATE."""
    reminder_count = 0
    for id_, days in due.items():
        before = Contract.reminded.is_(None) | (Contract.reminded > days)
        marked = change_rows(
            db,
            update(Contract)
            .where(Contract.id == id_, Contract.state == ContractState.ACTIVE, before)
            .values(reminded=days),
        )
        if marked != 1:
            continue
        contract = db.get_one(Contract, id_, populate_existing=True)
        days_left = (contract.ends_on - today).days if contract.ends_on else days
        news = ContractNews(NotificationKind.CONTRACT_ENDING, day=contract.ends_on, days=days_left)
        tell_client(db, contract, news, now)
        reminder_count += 1
    return reminder_count
