"""Make, offer and delete archives of personal data; the work queue makes them."""

from dataclasses import asdict
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.access import Viewer
from core.database import change_rows
from core.i18n import N_
from core.queue import enqueue
from core.queue_types import NewItem, RetryPolicy, WorkKind
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.unscoped import is_to_be_made
from data.administration.subjects.types import ArchiveOrder, MadeArchive, RequestState, Subject
from data.identity.audit.actions import note
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

MAKE_ARCHIVE = WorkKind("make_archive", "files", RetryPolicy(delays_s=(60, 60, 60, 60)))
NOT_MADE = N_(
    "Cette archive n’a pas pu être préparée : l’exploitant en est averti. Vous pouvez la demander"
    " à nouveau."
)


def order_archive(db: Session, request_id: int, subject: Subject, now: datetime) -> None:
    """Enqueue the making of an archive."""
    owner = subject.organisation_id or 0
    enqueue(db, MAKE_ARCHIVE, NewItem(owner, {"request": request_id}, key=str(request_id)), now)


def finish(
    db: Session, order: ArchiveOrder, archive: MadeArchive, *, kept_until: datetime, now: datetime
) -> None:
    """Offer a finished archive and notify its person by mail.

    If the request was erased meanwhile, nothing happens and the purge deletes the file.
    """
    values = asdict(archive) | {"ended_at": now, "kept_until": kept_until, "problem": ""}
    if not _change(db, order.request_id, state=RequestState.READY, **values):
        return
    note(db, now, "subjects.export_made", ("subject_request", order.request_id))
    if order.subject.user_id is not None:
        params = {"until": kept_until.isoformat()}
        queue(db, order.subject.user_id, NotificationKind.DATA_READY, now, params=params)


def fail(db: Session, request_id: int, now: datetime) -> None:
    """Record that the archive could not be made; it may be requested again."""
    _change(db, request_id, state=RequestState.OVER, ended_at=now, problem=NOT_MADE)


def _change(db: Session, request_id: int, **values: object) -> bool:
    change = update(SubjectRequest).where(SubjectRequest.id == request_id, is_to_be_made())
    return db.connection().execute(change.values(**values)).rowcount == 1


def expire_archives(db: Session, now: datetime) -> list[str]:
    """Expire archives past their date; return the names of the files that the purge deletes."""
    past = (SubjectRequest.state == RequestState.READY, SubjectRequest.kept_until <= now)
    names = list(db.scalars(select(SubjectRequest.stored_name).where(*past)))
    change_rows(
        db, update(SubjectRequest).where(*past).values(state=RequestState.OVER, stored_name="")
    )
    return names


def note_download(db: Session, viewer: Viewer, request_id: int, *, now: datetime) -> None:
    """Record the download of an archive in the journal."""
    note(db, now, "subjects.export_fetched", ("subject_request", request_id), actor=viewer.actor)
