"""The life of an export: claimed by one job, moved forward, offered whole or not at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, delete, insert, or_, select, update
from sqlalchemy.orm import Session

from data.access import Viewer
from data.audit.actions import note
from data.db import change_one, is_silent
from data.errors import Invalid, PortalError, plain_params
from data.exports.models import Export, ExportedPce
from data.exports.queries.lists import wanted_of
from data.exports.queries.service import list_numbers, list_over
from data.exports.types import Claimed, Content, ExportState, Limits, Made, Reach
from data.notifications.actions import queue
from data.notifications.types import Kind
from data.pces.rules import holes_text
from data.rights.actions.reading import note_read
from data.rights.rules import reads
from i18n import N_

SILENT = timedelta(seconds=60)  # a job that says nothing for that long has died
MOST_TRIED = 5
MOST_TURNS = 10  # claims of one export: whatever it holds itself kills the job
READ: Mapping[Content, str] = {  # in the readers' log, which says what left and nothing else
    Content.DAILY: reads.EXPORTED,
    Content.MONTHLY: reads.EXPORTED,
    Content.PUBLISHED: reads.PUBLISHED,
    Content.CONTRACTUAL: reads.CONTRACTUAL,
    Content.TECHNICAL: reads.TECHNICAL,
}
_BLOCK = 1000
_DEADLY = N_(
    "La préparation de cet export s’est interrompue plusieurs fois : elle est abandonnée."
    " Demandez-le en plusieurs parties."
)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(
        Export.state == ExportState.WAITING,
        and_(Export.state == ExportState.WORKING, is_silent(Export.beat_at, now, SILENT)),
    )


def claim(db: Session, now: datetime) -> Claimed | None:
    """Take an export that waits, or whose job died; None when there is none.

    The shortest first, so that a small one does not wait for a whole fleet. The UPDATE is
    counted: of two jobs that want the same, one gets it; the turn shuts out the one before.
    """
    query = select(Export).where(_free(now)).order_by(Export.expected_rows, Export.id)
    for row in db.scalars(query.limit(MOST_TRIED).execution_options(populate_existing=True)).all():
        turn = row.turn + 1
        taken = db.execute(
            update(Export)
            .where(Export.id == row.id, Export.turn == row.turn, _free(now))
            .values(state=ExportState.WORKING, beat_at=now, started_at=now, turn=turn)
            .execution_options(synchronize_session=False)
        )
        if taken.rowcount != 1:  # type: ignore[attr-defined]
            continue
        claimed = Claimed(row.id, row.user_id, row.organisation_id, turn, wanted_of(row))
        if turn > MOST_TURNS:
            fail(db, claimed, Invalid(_DEADLY), now)
            continue
        return claimed
    return None


def begin(db: Session, export: Claimed, total: int, now: datetime) -> None:
    """From the start, whatever a job before had done."""
    _change(db, export, done=0, total=total, pces=0, rows=0, beat_at=now)
    db.execute(delete(ExportedPce).where(ExportedPce.export_id == export.id))


def move(
    db: Session, export: Claimed, counts: tuple[int, int], read: Sequence[Reach], now: datetime
) -> None:
    """So many PCE are looked at, so many rows written; *read* are the PCE read since last time."""
    done, rows = counts
    pces = Export.pces + len(read)
    _change(db, export, done=done, rows=rows, pces=pces, beat_at=now)
    if read:
        db.execute(
            insert(ExportedPce),
            [
                {
                    "pce_id": one.pce_id,
                    "export_id": export.id,
                    "first_day": one.first,
                    "last_day": one.last,
                    "holes": holes_text(one.holes, ()),
                }
                for one in read
            ],
        )


def finish(  # noqa: PLR0913 (one word a fact)
    db: Session, viewer: Viewer, export: Claimed, made: Made, *, limits: Limits, now: datetime
) -> None:
    """The file is whole: it is offered, and each PCE in it has its line in the readers' log."""
    until = now + timedelta(days=limits.days)
    _change(
        db,
        export,
        state=ExportState.DONE,
        finished_at=now,
        kept_until=until,
        rows=made.rows,
        stored_name=made.stored_name,
        file_name=made.file_name,
        file_size=made.size,
        sha256=made.sha256,
    )
    _note_readings(db, viewer, export, now)
    detail = {"sha256": made.sha256, "size": made.size, "rows": made.rows}
    _note(db, export, "exports.made", detail, now)
    row = db.execute(select(Export.tell, Export.pces).where(Export.id == export.id)).one()
    if row.tell:
        told = {"export": export.id, "file": made.file_name, "size": made.size, "rows": made.rows}
        told |= {"pces": row.pces, "until": until.isoformat(), "sha256": made.sha256}
        queue(db, export.user_id, Kind.EXPORT_READY, now, params=told)


def _note_readings(db: Session, viewer: Viewer, export: Claimed, now: datetime) -> None:
    """By blocks, so that a fleet does not stand in memory."""
    after = 0
    while block := list_numbers(db, export.id, after, _BLOCK):
        note_read(
            db, viewer, [number for _id, number in block], READ[export.wanted.content], now=now
        )
        db.flush()
        after = block[-1][0]


def fail(db: Session, export: Claimed, problem: PortalError, now: datetime) -> None:
    """It cannot be made: *problem* says why; nothing of it was offered."""
    params = plain_params(problem.params)
    _change(
        db,
        export,
        state=ExportState.FAILED,
        finished_at=now,
        problem=[problem.message, params],
    )
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
    told = {"export": export_id, "sentence": problem[0], "blanks": dict(problem[1])}
    queue(db, user_id, Kind.EXPORT_FAILED, now, params=told)


def let_go(db: Session, now: datetime) -> list[str]:
    """For the job: files kept long enough are kept no more; their names."""
    over = list_over(db, now)
    for start in range(0, len(over), _BLOCK):
        ids = [id_ for id_, _name in over[start : start + _BLOCK]]
        gone = update(Export).where(Export.id.in_(ids), Export.state == ExportState.DONE)
        db.execute(gone.values(state=ExportState.GONE, stored_name=""))
        db.execute(delete(ExportedPce).where(ExportedPce.export_id.in_(ids)))
    return [name for _id, name in over]


def _change(db: Session, export: Claimed, **values: object) -> None:
    """Change an export that is still ours."""
    change = (
        update(Export)
        .where(
            Export.id == export.id,
            Export.state == ExportState.WORKING,
            Export.turn == export.turn,
        )
        .values(**values)
    )
    change_one(db, change, N_("Un autre traitement a repris cet export, ou il a été supprimé."))


def _note(
    db: Session, export: Claimed, action: str, detail: dict[str, object], now: datetime
) -> None:
    actor = (export.user_id, export.organisation_id)
    note(db, now, action, ("export", export.id), actor=actor, detail=detail)
