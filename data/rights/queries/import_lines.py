"""Query the lines of an import with their outcome, for its receipt and for a file."""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.rights.models import AccessRight, ImportLine, RightEventRow
from data.rights.queries.imports import CHANGED, get_import, list_line_problems
from data.rights.types import LINES_SHOWN, ImportedLine, Lines, LineState


def list_lines(
    db: Session, viewer: Viewer, run_id: int, which: Lines = Lines.ALL, page: int = 1
) -> list[ImportedLine]:
    """Return a page (from 1) of the lines of an import, in file order."""
    get_import(db, viewer, run_id)
    query = _lines(run_id, which).offset((max(1, page) - 1) * LINES_SHOWN).limit(LINES_SHOWN)
    return [_read_line(row) for row in db.execute(query)]


def iter_imported_lines(db: Session, viewer: Viewer, run_id: int) -> Iterator[ImportedLine]:
    """Yield all lines of an import, streamed."""
    get_import(db, viewer, run_id)
    query = _lines(run_id, Lines.ALL).execution_options(yield_per=1000)
    return map(_read_line, db.execute(query))


def _lines(run_id: int, which: Lines) -> Select[Any]:
    row = ImportLine
    first = (RightEventRow.right_id == AccessRight.id) & RightEventRow.before.is_(None)
    query = (
        select(row.line, row.number, row.state, row.problems, row.uid)
        .add_columns(RightEventRow.after, AccessRight.relayed)
        .outerjoin(AccessRight, AccessRight.uid == row.uid)
        .outerjoin(RightEventRow, first)
        .where(row.run_id == run_id)
    )
    if which is Lines.CHANGED:
        query = query.where(*CHANGED)
    elif which is not Lines.ALL:
        query = query.where(row.state == LineState(which.value))
    return query.order_by(row.line)


def _read_line(row: Any) -> ImportedLine:  # noqa: ANN401 (a row)
    line_problems = list_line_problems(row.line, row.number, row.problems, row.state)
    began = row.uid or "", row.after, bool(row.relayed)
    return ImportedLine(row.line, row.number, row.state, tuple(line_problems), *began)
