"""Undo an import of which nothing was sent upstream, and clear it from the queue."""

from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from data.exchange.mirror.actions.cancellation import hold_home
from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.queries.queued import UNLEFT, get_import_rights_query, is_unleft
from data.rights import actions
from data.rights.types import UndoResult


def undo_import(db: Session, viewer: Viewer, run_id: int, *, now: datetime) -> UndoResult:
    """Undo as `rights.undo_import`, which raises Conflict once something was or may be sent."""
    viewer.require(Permission.RIGHTS_DECLARE)
    hold_home(db, viewer.organisation_id)
    change_rows(
        db,
        delete(MirrorSending).where(
            MirrorSending.right_id.in_(get_import_rights_query(viewer, run_id)), UNLEFT
        ),
    )
    unleft = is_unleft(db, viewer, run_id)
    return actions.undo_import(db, viewer, run_id, now=now, unleft=unleft)
