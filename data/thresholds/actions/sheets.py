"""Thresholds set from a sheet: each line creates, changes, is already so, or is refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.pces.models import Pce
from data.pces.queries import visible as visible_pces
from data.thresholds.actions.setting import change_all, create_all
from data.thresholds.files.columns import PCE
from data.thresholds.queries.sheets import Known, known_thresholds
from data.thresholds.rules.blocks import blocks
from data.thresholds.types import Draft, Imported, Sheet, SheetProblem, SheetRow
from i18n import N_

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_SHARED = N_(
    "Ligne {line} : ce PCE est sous le seuil « {name} », commun à plusieurs PCE. Changez-le depuis"
    " la page des seuils."
)


@dataclass(slots=True)
class Sorted:
    """What the lines of a sheet ask for, found by reading alone.

    Of two lines that change the same threshold, the second comes in a turn after the first.
    """

    new: list[Draft] = field(default_factory=list)
    changed: list[dict[int, Draft]] = field(default_factory=list)
    versions: dict[int, int] = field(default_factory=dict)  # of those that change, as read
    same: int = 0
    problems: list[SheetProblem] = field(default_factory=list)

    def change(self, mine: Known, draft: Draft) -> None:
        turn = next((drafts for drafts in self.changed if mine.id not in drafts), None)
        if turn is None:
            turn = {}
            self.changed.append(turn)
        turn[mine.id] = draft
        self.versions[mine.id] = mine.version

    @property
    def said(self) -> Imported:
        return Imported(
            created=len(self.new),
            changed=sum(map(len, self.changed)),
            same=self.same,
            problems=tuple(sorted(self.problems, key=lambda problem: problem.line)),
        )


def sort_out(db: Session, viewer: Viewer, sheet: Sheet) -> Sorted:
    """What *sheet* would do; nothing is written.

    A line is the threshold of its PCE of the same kind and period: that of the same name where
    there are several. Who is told stays as it was; of a new one, whoever sends the sheet.
    """
    viewer.require(Permission.THRESHOLDS_WRITE)
    numbers = [row.pce for row in sheet.rows]
    readable, known = _readable(db, viewer, numbers), known_thresholds(db, viewer, numbers)
    found = Sorted(problems=list(sheet.problems))
    for row in sheet.rows:
        if row.pce not in readable:
            found.problems.append(SheetProblem(row.line, PCE, _HIDDEN, {"line": row.line}))
            continue
        mine = _same_one(row, known)
        if mine is None:
            found.new.append(row.draft)
            continue
        wanted = _kept_as_told(row.draft, mine.draft)
        if wanted == mine.draft:
            found.same += 1
        elif mine.shared:
            params = {"line": row.line, "name": mine.draft.name}
            found.problems.append(SheetProblem(row.line, PCE, _SHARED, params))
        else:
            found.change(mine, wanted)
    return found


def import_sheet(db: Session, viewer: Viewer, found: Sorted, *, now: datetime) -> Imported:
    """Set what a sheet asks for. Raises Conflict when one changed since it was sorted out."""
    create_all(db, viewer, found.new, now=now)
    versions: Mapping[int, int] = found.versions
    for drafts in found.changed:
        change_all(db, viewer, drafts, versions=versions, now=now)
        versions = {}
    return found.said


def _readable(db: Session, viewer: Viewer, numbers: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for block in blocks(sorted(set(numbers))):
        query = visible_pces(viewer).with_only_columns(Pce.number).where(Pce.number.in_(block))
        found |= set(db.scalars(query))
    return found


def _same_one(row: SheetRow, known: Mapping[str, Sequence[Known]]) -> Known | None:
    alike = [
        one
        for one in known.get(row.pce, ())
        if (one.draft.kind, one.draft.period) == (row.draft.kind, row.draft.period)
    ]
    named = [one for one in alike if one.draft.name == row.draft.name]
    if named:
        return named[0]
    return alike[0] if len(alike) == 1 else None


def _kept_as_told(draft: Draft, before: Draft) -> Draft:
    """*draft* with what a sheet does not say."""
    return replace(draft, recipients=before.recipients, scope=before.scope)
