"""Query the organisation's bills on readable PCEs, and check them on reading.

Verdicts are not stored: corrected readings change the next verdict.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_
from data.metering.pces.models import Pce
from data.metering.pces.queries import visible as visible_pces
from data.metering.prices.queries import load_prices
from data.money.bills.models import BillRow
from data.money.bills.queries.facts import load_bill_facts
from data.money.bills.rules.sequences import assess, judge_one, related_bills
from data.money.bills.types import Bill, BillDraft, JudgedBill
from data.versioned_table import VersionedTable

BILLS = VersionedTable(
    BillRow,
    N_("Cette facture est introuvable."),
    N_("Quelqu’un a changé cette facture en même temps que vous : rechargez la page."),
    BillRow.removed_at.is_(None),
)
_COLUMNS: tuple[Any, ...] = (
    BillRow.id,
    BillRow.pce_id,
    BillRow.version,
    Pce.alias,
    Pce.number,
    BillRow.first_day,
    BillRow.last_day,
    BillRow.energy_wh,
    BillRow.number,
    BillRow.nature,
    BillRow.start_dm3,
    BillRow.end_dm3,
    BillRow.coefficient_e4,
    BillRow.cents,
)


def visible(viewer: Viewer) -> Select[*tuple[Any, ...]]:
    """Select the organisation's bills on readable PCEs, without removed ones."""
    viewer.require(Permission.PRICES_READ)
    viewer.require(Permission.CONSUMPTION_READ)
    pces = visible_pces(viewer).with_only_columns(Pce.id)
    return (
        select(*_COLUMNS)
        .join(Pce, Pce.id == BillRow.pce_id)
        .where(
            BillRow.organisation_id == viewer.organisation_id,
            BILLS.standing,
            BillRow.pce_id.in_(pces),
        )
    )


def list_bills(db: Session, viewer: Viewer, pce: str = "") -> tuple[Bill, ...]:
    """Return the bills, or those of one `pce`, latest first."""
    mine = visible(viewer)
    query = mine.where(Pce.number == pce) if pce else mine
    order = BillRow.last_day.desc(), Pce.search, BillRow.first_day.desc(), BillRow.id
    return tuple(_bill(row) for row in db.execute(query.order_by(*order)))


def _bill(row: Sequence[Any]) -> Bill:
    id_, pce_id, version, alias, *draft = row
    return Bill(id_, pce_id, BillDraft(*draft), version, alias)


def get_bill(db: Session, viewer: Viewer, bill_id: int) -> Bill:
    """Return a bill; raise NotFound when it is missing, removed or hidden."""
    return _bill(BILLS.get_row(db, visible(viewer), bill_id))


def list_judged(db: Session, viewer: Viewer, pce: str = "") -> tuple[JudgedBill, ...]:
    """Return the bills with their checks, in the order of `list_bills`."""
    bills = list_bills(db, viewer, pce)
    facts = load_bill_facts(db, viewer, bills)
    return assess(bills, facts, load_prices(db, viewer, {bill.pce_id for bill in bills}))


def get_judged(db: Session, viewer: Viewer, bill_id: int) -> JudgedBill:
    """Return a bill checked among those of its PCE; raise NotFound."""
    bill = get_bill(db, viewer, bill_id)
    beside = list_bills(db, viewer, bill.draft.pce)
    facts = load_bill_facts(db, viewer, related_bills(bill, beside))
    return judge_one(bill, beside, facts, load_prices(db, viewer, {bill.pce_id}))
