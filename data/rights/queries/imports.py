"""Query imports of declarations: receipts, rejected lines and column mappings."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Select, func, null, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from core.records import copy_fields
from data.rights.models import ImportColumn, ImportLine, RightImport
from data.rights.queries.import_undo import get_undo
from data.rights.rules.column_detection import is_value
from data.rights.rules.columns import header_given
from data.rights.rules.plans import groups_in, unpacked, unpacked_problem
from data.rights.types import (
    EarlierImport,
    ImportCounts,
    LineProblem,
    LineState,
    Receipt,
    RejectedLine,
    Rejects,
    UndoState,
)
from data.runs.queries import find_same, get_run, list_runs
from data.runs.types import RunKind, RunRow

_MISSING = N_("Cet import est introuvable.")
CHANGED = (ImportLine.state != LineState.REJECTED, ImportLine.problems.is_not(null()))
MOST_SHOWN = 5000  # rejected lines shown on screen; the file has all


def load_column_names(db: Session, viewer: Viewer) -> dict[str, str]:
    """Return the field of each folded header, as the viewer's organisation mapped it.

    A label that reads as data is not a header, and is left out.
    """
    query = select(ImportColumn.label, ImportColumn.field).where(
        ImportColumn.organisation_id == viewer.organisation_id
    )
    return {row.label: row.field for row in db.execute(query) if not is_value(row.label)}


def visible(viewer: Viewer) -> Select[RightImport]:
    """Select the imports of the viewer's organisation; all of them for staff."""
    viewer.require(Permission.RIGHTS_READ)
    query = select(RightImport)
    if viewer.staff:
        return query
    return query.where(RightImport.organisation_id == viewer.organisation_id)


def get_import_receipt(
    db: Session, viewer: Viewer, run_id: int, *, unleft: bool = False
) -> Receipt:
    """Return the outcome or progress of an import; `unleft` is as for `get_undo`."""
    row = get_import(db, viewer, run_id)
    result = _receipt(viewer, row, get_run(db, viewer, run_id))
    problems = _problems(db, run_id, MOST_SHOWN)
    return replace(
        result,
        groups=groups_in(problems),
        undo=get_undo(db, viewer, result, row, unleft=unleft),
        changed=_count_changed(db, run_id),
    )


def find_brought(db: Session, viewer: Viewer, run_id: int) -> EarlierImport | None:
    """Return the latest earlier import of the same file, undone or not."""
    same = find_same(db, viewer, run_id)
    if same is None:
        return None
    query = visible(viewer).with_only_columns(RightImport.undone_at)
    return EarlierImport(same, db.scalar(query.where(RightImport.run_id == same)))


def list_imports(db: Session, viewer: Viewer, limit: int = 50, *, offset: int = 0) -> list[Receipt]:
    """Return the latest imports first, without rejected lines."""
    runs = list_runs(db, viewer, limit, kind=RunKind.RIGHTS, offset=offset)
    query = visible(viewer).where(RightImport.run_id.in_([run.id for run in runs]))
    rows = {row.run_id: row for row in db.scalars(query)}
    return [_receipt(viewer, rows[run.id], run) for run in runs if run.id in rows]


def get_rejected_lines(db: Session, viewer: Viewer, run_id: int) -> Rejects:
    """Return the rejected lines as in the file, to be downloaded."""
    row = get_import(db, viewer, run_id)
    query = (
        select(ImportLine.line, ImportLine.cells, ImportLine.problems, ImportLine.number)
        .where(ImportLine.run_id == run_id, ImportLine.state == LineState.REJECTED)
        .order_by(ImportLine.line)
    )
    lines = tuple(
        RejectedLine(
            line_row.line,
            tuple(line_row.cells or ()),
            tuple(
                (problem.sentence, problem.params)
                for problem in list_line_problems(line_row.line, line_row.number, line_row.problems)
            ),
        )
        for line_row in db.execute(query)
    )
    header = header_given(row.header, unpacked(row.plan).columns)
    return Rejects(header, row.xlsx, lines)


def find_last_stored_line(db: Session, viewer: Viewer, run_id: int) -> int:
    """Return the last line of an import with an outcome, 0 when there is none."""
    get_import(db, viewer, run_id)
    query = select(func.max(ImportLine.line)).where(ImportLine.run_id == run_id)
    return db.scalar(query) or 0


def get_import(db: Session, viewer: Viewer, run_id: int) -> RightImport:
    get_run(db, viewer, run_id)
    row = db.scalar(visible(viewer).where(RightImport.run_id == run_id))
    if row is None:
        raise NotFound(_MISSING)
    return row


def _receipt(viewer: Viewer, row: RightImport, run: RunRow) -> Receipt:
    return copy_fields(
        Receipt,
        run,
        run_id=run.id,
        plan=unpacked(row.plan),
        counts=count_import_lines(row.lines, run.counts),
        groups=(),
        undone_at=row.undone_at,
        undo=UndoState(),
        changed=0,
        own=row.organisation_id == viewer.organisation_id,
    )


def count_import_lines(lines: int, stored_counts: Any) -> ImportCounts:  # noqa: ANN401 (JSON)
    """Return the counts of an import; lines not stored yet count as waiting."""
    done = {name: int(stored_counts.get(name, 0)) for name in ("accepted", "known", "rejected")}
    return ImportCounts(lines=lines, **done, waiting=lines - sum(done.values()))


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
        problem
        for row in db.execute(query)
        for problem in list_line_problems(row.line, row.number, row.problems)
    ]


def list_line_problems(
    line: int,
    number: str,
    stored_problems: Sequence[Any] | None,
    state: LineState = LineState.REJECTED,
) -> list[LineProblem]:
    return [
        unpacked_problem(line, number, state, stored_problem)
        for stored_problem in stored_problems or ()
    ]
