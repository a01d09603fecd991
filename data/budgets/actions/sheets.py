"""Budgets from a sheet: each line adds, changes, is already so, or is refused."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.orm import Session

from data.access import LIMITED, Permission, Viewer
from data.budgets.actions.one import NOBODY, phase, phases, store_all, write
from data.budgets.files import FIRST, PCE, TAG, UNIT, draft_in
from data.budgets.queries.kept import list_budgets
from data.budgets.rules.checks import check_alone
from data.budgets.types import Budget, Draft
from data.consumption.types import Unit
from data.errors import Conflict, Invalid, PortalError
from data.pces.queries import find_unknown, tags
from data.prices.actions.one import HIDDEN_TAG, lock
from data.prices.types import EVERY, Target
from data.runs.files.refused import Refused
from data.runs.files.rows import problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable
from i18n import N_

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_TWICE = N_(
    "Ligne {line} : ces PCE ont déjà un budget commençant ce mois-là plus haut dans la feuille."
)
Lines = dict[int, Draft]
Key = tuple[Target, date]


def sort_out_budgets(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[Draft]:
    """What *table* would do; nothing is written. A line is about its PCE and its first month."""
    viewer.require(Permission.BUDGETS_WRITE)
    problems: list[SheetProblem] = []
    lines = _reachable(db, viewer, _read(table, problems), problems)
    lines = _priced(db, viewer, lines, problems)
    return _put(list_budgets(db, viewer), lines, problems)


def _put(
    kept: tuple[Budget, ...], lines: Lines, problems: list[SheetProblem]
) -> SheetSorted[Draft]:
    own = {(one.draft.target, one.draft.first): one for one in kept}
    standing: dict[Target, dict[date, Draft]] = {}
    for one in kept:
        standing.setdefault(one.draft.target, {})[one.draft.first] = one.draft
    new, changed, same, seen = [], [], 0, set[Key]()
    for line, draft in lines.items():
        key = draft.target, draft.first
        near = standing.setdefault(draft.target, {})
        try:
            check_alone(draft, [other for first, other in near.items() if first != draft.first])
        except Conflict as error:
            problems.append(problem_of(line, error, FIRST))
            continue
        if key in seen:
            problems.append(SheetProblem(line, FIRST, _TWICE, {"line": line}))
        elif key not in own:
            new.append(draft)
        elif own[key].draft == draft:
            same += 1
        else:
            changed.append(((own[key].id, own[key].version), draft))
        seen.add(key)
        near[draft.first] = draft
    told = tuple(sorted(problems, key=lambda one: one.line))
    return SheetSorted(tuple(new), tuple(changed), same, told)


def _read(table: SheetTable, problems: list[SheetProblem]) -> Lines:
    """What each line says, by its number; what is wrong goes with the *problems*."""
    found = {}
    for line, cells in table.lines.items():
        try:
            found[line] = draft_in(cells)
        except (Refused, PortalError) as error:
            problems.append(problem_of(line, error, FIRST))
    return found


def _reachable(db: Session, viewer: Viewer, read: Lines, problems: list[SheetProblem]) -> Lines:
    """Those that are for PCE and tags of the viewer's."""
    unknown = set(find_unknown(db, viewer, {one.target.pce for one in read.values()} - {""}))
    known = {tag for tag, _count in tags(db, viewer)}
    found = {}
    for line, draft in read.items():
        target = draft.target
        if target.pce in unknown:
            problems.append(SheetProblem(line, PCE, _HIDDEN, {"line": line}))
        elif target.tag and target.tag not in known:
            problems.append(problem_of(line, Invalid(HIDDEN_TAG, tag=target.tag), TAG))
        elif target == EVERY and (viewer.limited or viewer.staff):
            said = LIMITED if viewer.limited else NOBODY
            problems.append(problem_of(line, Invalid(said), TAG))
        else:
            found[line] = draft
    return found


def _priced(db: Session, viewer: Viewer, lines: Lines, problems: list[SheetProblem]) -> Lines:
    """Those in kWh, and those in euros of months that have a price."""
    euros = {line: one for line, one in lines.items() if one.unit is Unit.EUR}
    told = dict(zip(euros, phases(db, viewer, list(euros.values())), strict=True))
    bad: Mapping[int, Invalid] = {
        line: one for line, one in told.items() if isinstance(one, Invalid)
    }
    problems += [problem_of(line, error, UNIT) for line, error in bad.items()]
    return {line: one for line, one in lines.items() if line not in bad}


def keep_budgets(db: Session, viewer: Viewer, found: SheetSorted[Draft], now: datetime) -> None:
    """Keep what a sheet asks for. Raises Conflict for what changed since it was sorted out."""
    viewer.require(Permission.BUDGETS_WRITE)
    lock(db, viewer)
    kept = list_budgets(db, viewer)
    ours = {seen[0] for seen, _draft in found.changed}
    standing: dict[Target, list[Draft]] = {}
    for one in kept:
        standing.setdefault(one.draft.target, []).append(one.draft)
    for draft in found.new:
        check_alone(draft, standing.get(draft.target, ()))
    drafts = [draft for _seen, draft in found.changed]
    if not ours <= {one.id for one in kept}:
        raise Conflict(N_("Cet aperçu n’est plus à jour : contrôlez de nouveau la feuille."))
    for (seen, draft), phasing in zip(found.changed, phase(db, viewer, drafts), strict=True):
        write(db, viewer, seen, (draft, phasing), now)
    store_all(db, viewer, found.new, now)
