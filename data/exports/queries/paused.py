"""Query the exports and schedules that wait for an organisation's contract."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.errors import NotFound
from core.i18n import N_
from data.exports.models import Export, ExportSchedule
from data.exports.queries.lists import BUSY


def count_paused(db: Session, viewer: Viewer, organisation_id: int) -> tuple[int, int]:
    """Count the exports in progress and the schedules that fail until there is a contract."""
    viewer.require(Permission.CONTRACTS_READ)
    if not viewer.staff and organisation_id != viewer.organisation_id:
        raise NotFound(N_("Cette organisation est introuvable."))
    busy = select(func.count(Export.id)).where(
        Export.organisation_id == organisation_id, Export.state.in_(BUSY)
    )
    planned = select(func.count(ExportSchedule.id)).where(
        ExportSchedule.organisation_id == organisation_id
    )
    return db.scalar(busy) or 0, db.scalar(planned) or 0
