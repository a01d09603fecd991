"""Query exports for screens, with the right changes that close their file."""

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from core.access import Viewer
from data.exports.queries.contents import can_still_read
from data.exports.queries.lists import get_export, list_exports
from data.exports.types import ExportRow, ExportState

MOST_CHECKED = 5000  # PCEs checked for one list; the page of an export checks all of its PCEs


def list_shown(db: Session, viewer: Viewer) -> list[ExportRow]:
    """Return the visible exports, latest first."""
    return _marked(db, viewer, list_exports(db, viewer), MOST_CHECKED)


def get_shown(db: Session, viewer: Viewer, export_id: int) -> ExportRow:
    """Return an export; raise NotFound when it is not visible."""
    row = get_export(db, viewer, export_id)
    return _marked(db, viewer, [row], row.total)[0]


def _marked(db: Session, viewer: Viewer, rows: Sequence[ExportRow], most: int) -> list[ExportRow]:
    """Return `rows`, marked closed when download would be refused; checks at most `most` PCEs."""
    marked_rows = []
    for row in rows:
        checked = row.state is ExportState.DONE and row.total <= most
        most -= row.total if checked else 0
        closed = checked and not can_still_read(db, viewer, row)
        marked_rows.append(replace(row, closed=closed))
    return marked_rows
