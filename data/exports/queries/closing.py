"""Query exports for screens, with the right changes that close their file."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from core.access import Viewer
from data.exports.queries.contents import can_still_read
from data.exports.queries.lists import get_export, list_exports
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
    marked_rows = []
    for row in rows:
        checked = row.state is ExportState.DONE and row.total <= most
        most -= row.total if checked else 0
        closed = checked and not can_still_read(db, viewer, row)
        marked_rows.append(replace(row, closed=closed))
    return marked_rows
