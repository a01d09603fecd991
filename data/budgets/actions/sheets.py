"""Import budgets from a sheet: each line adds, changes, is unchanged, or is refused."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from core.access import LIMITED, Permission, Viewer
from core.errors import Conflict, Invalid, PortalError
from core.i18n import N_
from data.budgets.actions.entry import NOBODY, phase, phases, store_all, write
from data.budgets.files import FIRST, PCE, TAG, UNIT, draft_in
from data.budgets.queries.stored import list_budgets
from data.budgets.rules.checks import check_alone
from data.budgets.types import Budget, BudgetDraft
from data.consumption.types import Unit
from data.pces.queries import count_by_tag, find_unknown
from data.prices.actions.entry import HIDDEN_TAG, lock
from data.prices.types import EVERY, PriceTarget
from data.runs.files.refusals import RefusedCell
from data.runs.files.rows import problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_TWICE = N_(
    "Ligne {line} : ces PCE ont déjà un budget commençant ce mois-là plus haut dans la feuille."
)
Lines = dict[int, BudgetDraft]
Key = tuple[PriceTarget, date]


def sort_out_budgets(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[BudgetDraft]:
    """Preview what `table` would do; a line is identified by target and first month."""
    viewer.require(Permission.BUDGETS_WRITE)
    problems: list[SheetProblem] = []
    lines = _reachable(db, viewer, _read(table, problems), problems)
    lines = _priced(db, viewer, lines, problems)
    return _save_line(list_budgets(db, viewer), lines, problems)


def _save_line(
    budgets: tuple[Budget, ...], lines: Lines, problems: list[SheetProblem]
) -> SheetSorted[BudgetDraft]:
    own = {(item.draft.target, item.draft.first): item for item in budgets}
    standing: dict[PriceTarget, dict[date, BudgetDraft]] = {}
    for item in budgets:
        standing.setdefault(item.draft.target, {})[item.draft.first] = item.draft
    new, changed, same, keys_read = [], [], 0, set[Key]()
    for line, draft in lines.items():
        key = draft.target, draft.first
        near = standing.setdefault(draft.target, {})
        try:
            check_alone(draft, [other for first, other in near.items() if first != draft.first])
        except Conflict as error:
            problems.append(problem_of(line, error, FIRST))
            continue
        if key in keys_read:
            problems.append(SheetProblem(line, FIRST, _TWICE, {"line": line}))
        elif key not in own:
            new.append(draft)
        elif own[key].draft == draft:
            same += 1
        else:
            changed.append(((own[key].id, own[key].version), draft))
        keys_read.add(key)
        near[draft.first] = draft
    sorted_problems = tuple(sorted(problems, key=lambda one: one.line))
    return SheetSorted(tuple(new), tuple(changed), same, sorted_problems)


def _read(table: SheetTable, problems: list[SheetProblem]) -> Lines:
    """Parse each line, by number; errors are added to `problems`."""
    drafts_by_line = {}
    for line, cells in table.lines.items():
        try:
            drafts_by_line[line] = draft_in(cells)
        except (RefusedCell, PortalError) as error:
            problems.append(problem_of(line, error, FIRST))
    return drafts_by_line


def _reachable(db: Session, viewer: Viewer, read: Lines, problems: list[SheetProblem]) -> Lines:
    """Return the lines whose PCE or tag the viewer can use."""
    unknown = set(
        find_unknown(db, viewer, {line_draft.target.pce for line_draft in read.values()} - {""})
    )
    known_tags = {tag for tag, _count in count_by_tag(db, viewer)}
    reachable_lines = {}
    for line, draft in read.items():
        target = draft.target
        if target.pce in unknown:
            problems.append(SheetProblem(line, PCE, _HIDDEN, {"line": line}))
        elif target.tag and target.tag not in known_tags:
            problems.append(problem_of(line, Invalid(HIDDEN_TAG, tag=target.tag), TAG))
        elif target == EVERY and (viewer.limited or viewer.staff):
            message = LIMITED if viewer.limited else NOBODY
            problems.append(problem_of(line, Invalid(message), TAG))
        else:
            reachable_lines[line] = draft
    return reachable_lines


def _priced(db: Session, viewer: Viewer, lines: Lines, problems: list[SheetProblem]) -> Lines:
    """Return the lines in kWh, and those in euros whose months have a price."""
    euros = {line: item for line, item in lines.items() if item.unit is Unit.EUR}
    phasings_by_line = dict(zip(euros, phases(db, viewer, list(euros.values())), strict=True))
    bad: Mapping[int, Invalid] = {
        line: item for line, item in phasings_by_line.items() if isinstance(item, Invalid)
    }
    problems += [problem_of(line, error, UNIT) for line, error in bad.items()]
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
        write(db, viewer, row_version, (draft, phasing), now)
    store_all(db, viewer, sheet_diff.new, now)
