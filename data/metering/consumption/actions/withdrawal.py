"""Withdraw a deposit from a PCE and restore the previous values."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import delete, select, union
from sqlalchemy.orm import Session

from core.database import change_rows
from core.i18n import PARIS
from data.metering.consumption.actions import existing_values as kept
from data.metering.consumption.actions.change_marks import mark_periods_changed, note_change
from data.metering.consumption.actions.day_pages import open_page, write_page
from data.metering.consumption.actions.replaced_periods import (
    KEYS,
    SORTS,
    Table,
    list_published,
    update_replaced_periods,
)
from data.metering.consumption.actions.sharing import store_period_shares
from data.metering.consumption.actions.storage import alone
from data.metering.consumption.models import Reading, ReadingRevision
from data.metering.consumption.rules.merge import Key, Said, in_force
from data.metering.weather.actions import withdraw_own


def withdraw(db: Session, pce_id: int, run_id: int, *, now: datetime) -> int:
    """Remove all statements of run `run_id` about a PCE, in the caller's transaction.

    Other statements are in force again as if the run had never come; the roll-up follows and
    readings are re-evaluated. Temperatures are removed without replacement. Return the number of
    removed days, periods and temperatures. Raise NotFound when the PCE does not exist.
    """
    count = _withdraw_days(db, pce_id, run_id, now)
    count += sum(_withdraw_periods(db, table, pce_id, run_id) for table in SORTS)
    store_period_shares(db, pce_id, now.astimezone(PARIS).date())
    temperatures = withdraw_own(db, pce_id, run_id)
    if temperatures:
        note_change(db, pce_id)
    return count + temperatures


def _withdraw_days(db: Session, pce_id: int, run_id: int, now: datetime) -> int:
    digits, until = kept.lock_pce(db, pce_id)
    day_query = union(
        *(
            select(table.gas_day).where(table.pce_id == pce_id, table.run_id == run_id)
            for table in (Reading, ReadingRevision)
        )
    )
    days = sorted(db.scalars(day_query))
    if not days:
        return 0
    page = open_page(db, pce_id, days[0], days[-1], digits=digits, now=now, until=until)
    revisions = kept.revisions(db, pce_id, days)
    folded: dict[date, dict[Key, Said]] = {}
    for day in days:
        statements = revisions.get(day) or alone(page, day)
        remaining_statements = {
            key: attribution for key, attribution in statements.items() if key[1] != run_id
        }
        folded[day] = remaining_statements
        if remaining_statements:
            page.rows[day] = in_force(remaining_statements, digits)
        else:
            page.removed.add(day)
    write_page(db, pce_id, page, folded, withdrawn=True)
    return len(days)


def _withdraw_periods(db: Session, table: Table, pce_id: int, run_id: int) -> int:
    mine = table.pce_id == pce_id, table.run_id == run_id
    names = KEYS[table]
    rows = db.execute(
        select(*(getattr(table, name) for name in names), table.replaced).where(*mine)
    )
    gone: list[tuple[Any, ...]] = [tuple(row) for row in rows]
    if not gone:
        return 0
    change_rows(db, delete(table).where(*mine))
    moved = update_replaced_periods(db, table, pce_id, [row[-3:-1] for row in gone])
    changed_keys = [row[:-1] for row in gone if not row[-1]] + [key[:-1] for key in moved]
    mark_periods_changed(db, pce_id, SORTS[table], list_published(table, changed_keys))
    return len(gone)
