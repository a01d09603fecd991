"""Import budgets from a sheet: each line adds, changes, is unchanged, or is refused."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.access import LIMITED, Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_
from data.metering.consumption.types import Unit
from data.metering.prices.actions.entry import lock
from data.metering.prices.actions.targets import refuse_targets
from data.metering.prices.types import PriceTarget
from data.money.budgets.actions.entry import NOBODY, phase, phases, store_all, write
from data.money.budgets.files import FIRST, UNIT, draft_in
from data.money.budgets.queries.stored import list_budgets
from data.money.budgets.rules.checks import check_alone
from data.money.budgets.types import Budget, BudgetDraft
from data.runs.files.sorter import SheetSorter
from data.runs.types import SheetSorted, SheetTable

_TWICE = N_(
    "Ligne {line} : ces PCE ont déjà un budget commençant ce mois-là plus haut dans la feuille."
)
Lines = dict[int, BudgetDraft]
Key = tuple[PriceTarget, date]


def sort_out_budgets(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[BudgetDraft]:
    """Preview what `table` would do; a line is identified by target and first month."""
    viewer.require(Permission.BUDGETS_WRITE)
    sorter = SheetSorter[BudgetDraft]()
    lines = sorter.read(table, draft_in, FIRST)
    targets = {line: draft.target for line, draft in lines.items()}
    every = LIMITED if viewer.limited else NOBODY if viewer.staff else None
    refused = refuse_targets(db, viewer, targets, sorter, every)
    lines = {line: draft for line, draft in lines.items() if line not in refused}
    _sort_lines(list_budgets(db, viewer), _priced(db, viewer, lines, sorter), sorter)
    return sorter.sorted()


def _sort_lines(
    budgets: tuple[Budget, ...], lines: Lines, sorter: SheetSorter[BudgetDraft]
) -> None:
    own = {(item.draft.target, item.draft.first): item for item in budgets}
    standing: dict[PriceTarget, dict[date, BudgetDraft]] = {}
    for item in budgets:
        standing.setdefault(item.draft.target, {})[item.draft.first] = item.draft
    keys_read = set[Key]()
    for line, draft in lines.items():
        key = draft.target, draft.first
        near, mine = standing.setdefault(draft.target, {}), own.get(key)
        try:
            check_alone(draft, [other for first, other in near.items() if first != draft.first])
        except Conflict as error:
            sorter.fail(line, error, FIRST)
            continue
        if key in keys_read:
            sorter.refuse(line, FIRST, _TWICE)
        else:
            sorter.keep(draft, ((mine.id, mine.version), mine.draft) if mine else None)
        keys_read.add(key)
        near[draft.first] = draft


def _priced(db: Session, viewer: Viewer, lines: Lines, sorter: SheetSorter[BudgetDraft]) -> Lines:
    """Return the lines in kWh, and those in euros whose months have a price."""
    euros = {line: item for line, item in lines.items() if item.unit is Unit.EUR}
    phasings_by_line = dict(zip(euros, phases(db, viewer, list(euros.values())), strict=True))
    bad: Mapping[int, Invalid] = {
        line: item for line, item in phasings_by_line.items() if isinstance(item, Invalid)
    }
    for line, error in bad.items():
        sorter.fail(line, error, UNIT)
    return {line: item for line, item in lines.items() if line not in bad}


def keep_budgets(
    db: Session, viewer: Viewer, sheet_diff: SheetSorted[BudgetDraft], now: datetime
) -> None:
    """Apply a sheet; raise Conflict for budgets changed since the preview."""
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    budgets = list_budgets(db, viewer)
    changed_ids = {row_version[0] for row_version, _draft in sheet_diff.changed}
    standing: dict[PriceTarget, list[BudgetDraft]] = {}
    for budget in budgets:
        standing.setdefault(budget.draft.target, []).append(budget.draft)
    for draft in sheet_diff.new:
        check_alone(draft, standing.get(draft.target, ()))
    drafts = [draft for _row_version, draft in sheet_diff.changed]
    if not changed_ids <= {budget.id for budget in budgets}:
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    for (row_version, draft), phasing in zip(
        sheet_diff.changed, phase(db, viewer, drafts), strict=True
    ):
        write(db, viewer, row_version, draft, phasing, now)
    store_all(db, viewer, sheet_diff.new, now)
