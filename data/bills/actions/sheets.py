"""Bills from a sheet: each line adds, changes, is already so, or is refused."""

from datetime import date, datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.audit.actions import note_all
from data.bills.actions.one import LATE, columns, forget_removed, write
from data.bills.files import PCE, draft_in
from data.bills.models import BillRow
from data.bills.queries import list_bills
from data.bills.rules.crowds import Crowd
from data.bills.types import Draft
from data.db import blocks
from data.errors import Conflict, Invalid
from data.pces.models import Pce
from data.pces.queries import find_unknown, visible
from data.runs.files.faults import Faults
from data.runs.files.rows import problem_of
from data.runs.types import SheetProblem, SheetSorted, SheetTable
from i18n import N_

_HIDDEN = N_("Ligne {line} : ce PCE est introuvable.")
_TWICE = N_("Ligne {line} : cette facture est déjà à la ligne {above} de la feuille.")


def sort_out_bills(db: Session, viewer: Viewer, table: SheetTable) -> SheetSorted[Draft]:
    """What *table* would do; nothing is written. A line is told by its PCE, days and number."""
    viewer.require(Permission.PRICES_WRITE)
    read, problems = _read(table, viewer.today)
    pces = {draft.pce for draft in read.values()}
    unknown = _unknown(db, viewer, pces)
    known = {bill.draft.key: bill for bill in list_bills(db, viewer)}
    crowd = Crowd(bill.draft for bill in known.values() if bill.draft.pce in pces)
    seen: dict[tuple[object, ...], int] = {}
    new, changed, same = [], [], 0
    for line, draft in read.items():
        kept, above = known.get(draft.key), seen.setdefault(draft.key, line)
        if draft.pce in unknown:
            problems.append(SheetProblem(line, PCE, _HIDDEN, {"line": line}))
        elif above != line:
            problems.append(SheetProblem(line, PCE, _TWICE, {"line": line, "above": above}))
        elif kept is None:
            try:
                crowd.add(draft)
                new.append(draft)
            except Invalid as error:
                problems.append(problem_of(line, error, PCE))
        elif kept.draft == draft:
            same += 1
        else:
            changed.append(((kept.id, kept.version), draft))
    told = tuple(sorted(problems, key=lambda one: one.line))
    return SheetSorted(tuple(new), tuple(changed), same, told)


def _read(table: SheetTable, today: date) -> tuple[dict[int, Draft], list[SheetProblem]]:
    """The bills of the lines that say one, and what is wrong with the others."""
    read: dict[int, Draft] = {}
    problems: list[SheetProblem] = []
    for line, cells in table.lines.items():
        try:
            read[line] = draft_in(cells, today)
        except Faults as faults:
            problems += [problem_of(line, error, PCE) for error in faults.errors]
    return read, problems


def _unknown(db: Session, viewer: Viewer, numbers: set[str]) -> set[str]:
    asked = blocks(sorted(numbers))
    return {number for some in asked for number in find_unknown(db, viewer, some)}


def keep_bills(db: Session, viewer: Viewer, found: SheetSorted[Draft], now: datetime) -> None:
    """Keep what a sheet asks for. Raises Conflict for what changed since it was sorted out.

    Raises Invalid where what others kept since makes too many.
    """
    viewer.require(Permission.PRICES_WRITE)
    forget_removed(db, viewer, now)
    drafts = [*found.new, *(draft for _seen, draft in found.changed)]
    ids = _ids(db, viewer, {draft.pce for draft in drafts})
    kept = [bill.draft for bill in list_bills(db, viewer) if bill.draft.pce in ids]
    known, crowd = {draft.key for draft in kept}, Crowd(kept)
    for draft in found.new:
        if draft.key in known or draft.pce not in ids:
            raise Conflict(LATE)
        crowd.add(draft)
    for seen, draft in found.changed:
        write(db, viewer, seen, columns(draft, ids[draft.pce]), now)
    ours = {"organisation_id": viewer.organisation_id, "changed_at": now, "version": 1}
    rows = [columns(draft, ids[draft.pce]) | ours for draft in found.new]
    for block in blocks(rows):
        db.execute(insert(BillRow), list(block))
    actor = viewer.user_id, viewer.organisation_id
    note_all(db, now, "bills.kept", "pce", sorted({one.pce for one in drafts}), actor=actor)


def _ids(db: Session, viewer: Viewer, numbers: set[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    query = visible(viewer).with_only_columns(Pce.number, Pce.id)
    for some in blocks(sorted(numbers)):
        found |= {row[0]: row[1] for row in db.execute(query.where(Pce.number.in_(some)))}
    return found
