"""Thresholds set from a sheet: each line creates, changes, is already so, or is refused."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.pces.models import Pce
from data.pces.queries import visible as visible_pces
from data.thresholds.actions.loading import blocks
from data.thresholds.actions.matching import Matching, wanted
from data.thresholds.actions.setting import change, create
from data.thresholds.files.columns import PCE
from data.thresholds.queries.sheets import known_thresholds
from data.thresholds.types import Imported, Sheet, SheetProblem
from i18n import N_

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_SHARED = N_(
    "Ligne {line} : ce PCE est sous le seuil « {name} », commun à plusieurs PCE. Changez-le depuis"
    " la page des seuils."
)


def import_sheet(
    db: Session, viewer: Viewer, sheet: Sheet, *, now: datetime, preview: bool = False
) -> Imported:
    """Set the good lines of *sheet*; with *preview*, only say what that would do.

    Who is told stays as it was; of a new one, whoever sends the sheet.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    readable = _readable(db, viewer, [row.pce for row in sheet.rows])
    matching = Matching(known_thresholds(db, viewer, [row.pce for row in sheet.rows]))
    counts = {"created": 0, "changed": 0, "same": 0}
    problems = list(sheet.problems)
    for row in sheet.rows:
        if row.pce not in readable:
            problems.append(SheetProblem(row.line, PCE, _HIDDEN, {"line": row.line}))
            continue
        mine = matching.find(row)
        if isinstance(mine, SheetProblem):
            problems.append(mine)
            continue
        if mine is None:
            counts["created"] += 1
            if not preview:
                create(db, viewer, row.draft, now=now)
            continue
        draft = wanted(row, mine.draft)
        if draft == mine.draft:
            counts["same"] += 1
        elif mine.shared:
            params = {"line": row.line, "name": mine.draft.name}
            problems.append(SheetProblem(row.line, PCE, _SHARED, params))
        else:
            counts["changed"] += 1
            if not preview:
                change(db, viewer, mine.id, draft, now=now)
    problems.sort(key=lambda problem: problem.line)
    return Imported(**counts, problems=tuple(problems))


def _readable(db: Session, viewer: Viewer, numbers: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for block in blocks(sorted(set(numbers))):
        query = visible_pces(viewer).with_only_columns(Pce.number).where(Pce.number.in_(block))
        found |= set(db.scalars(query))
    return found
