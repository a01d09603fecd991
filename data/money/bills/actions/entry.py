"""Create, change, remove and restore bills; each action is in the journal."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_, short_day
from data.identity.audit.actions import note
from data.metering.pces.queries import get_scope
from data.money.bills.models import BillRow
from data.money.bills.queries import BILLS, get_bill, list_bills
from data.money.bills.rules.checks import check_dates
from data.money.bills.rules.limits import DailyBillCount
from data.money.bills.types import BillDraft
from data.versioned_table import get_pce_number


def add(db: Session, viewer: Viewer, draft: BillDraft, *, now: datetime) -> int:
    """Create a bill; return its id. Raise Invalid for a duplicate, or NotFound."""
    viewer.require(Permission.PRICES_WRITE)
    pce_id = _pce(db, viewer, draft)
    BILLS.forget_removed(db, viewer, now)
    row = BillRow(organisation_id=viewer.organisation_id, changed_at=now, **columns(draft, pce_id))
    db.add(row)
    db.flush()
    note_one(db, viewer, now, "bills.added", row.id)
    return row.id


def change(
    db: Session, viewer: Viewer, seen: tuple[int, int], draft: BillDraft, *, now: datetime
) -> None:
    """Replace a bill by `draft`; `seen` is its id and displayed version.

    Raise as `add` does, and Conflict when somebody changed it since.
    """
    viewer.require(Permission.PRICES_WRITE)
    get_bill(db, viewer, seen[0])
    values = columns(draft, _pce(db, viewer, draft, seen[0]))
    BILLS.write(db, viewer, seen, values | {"changed_at": now})
    note_one(db, viewer, now, "bills.changed", seen[0])


def remove(db: Session, viewer: Viewer, row_version: tuple[int, int], *, now: datetime) -> None:
    """Remove a bill, which can be restored for a day."""
    viewer.require(Permission.PRICES_WRITE)
    get_bill(db, viewer, row_version[0])
    BILLS.write(db, viewer, row_version, {"removed_at": now, "changed_at": now})
    note_one(db, viewer, now, "bills.removed", row_version[0])


def restore(db: Session, viewer: Viewer, bill_id: int, *, now: datetime) -> None:
    """Restore a removed bill; nothing happens if it is not removed."""
    viewer.require(Permission.PRICES_WRITE)
    bill = BILLS.find_restorable(db, viewer, bill_id, now)
    if bill is None:
        return
    number = get_pce_number(db, bill)
    key_columns = (BillRow.first_day, BillRow.last_day, BillRow.number)
    same = db.scalar(
        select(BillRow.id).where(
            BillRow.pce_id == bill.pce_id,
            BillRow.organisation_id == viewer.organisation_id,
            BILLS.standing,
            *(column == getattr(bill, column.key) for column in key_columns),
        )
    )
    if same is not None:
        raise Conflict(N_("Cette facture a été saisie de nouveau : il n’y a rien à rétablir."))
    standing = list_bills(db, viewer, number)
    DailyBillCount(standing_bill.draft for standing_bill in standing).add(
        BillDraft(number, bill.first_day, bill.last_day, 0)
    )
    bill.removed_at = None
    note_one(db, viewer, now, "bills.restored", bill_id)


def _pce(db: Session, viewer: Viewer, draft: BillDraft, own: int = 0) -> int:
    """Return the id of the PCE of a valid `draft`; `own` is the bill that it replaces."""
    check_dates(draft.first, draft.last, viewer.today)
    scope = get_scope(db, viewer, draft.pce)
    others = [
        other_bill for other_bill in list_bills(db, viewer, scope.number) if other_bill.id != own
    ]
    for bill in others:
        if bill.draft.key == draft.key:
            raise Invalid(
                N_(
                    "La facture du {first} au {last} de ce PCE est déjà saisie sous ce numéro :"
                    " modifiez-la."
                ),
                first=short_day(draft.first),
                last=short_day(draft.last),
                field="number",
            )
    DailyBillCount(other_bill.draft for other_bill in others).add(draft)
    return scope.id


def columns(draft: BillDraft, pce_id: int) -> dict[str, Any]:
    return {
        "pce_id": pce_id,
        "first_day": draft.first,
        "last_day": draft.last,
        "number": draft.number,
        "nature": draft.nature,
        "start_dm3": draft.start_dm3,
        "end_dm3": draft.end_dm3,
        "coefficient_e4": draft.coefficient_e4,
        "energy_wh": draft.energy_wh,
        "cents": draft.cents,
    }


def note_one(db: Session, viewer: Viewer, now: datetime, action: str, bill_id: int) -> None:
    note(db, now, action, ("bill", bill_id), actor=viewer.actor)
