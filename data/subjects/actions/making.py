"""The life of an archive: claimed by one job, offered whole, kept some days."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlalchemy.orm import Session

from data.access import Viewer
from data.audit.actions import note
from data.db import change_one, is_silent
from data.notifications.actions import queue
from data.notifications.types import Kind
from data.subjects.models import SubjectRequest
from data.subjects.queries.extracts import subject_of
from data.subjects.types import Claimed, Periods, RequestKind, RequestState
from i18n import N_

SILENT = timedelta(minutes=10)  # a job that has not ended by then has died
MOST_TURNS = 5
DEADLY = N_("La préparation de cette archive s’est interrompue plusieurs fois.")


def _free(now: datetime) -> ColumnElement[bool]:
    silent = is_silent(SubjectRequest.beat_at, now, SILENT)
    died = and_(SubjectRequest.state == RequestState.WORKING, silent)
    return and_(
        SubjectRequest.kind == RequestKind.EXPORT,
        or_(SubjectRequest.state == RequestState.WAITING, died),
    )


def claim(db: Session, now: datetime) -> Claimed | None:
    """Take an archive to make, or whose job died; None when there is none."""
    query = select(SubjectRequest).where(_free(now)).order_by(SubjectRequest.id).limit(1)
    row = db.scalar(query.with_for_update(skip_locked=True))
    if row is None:
        return None
    row.state, row.beat_at, row.turn = RequestState.WORKING, now, row.turn + 1
    db.flush()
    claimed = Claimed(row.id, subject_of(db, row.user_id, row.email), row.turn, row.language)
    if row.turn > MOST_TURNS:
        fail(db, claimed, DEADLY, now)
        return None
    return claimed


def finish(  # noqa: PLR0913 (one word a fact)
    db: Session,
    one: Claimed,
    file: tuple[str, int, str],
    counts: Mapping[str, int],
    *,
    periods: Periods,
    now: datetime,
) -> None:
    """Offer the archive, *file* its stored name, size and SHA-256, and say so by mail."""
    until = now + timedelta(days=periods.file_days)
    name, size, sha256 = file
    values = {"stored_name": name, "file_size": size, "sha256": sha256, "counts": dict(counts)}
    _change(db, one, state=RequestState.READY, ended_at=now, kept_until=until, **values)
    note(db, now, "subjects.export_made", ("subject_request", one.id))
    if one.subject.user_id is not None:
        queue(db, one.subject.user_id, Kind.DATA_READY, now, params={"until": until.isoformat()})


def fail(db: Session, one: Claimed, problem: str, now: datetime) -> None:
    """It cannot be made: *problem*, a marked sentence, says why; it may be asked for again."""
    _change(db, one, state=RequestState.OVER, ended_at=now, problem=problem)


def _change(db: Session, one: Claimed, **values: object) -> None:
    change = (
        update(SubjectRequest)
        .where(
            SubjectRequest.id == one.id,
            SubjectRequest.state == RequestState.WORKING,
            SubjectRequest.turn == one.turn,
        )
        .values(**values)
    )
    change_one(db, change, N_("Un autre traitement a repris cette demande."))


def let_go(db: Session, now: datetime) -> list[str]:
    """End the archives past their days; return the names of the files that the purge erases."""
    past = (SubjectRequest.state == RequestState.READY, SubjectRequest.kept_until <= now)
    names = list(db.scalars(select(SubjectRequest.stored_name).where(*past)))
    db.execute(
        update(SubjectRequest)
        .where(*past)
        .values(state=RequestState.OVER, stored_name="")
        .execution_options(synchronize_session=False)
    )
    return names


def note_download(db: Session, viewer: Viewer, request_id: int, *, now: datetime) -> None:
    """Write in the journal that the archive left."""
    actor = (viewer.user_id, viewer.organisation_id)
    note(db, now, "subjects.export_fetched", ("subject_request", request_id), actor=actor)
