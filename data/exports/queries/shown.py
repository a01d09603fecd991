"""Exports as screens show them: with what closes their file, a right that changed since."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from data.access import Viewer
from data.exports.queries.lists import get_export, list_exports
from data.exports.queries.reading import may_read_again
from data.exports.types import ExportRow, ExportState

MOST_CHECKED = 5000  # PCE that one list looks at again; the page of an export looks at all of it


def list_shown(db: Session, viewer: Viewer) -> list[ExportRow]:
    """The latest first."""
    return _marked(db, viewer, list_exports(db, viewer), MOST_CHECKED)


def get_shown(db: Session, viewer: Viewer, export_id: int) -> ExportRow:
    """Raises NotFound when it is absent or another organisation's."""
    row = get_export(db, viewer, export_id)
    return _marked(db, viewer, [row], row.total)[0]


def _marked(db: Session, viewer: Viewer, rows: Sequence[ExportRow], most: int) -> list[ExportRow]:
    """*rows*, those that the download would refuse being closed; of *most* PCE in all."""
    found = []
    for row in rows:
        checked = row.state is ExportState.DONE and row.total <= most
        most -= row.total if checked else 0
        closed = checked and not may_read_again(db, viewer, row)
        found.append(replace(row, closed=closed))
    return found
