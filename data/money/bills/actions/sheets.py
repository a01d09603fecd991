"""Import bills from a sheet: each line adds, changes, is unchanged, or is refused."""

from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import blocks
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.identity.audit.actions import note_all
from data.metering.pces.queries import find_unknown, load_ids
from data.money.bills.actions.entry import columns
from data.money.bills.files.sheets import PCE, draft_in
from data.money.bills.models import BillRow
from data.money.bills.queries import BILLS, list_bills
from data.money.bills.rules.limits import DailyBillCount
from data.money.bills.types import BillDraft
from data.runs.files.sorter import HIDDEN_PCE, SheetSorter
from data.runs.types import SheetSorted, SheetTable

_TWICE = N_("Ligne {line} : cette facture est déjà à la ligne {above} de la feuille.")


def sort_out_bills(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[BillDraft]:
    """Preview what `table` would do; a line is identified by PCE, days and number."""
    viewer.require(Permission.PRICES_WRITE)
    sorter = SheetSorter[BillDraft]()
    lines = sorter.read(table, lambda cells: draft_in(cells, viewer.today), PCE)
    pces = {draft.pce for draft in lines.values()}
    number_blocks = blocks(sorted(pces))
    unknown = {number for block in number_blocks for number in find_unknown(db, viewer, block)}
    bills_by_key = {bill.draft.key: bill for bill in list_bills(db, viewer)}
    crowd = DailyBillCount(bill.draft for bill in bills_by_key.values() if bill.draft.pce in pces)
    lines_by_key: dict[tuple[object, ...], int] = {}
    for line, draft in lines.items():
        existing_bill, above = bills_by_key.get(draft.key), lines_by_key.setdefault(draft.key, line)
        if draft.pce in unknown:
            sorter.refuse(line, PCE, HIDDEN_PCE)
        elif above != line:
            sorter.refuse(line, PCE, _TWICE, above=above)
        elif existing_bill is not None:
            key = existing_bill.id, existing_bill.version
            sorter.keep(draft, (key, existing_bill.draft))
        else:
            try:
                crowd.add(draft)
                sorter.keep(draft, None)
            except Invalid as error:
                sorter.fail(line, error, PCE)
    return sorter.sorted()


def keep_bills(
    db: Session, viewer: Viewer, sheet_diff: SheetSorted[BillDraft], now: datetime
) -> None:
    """Apply a sheet; raise Conflict for bills changed since the preview.

    Raise Invalid when there are too many with those added since.
    """
    viewer.require(Permission.PRICES_WRITE)
    BILLS.forget_removed(db, viewer, now)
    drafts = [*sheet_diff.new, *(draft for _row_version, draft in sheet_diff.changed)]
    ids = load_ids(db, viewer, {draft.pce for draft in drafts})
    current_drafts = [bill.draft for bill in list_bills(db, viewer) if bill.draft.pce in ids]
    existing_keys, crowd = {draft.key for draft in current_drafts}, DailyBillCount(current_drafts)
    for draft in sheet_diff.new:
        if draft.key in existing_keys or draft.pce not in ids:
            raise Conflict(BILLS.late)
        crowd.add(draft)
    for row_version, draft in sheet_diff.changed:
        values = columns(draft, ids[draft.pce]) | {"changed_at": now}
        BILLS.write(db, viewer, row_version, values)
    row_defaults = {"organisation_id": viewer.organisation_id, "changed_at": now, "version": 1}
    rows = [columns(draft, ids[draft.pce]) | row_defaults for draft in sheet_diff.new]
    for block in blocks(rows):
        db.execute(insert(BillRow), list(block))
    note_all(
        db,
        now,
        "bills.kept",
        "pce",
        sorted({bill_draft.pce for bill_draft in drafts}),
        actor=viewer.actor,
    )
