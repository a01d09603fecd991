"""Query exports for jobs, without a viewer."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from core.access import Viewer
from data.exports.models import Export, ExportedPce, ExportSchedule
from data.exports.queries.lists import BUSY, get_spec
from data.exports.types import ExportOrder, ExportState
from data.identity.accounts.queries import find_person
from data.metering.pces.models import Pce


def find_asker(db: Session, export_id: int, today: date) -> Viewer | None:
    """Return the person who requested an export, as they are now; None once disabled."""
    return find_person(db, select(Export.user_id).where(Export.id == export_id), today)


def find_owner(db: Session, schedule_id: int, today: date) -> Viewer | None:
    """Return the person who scheduled an export, as they are now; None once disabled."""
    owner = select(ExportSchedule.user_id).where(ExportSchedule.id == schedule_id)
    return find_person(db, owner, today)


def list_numbers(db: Session, export_id: int, after: int, limit: int) -> list[tuple[int, str]]:
    """Return id and number of the next PCEs that an export read, by id."""
    query = (
        select(Pce.id, Pce.number)
        .join(ExportedPce, ExportedPce.pce_id == Pce.id)
        .where(ExportedPce.export_id == export_id, Pce.id > after)
        .order_by(Pce.id)
        .limit(limit)
    )
    return [(row.id, row.number) for row in db.execute(query)]


def find_order(db: Session, export_id: int) -> ExportOrder | None:
    """Return the export to make; None if it is made, or was removed."""
    row = db.scalar(select(Export).where(Export.id == export_id, is_to_be_made()))
    if row is None:
        return None
    return ExportOrder(row.id, row.user_id, row.organisation_id, get_spec(row))


def is_to_be_made() -> ColumnElement[bool]:
    """Return the SQL condition that an export waits for its file, or could not get it."""
    return Export.state.in_((*BUSY, ExportState.FAILED))


def list_due(db: Session, today: date) -> list[int]:
    """Return the due schedules."""
    query = select(ExportSchedule.id).where(ExportSchedule.next_on <= today)
    return list(db.scalars(query.order_by(ExportSchedule.next_on, ExportSchedule.id)))


def list_stored_names(db: Session) -> set[str]:
    """Return the stored names that exports refer to."""
    return set(db.scalars(select(Export.stored_name).where(Export.stored_name != "")))


def list_over(db: Session, now: datetime) -> list[tuple[int, str]]:
    """Return the exports whose file has expired, and its name."""
    over = (Export.state == ExportState.DONE, Export.kept_until <= now)
    return [(row.id, row.stored_name) for row in db.execute(
        select(Export.id, Export.stored_name).where(*over))]  # fmt: skip
