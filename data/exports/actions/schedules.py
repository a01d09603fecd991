"""Schedule monthly exports, made with the rights of the day."""

from dataclasses import replace
from datetime import date, datetime

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import change_rows
from core.errors import Conflict, Forbidden, Invalid, NotFound, PortalError
from core.i18n import N_, PARIS
from data.exports.actions.lifecycle import tell_failure
from data.exports.actions.requests import open_export, validated
from data.exports.models import Export, ExportSchedule
from data.exports.queries import list_schedules
from data.exports.queries.lists import get_spec
from data.exports.queries.unscoped import find_owner
from data.exports.rules import LAST_DAY, MONTHS, first_on, month_days, packed
from data.exports.types import ExportEstimate, ExportLimits, ExportSpec, ExportState
from data.identity.accounts.models import User
from data.identity.audit.actions import note

MOST = 20  # for one organisation


def schedule(
    db: Session, viewer: Viewer, spec: ExportSpec, *, day: int, months: int, now: datetime
) -> int:
    """Schedule `spec` on `day` of each month, for the `months` before it; return its id."""
    viewer.require(Permission.CONSUMPTION_EXPORT)
    viewer.require_contract()
    if not 1 <= day <= LAST_DAY or months not in MONTHS:
        raise Invalid(N_("Choisissez un jour de 1 à 28 et une durée proposée."))
    if len(list_schedules(db, viewer)) >= MOST:
        raise Conflict(N_("Au plus {most} exports programmés : supprimez-en un."), most=MOST)
    _refuse_again(db, viewer, spec, day, months)
    row = ExportSchedule(
        organisation_id=viewer.organisation_id,
        user_id=viewer.user_id,
        content=spec.content,
        file=spec.file,
        apart=spec.file_per_pce,
        choice=packed(spec.choice),
        months=months,
        day=day,
        next_on=first_on(day, viewer.today),
        created_at=now,
    )
    db.add(row)
    db.flush()
    note(db, now, "exports.scheduled", ("export_schedule", row.id), actor=viewer.actor)
    return row.id


def _refuse_again(db: Session, viewer: Viewer, spec: ExportSpec, day: int, months: int) -> None:
    """Raise Conflict for a duplicate schedule, which would double mails and files."""
    # A second click waits for the first one's transaction (SQLite has a single writer).
    db.execute(select(User.id).where(User.id == viewer.user_id).with_for_update())
    mine = select(ExportSchedule.choice).where(
        ExportSchedule.organisation_id == viewer.organisation_id,
        ExportSchedule.user_id == viewer.user_id,
        ExportSchedule.content == spec.content,
        ExportSchedule.file == spec.file,
        ExportSchedule.apart == spec.file_per_pce,
        ExportSchedule.months == months,
        ExportSchedule.day == day,
    )
    if packed(spec.choice) in db.scalars(mine).all():
        raise Conflict(N_("Cet export est déjà programmé, le {day} de chaque mois."), day=day)


def unschedule(db: Session, viewer: Viewer, schedule_id: int, *, now: datetime) -> None:
    """Delete a schedule; its exports stay."""
    viewer.require(Permission.CONSUMPTION_EXPORT)
    mine = {row.id: row for row in list_schedules(db, viewer)}
    if schedule_id not in mine:
        raise NotFound(N_("Cet export programmé est introuvable."))
    if not mine[schedule_id].mine and not viewer.may(Permission.PCES_WRITE):
        raise Forbidden(N_("Seule la personne qui l’a programmé peut supprimer cet export."))
    db.execute(delete(ExportSchedule).where(ExportSchedule.id == schedule_id))
    note(db, now, "exports.unscheduled", ("export_schedule", schedule_id), actor=viewer.actor)


def make_due(db: Session, schedule_id: int, *, limits: ExportLimits, now: datetime) -> int | None:
    """Create the export of a due schedule; return None when it was already done; for the job.

    A counted UPDATE ensures one export a month; of missed months, only the last is made. A schedule
    whose owner is disabled is deleted.
    """
    today = now.astimezone(PARIS).date()
    row = db.scalars(select(ExportSchedule).where(ExportSchedule.id == schedule_id)).one_or_none()
    if row is None or row.next_on > today:
        return None
    moved = change_rows(
        db,
        update(ExportSchedule)
        .where(ExportSchedule.id == schedule_id, ExportSchedule.next_on == row.next_on)
        .values(next_on=first_on(row.day, today)),
    )
    if moved != 1:
        return None
    viewer = find_owner(db, schedule_id, today)
    if viewer is None or not viewer.may(Permission.CONSUMPTION_EXPORT):
        db.execute(delete(ExportSchedule).where(ExportSchedule.id == schedule_id))
        note(db, now, "exports.unscheduled", ("export_schedule", schedule_id))
        return None
    return _open(db, viewer, row, today, limits=limits, now=now)


def _open(
    db: Session,
    viewer: Viewer,
    row: ExportSchedule,
    today: date,
    *,
    limits: ExportLimits,
    now: datetime,
) -> int:
    """Create the export, or a failed one with the reason: its owner is notified either way."""
    spec = _of_month(get_spec(row), row.months, today)
    try:
        viewer.require_contract()
        expected = validated(db, viewer, spec, limits)
    except PortalError as problem:
        export_id = open_export(
            db, viewer, spec, ExportEstimate(0, 0, 0), now=now, tell=True, schedule_id=row.id
        )
        failure = problem.message, dict(problem.params)
        failed = {"state": ExportState.FAILED, "finished_at": now, "problem": list(failure)}
        db.execute(update(Export).where(Export.id == export_id).values(**failed))
        tell_failure(db, viewer.user_id, export_id, failure, now)
        return export_id
    return open_export(db, viewer, spec, expected, now=now, tell=True, schedule_id=row.id)


def _of_month(spec: ExportSpec, months: int, today: date) -> ExportSpec:
    if not spec.content.dated:
        return replace(spec, months=None)
    first, last = month_days(months, today)
    return replace(spec, first=first, last=last, months=None)
