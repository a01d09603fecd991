"""Import thresholds from a sheet: each line creates, changes, is unchanged, or is refused."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.i18n import N_
from data.analysis.signatures.rules.reasons import reason_words
from data.metering.pces.queries import load_ids
from data.runs.files.sorter import HIDDEN_PCE
from data.runs.types import SheetProblem, SheetSorted, SheetTable
from data.thresholds.actions.changes import change_all
from data.thresholds.actions.idempotency import create_once
from data.thresholds.actions.sheet_matching import Matching, merge_row
from data.thresholds.files.columns import KIND, PCE
from data.thresholds.files.parser import rows_in
from data.thresholds.queries.sheets import load_known_thresholds
from data.thresholds.queries.signature_status import find_refused_pces
from data.thresholds.types import SheetRow, ThresholdDraft, ThresholdKind

_SHARED = N_(
    "Ligne {line} : ce PCE est sous le seuil « {name} », commun à plusieurs PCE. Changez-le depuis"
    " la page des seuils."
)
_UNRELIABLE = N_(
    "Ligne {line} : un seuil corrigé du climat ne peut pas être posé sur ce PCE, sa signature n’est"
    " pas fiable ({why})."
)


@dataclass(slots=True)
class _Found:
    """The outcome of a sheet's lines; each threshold is matched by one line."""

    problems: list[SheetProblem]
    new: list[ThresholdDraft] = field(default_factory=list)
    changed: dict[tuple[int, int], ThresholdDraft] = field(
        default_factory=dict
    )  # by id and version
    same: int = 0


def sort_out(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[ThresholdDraft]:
    """Preview what `table` would do; nothing is written.

    Recipients of existing thresholds stay; a new one notifies the sender of the sheet.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    rows, problems = rows_in(table)
    numbers = [row.pce for row in rows]
    readable = load_ids(db, viewer, numbers)
    matching = Matching(load_known_thresholds(db, viewer, numbers))
    result, new = _Found(problems), list[SheetRow]()
    for row in rows:
        if row.pce not in readable:
            result.problems.append(SheetProblem(row.line, PCE, HIDDEN_PCE, {"line": row.line}))
            continue
        mine = matching.find(row)
        if isinstance(mine, SheetProblem):
            result.problems.append(mine)
            continue
        if mine is None:
            new.append(row)
            continue
        draft = merge_row(row, mine.draft)
        if draft == mine.draft:
            result.same += 1
        elif mine.shared:
            params = {"line": row.line, "name": mine.draft.name}
            result.problems.append(SheetProblem(row.line, PCE, _SHARED, params))
        else:
            result.changed[mine.id, mine.version] = draft
    _sort_new(db, viewer, new, result)
    sorted_problems = tuple(sorted(result.problems, key=lambda problem: problem.line))
    return SheetSorted(
        tuple(result.new), tuple(result.changed.items()), result.same, sorted_problems
    )


def _sort_new(db: Session, viewer: Viewer, rows: Sequence[SheetRow], result: _Found) -> None:
    """Sort new thresholds, refusing those without a reliable signature, with the reason."""
    yesterday = viewer.today - timedelta(days=1)
    learning: dict[date, list[str]] = {}
    for row in rows:
        if row.draft.kind is ThresholdKind.WEATHER:
            learning.setdefault(row.draft.learnt_to or yesterday, []).append(row.pce)
    why = {last: find_refused_pces(db, viewer, numbers, last) for last, numbers in learning.items()}
    for row in rows:
        problem = why.get(row.draft.learnt_to or yesterday, {}).get(row.pce)
        if row.draft.kind is not ThresholdKind.WEATHER or problem is None:
            result.new.append(row.draft)
            continue
        params = {"line": row.line, "why": reason_words(problem.reason)}
        result.problems.append(SheetProblem(row.line, KIND, _UNRELIABLE, params))


def keep(db: Session, viewer: Viewer, found: SheetSorted[ThresholdDraft], now: datetime) -> None:
    """Apply a sheet; raise Conflict when a threshold changed since the preview."""
    create_once(db, viewer, found.new, now=now)
    drafts = {key: draft for (key, _version), draft in found.changed}
    versions = dict(key_and_version for key_and_version, _draft in found.changed)
    change_all(db, viewer, drafts, versions=versions, now=now)
