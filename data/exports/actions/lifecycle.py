"""The life of an export: made by the work queue, offered complete or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.errors import Conflict, Invalid, PortalError, plain_params
from core.i18n import N_
from core.queue_types import RetryPolicy, WorkKind
from data.exports.models import Export, ExportedPce
from data.exports.queries.unscoped import find_order, is_to_be_made, list_numbers, list_over
from data.exports.types import (
    Content,
    ExportLimits,
    ExportOrder,
    ExportState,
    FinishedExport,
    ReadPeriod,
)
from data.identity.audit.actions import note
from data.metering.pces.rules import holes_text
from data.notifications.actions import queue
from data.notifications.types import NotificationKind
from data.rights.actions.reads_log import note_read
from data.rights.rules import reads

MAKE_EXPORT = WorkKind("make_export", "exports", RetryPolicy(delays_s=(5,) * 9))
READ: Mapping[Content, str] = {  # action in the readers' log, by kind of data
    Content.DAILY: reads.EXPORTED,
    Content.MONTHLY: reads.EXPORTED,
    Content.PUBLISHED: reads.PUBLISHED,
    Content.CONTRACTUAL: reads.CONTRACTUAL,
    Content.TECHNICAL: reads.TECHNICAL,
    **{kind: reads.EXPORTED for kind in Content if kind.is_report},
}
_BLOCK = 1000
_DEADLY = N_(
    "La préparation de cet export s’est interrompue plusieurs fois : elle est abandonnée."
    " Demandez-le en plusieurs parties."
)


def begin(db: Session, export: ExportOrder, total: int, now: datetime) -> None:
    """Start an export over, whatever an earlier attempt did; raise Conflict if it was removed."""
    fresh = {"done": 0, "total": total, "pces": 0, "rows": 0, "problem": None}
    _move(db, export, state=ExportState.WORKING, started_at=now, **fresh)
    db.execute(delete(ExportedPce).where(ExportedPce.export_id == export.id))


def move(
    db: Session, export: ExportOrder, counts: tuple[int, int], read: Sequence[ReadPeriod]
) -> None:
    """Record the PCEs processed and rows written; `read` are the PCEs read since last time."""
    done, rows = counts
    _move(db, export, done=done, rows=rows, pces=Export.pces + len(read))
    if read:
        db.execute(
            insert(ExportedPce),
            [
                {
                    "pce_id": reach.pce_id,
                    "export_id": export.id,
                    "first_day": reach.first,
                    "last_day": reach.last,
                    "holes": holes_text(reach.holes, ()),
                }
                for reach in read
            ],
        )


def finish(
    db: Session,
    viewer: Viewer,
    export: ExportOrder,
    output: FinishedExport,
    *,
    limits: ExportLimits,
    now: datetime,
) -> bool:
    """Offer the complete file, and log the read of each PCE in it.

    Return False if the export was removed meanwhile.
    """
    until = now + timedelta(days=limits.days)
    is_offered = _change(
        db,
        export,
        state=ExportState.DONE,
        finished_at=now,
        kept_until=until,
        rows=output.rows,
        stored_name=output.stored_name,
        file_name=output.file_name,
        file_size=output.size,
        sha256=output.sha256,
    )
    if not is_offered:
        return False
    _note_readings(db, viewer, export, now)
    detail = {"sha256": output.sha256, "size": output.size, "rows": output.rows}
    _note(db, export, "exports.made", detail, now)
    row = db.execute(select(Export.tell, Export.pces).where(Export.id == export.id)).one()
    if row.tell:
        details = {
            "export": export.id,
            "file": output.file_name,
            "size": output.size,
            "rows": output.rows,
        }
        details |= {"pces": row.pces, "until": until.isoformat(), "sha256": output.sha256}
        queue(db, export.user_id, NotificationKind.EXPORT_READY, now, params=details)
    return True


def _note_readings(db: Session, viewer: Viewer, export: ExportOrder, now: datetime) -> None:
    """Log the reads block by block, to bound memory."""
    after = 0
    while block := list_numbers(db, export.id, after, _BLOCK):
        note_read(
            db, viewer, [number for _id, number in block], READ[export.wanted.content], now=now
        )
        db.flush()
        after = block[-1][0]


def fail(db: Session, export: ExportOrder, problem: PortalError, now: datetime) -> None:
    """Mark the export as failed with `problem`; nothing of it is offered."""
    params = plain_params(problem.params)
    stored_problem = [problem.message, params]
    if not _change(db, export, state=ExportState.FAILED, finished_at=now, problem=stored_problem):
        return
    db.execute(delete(ExportedPce).where(ExportedPce.export_id == export.id))
    _note(db, export, "exports.failed", {"reason": problem.message}, now)
    if db.scalar(select(Export.tell).where(Export.id == export.id)):
        tell_failure(db, export.user_id, export.id, (problem.message, params), now)


def tell_failure(
    db: Session,
    user_id: int,
    export_id: int,
    problem: tuple[str, Mapping[str, object]],
    now: datetime,
) -> None:
    details = {"export": export_id, "sentence": problem[0], "blanks": dict(problem[1])}
    queue(db, user_id, NotificationKind.EXPORT_FAILED, now, params=details)


def expire_files(db: Session, now: datetime) -> list[str]:
    """Expire files past their retention; return their names, for the job."""
    over = list_over(db, now)
    for start in range(0, len(over), _BLOCK):
        ids = [id_ for id_, _name in over[start : start + _BLOCK]]
        gone = update(Export).where(Export.id.in_(ids), Export.state == ExportState.DONE)
        db.execute(gone.values(state=ExportState.GONE, stored_name=""))
        db.execute(delete(ExportedPce).where(ExportedPce.export_id.in_(ids)))
    return [name for _id, name in over]


def fail_for_good(db: Session, export_id: int, now: datetime) -> None:
    """Fail an export that was interrupted or failed at every attempt."""
    order = find_order(db, export_id)
    if order is not None:
        fail(db, order, Invalid(_DEADLY), now)


def _move(db: Session, export: ExportOrder, **values: object) -> None:
    if not _change(db, export, **values):
        raise Conflict(N_("Cet export a été supprimé."))


def _change(db: Session, export: ExportOrder, **values: object) -> bool:
    """Update an export that is still wanted; return whether it is."""
    change = update(Export).where(Export.id == export.id, is_to_be_made())
    return db.connection().execute(change.values(**values)).rowcount == 1


def _note(
    db: Session, export: ExportOrder, action: str, detail: dict[str, object], now: datetime
) -> None:
    actor = (export.user_id, export.organisation_id)
    note(db, now, action, ("export", export.id), actor=actor, detail=detail)
