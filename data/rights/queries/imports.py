"""Imports of declarations: their receipts, their rejected lines, what columns are called."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.errors import NotFound
from data.rights.models import (
    ImportColumn,
    ImportLine,
    RightImport,
)
from data.rights.queries.undoing import undo_of
from data.rights.rules.columns import header_given
from data.rights.rules.contents import is_value
from data.rights.rules.plans import groups_in, unpacked, unpacked_problem
from data.rights.types import (
    Brought,
    Counts,
    LineProblem,
    LineState,
    Receipt,
    RejectedLine,
    Rejects,
    Undo,
)
from data.runs.queries import find_same, get_run, list_runs
from data.runs.types import RunKind, RunRow
from i18n import N_

_MISSING = N_("Cet import est introuvable.")
CHANGED = (ImportLine.state != LineState.REJECTED, ImportLine.problems.is_not(null()))
MOST_SHOWN = 5000  # rejected lines told of on a screen; the file of them has all


def known_columns(db: Session, viewer: Viewer) -> dict[str, str]:
    """By folded header, the field that the viewer's organisation says it is.

    What reads as data is no header, whoever said that it was.
    """
    query = select(ImportColumn.label, ImportColumn.field).where(
        ImportColumn.organisation_id == viewer.organisation_id
    )
    return {row.label: row.field for row in db.execute(query) if not is_value(row.label)}


def visible(viewer: Viewer) -> Select[RightImport]:
    """The imports of the viewer's organisation; all of them for the distributor's staff."""
    viewer.require(Permission.RIGHTS_READ)
    query = select(RightImport)
    if viewer.staff:
        return query
    return query.where(RightImport.organisation_id == viewer.organisation_id)


def receipt(db: Session, viewer: Viewer, run_id: int, *, unleft: bool = False) -> Receipt:
    """What became of an import, or how far it is; *unleft* as `undo_of` has it."""
    row = import_of(db, viewer, run_id)
    found = _receipt(viewer, row, get_run(db, viewer, run_id))
    problems = _problems(db, run_id, MOST_SHOWN)
    return replace(
        found,
        groups=groups_in(problems),
        undo=undo_of(db, viewer, found, row, unleft=unleft),
        changed=_count_changed(db, run_id),
    )


def find_brought(db: Session, viewer: Viewer, run_id: int) -> Brought | None:
    """The latest import of the very file of *run_id* before it, undone since or not."""
    same = find_same(db, viewer, run_id)
    if same is None:
        return None
    query = visible(viewer).with_only_columns(RightImport.undone_at)
    return Brought(same, db.scalar(query.where(RightImport.run_id == same)))


def list_imports(db: Session, viewer: Viewer, limit: int = 50, *, offset: int = 0) -> list[Receipt]:
    """The latest first, without the lines that were not taken."""
    runs = list_runs(db, viewer, limit, kind=RunKind.RIGHTS, offset=offset)
    query = visible(viewer).where(RightImport.run_id.in_([run.id for run in runs]))
    rows = {row.run_id: row for row in db.scalars(query)}
    return [_receipt(viewer, rows[run.id], run) for run in runs if run.id in rows]


def rejected_lines(db: Session, viewer: Viewer, run_id: int) -> Rejects:
    """The lines that were not taken, as they were written, for a file of them."""
    row = import_of(db, viewer, run_id)
    query = (
        select(ImportLine.line, ImportLine.cells, ImportLine.problems, ImportLine.number)
        .where(ImportLine.run_id == run_id, ImportLine.state == LineState.REJECTED)
        .order_by(ImportLine.line)
    )
    lines = tuple(
        RejectedLine(
            found.line,
            tuple(found.cells or ()),
            tuple(
                (one.sentence, one.params)
                for one in lines_said(found.line, found.number, found.problems)
            ),
        )
        for found in db.execute(query)
    )
    header = header_given(row.header, unpacked(row.plan).columns)
    return Rejects(header, row.xlsx, lines)


def last_stored(db: Session, viewer: Viewer, run_id: int) -> int:
    """The last line of an import whose fate is known; 0 before the first."""
    import_of(db, viewer, run_id)
    query = select(func.max(ImportLine.line)).where(ImportLine.run_id == run_id)
    return db.scalar(query) or 0


def import_of(db: Session, viewer: Viewer, run_id: int) -> RightImport:
    get_run(db, viewer, run_id)
    row = db.scalar(visible(viewer).where(RightImport.run_id == run_id))
    if row is None:
        raise NotFound(_MISSING)
    return row


def _receipt(viewer: Viewer, row: RightImport, run: RunRow) -> Receipt:
    return Receipt(
        run_id=run.id,
        file_name=run.file_name,
        who=run.who,
        plan=unpacked(row.plan),
        state=run.state,
        created_at=run.created_at,
        started_at=run.started_at,
        finished_at=run.finished_at,
        counts=counts_of(row.lines, run.counts),
        groups=(),
        undone_at=row.undone_at,
        undo=Undo(),
        problem=run.problem,
        own=row.organisation_id == viewer.organisation_id,
    )


def counts_of(lines: int, told: Any) -> Counts:  # noqa: ANN401 (JSON)
    """What is not stored yet waits: the lines of a file are always all accounted for."""
    done = {name: int(told.get(name, 0)) for name in ("accepted", "known", "rejected")}
    return Counts(lines=lines, **done, waiting=lines - sum(done.values()))


def _count_changed(db: Session, run_id: int) -> int:
    query = select(func.count()).where(ImportLine.run_id == run_id, *CHANGED)
    return db.scalar(query) or 0


def _problems(db: Session, run_id: int, limit: int) -> Sequence[LineProblem]:
    query = (
        select(ImportLine.line, ImportLine.number, ImportLine.problems)
        .where(ImportLine.run_id == run_id, ImportLine.state == LineState.REJECTED)
        .order_by(ImportLine.line)
        .limit(limit)
    )
    return [
        one for row in db.execute(query) for one in lines_said(row.line, row.number, row.problems)
    ]


def lines_said(
    line: int,
    number: str,
    kept: Sequence[Any] | None,
    state: LineState = LineState.REJECTED,
) -> list[LineProblem]:
    return [unpacked_problem(line, number, state, one) for one in kept or ()]
