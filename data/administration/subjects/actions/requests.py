"""Request the export or the erasure of personal data, also for people without an account."""

from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import NO_ID
from core.errors import Conflict, NotFound
from core.i18n import N_
from data.administration.people.rules import LAST_ADMINISTRATOR, email_in
from data.administration.subjects.actions.archives import order_archive
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.extracts import (
    count_rows_about,
    count_standing,
    get_subject,
)
from data.administration.subjects.queries.orphans import is_needed
from data.administration.subjects.queries.requests import HIDDEN, has_account, visible
from data.administration.subjects.rules.requests import (
    check_archives,
    check_in,
    check_no_account,
    check_one,
    check_standing,
    check_word,
    reference_in,
)
from data.administration.subjects.types import (
    Periods,
    RequestKind,
    RequestState,
    Subject,
    SubjectRequestForm,
)
from data.identity.accounts.actions import require_own
from data.identity.accounts.actions.sessions import end_sessions
from data.identity.accounts.models import Organisation, User
from data.identity.accounts.types import PasswordCheck
from data.identity.audit.actions import note
from data.notifications.actions import queue
from data.notifications.types import NotificationKind


def ask_export(db: Session, viewer: Viewer, proof: PasswordCheck, *, now: datetime) -> int:
    """Request the export of the viewer's data after a password check; return its number.

    Raise Invalid for a wrong password, Conflict while a request waits or when enough archives are
    ready.
    """
    viewer.require(Permission.ACCOUNT)
    require_own(viewer, proof)
    _alone(db, viewer)
    mine = SubjectRequest.user_id == viewer.user_id
    ready = select(func.count(SubjectRequest.id)).where(
        mine, SubjectRequest.state == RequestState.READY, SubjectRequest.kept_until > now
    )
    check_archives(db.scalar(ready) or 0)
    subject = get_subject(db, viewer.user_id, "")
    return _open(db, viewer, RequestKind.EXPORT, subject, now, due_at=now)


def ask_erasure(
    db: Session, viewer: Viewer, proof: PasswordCheck, word: str, *, periods: Periods, now: datetime
) -> int:
    """Request the closing and erasure of the viewer's account; return the request's number.

    It is erased after `periods.erasure_days`; other sessions end, but the viewer may sign in to
    cancel. Raise Invalid for a wrong password or word, Conflict for the last administrator of
    others or while a request waits.
    """
    viewer.require(Permission.ACCOUNT)
    require_own(viewer, proof)
    check_word(word)
    _alone(db, viewer)
    if is_needed(db, viewer, viewer.user_id):
        raise Conflict(LAST_ADMINISTRATOR)
    due_at = now + timedelta(days=periods.erasure_days)
    subject = get_subject(db, viewer.user_id, "")
    request_id = _open(db, viewer, RequestKind.ERASURE, subject, now, due_at=due_at)
    end_sessions(db, viewer.user_id, now, but=viewer.session_id)
    queue(
        db,
        viewer.user_id,
        NotificationKind.ERASURE_ASKED,
        now,
        params={"until": due_at.isoformat()},
    )
    return request_id


def request_for_other(
    db: Session,
    viewer: Viewer,
    proof: PasswordCheck,
    request: SubjectRequestForm,
    *,
    periods: Periods,
    now: datetime,
) -> int:
    """Request data or erasure for a person without an account, whose identity was checked.

    Return the request's number. Raise Forbidden, Invalid, NotFound if nothing is kept about the
    address, Conflict if the person has an account, or asks for the erasure of rights in force.
    """
    viewer.require(Permission.ORGANISATIONS_WRITE)
    require_own(viewer, proof)
    email, how, what = (
        email_in(request.email),
        check_in(request.check),
        reference_in(request.reference),
    )
    check_no_account(has_account(db, viewer, email))
    _alone(db, viewer)
    subject = Subject(email)
    if not set(count_rows_about(db, subject)) - {"requests"}:
        raise NotFound(N_("Rien n’est gardé sur {email}."), email=email)
    days = 0
    if request.kind is RequestKind.ERASURE:
        check_standing(count_standing(db, subject))
        days = periods.erasure_days
    due_at = now + timedelta(days=days)
    request_id = _open(db, viewer, request.kind, subject, now, due_at=due_at)
    row = db.get_one(SubjectRequest, request_id)
    row.check, row.reference = how, what
    db.flush()
    return request_id


def cancel(db: Session, viewer: Viewer, request_id: int, *, now: datetime) -> None:
    """Cancel a waiting erasure, of the viewer or of a person without an account.

    Raise NotFound for any other request.
    """
    mine = visible(viewer).with_only_columns(SubjectRequest.id)
    result = db.execute(
        update(SubjectRequest)
        .where(
            SubjectRequest.id == min(request_id, NO_ID - 1),
            SubjectRequest.id.in_(mine),
            SubjectRequest.kind == RequestKind.ERASURE,
            SubjectRequest.state == RequestState.WAITING,
        )
        .values(state=RequestState.CANCELLED, ended_at=now, problem="")
        .returning(SubjectRequest.id)
        .execution_options(synchronize_session=False)
    ).first()
    if result is None:
        raise NotFound(HIDDEN)
    _note(db, viewer, "erasure_cancelled", request_id, now)


def _alone(db: Session, viewer: Viewer) -> None:
    """Serialise concurrent requests, also of administrators."""
    home = Organisation.id == viewer.organisation_id
    db.execute(select(Organisation.id).where(home).with_for_update())
    db.execute(select(User.id).where(User.id == viewer.user_id).with_for_update())


def _open(
    db: Session,
    viewer: Viewer,
    kind: RequestKind,
    subject: Subject,
    now: datetime,
    *,
    due_at: datetime,
) -> int:
    same = select(SubjectRequest.id).where(
        SubjectRequest.kind == kind,
        SubjectRequest.email == subject.email,
        SubjectRequest.state == RequestState.WAITING,
    )
    check_one(db.scalar(same.limit(1)) is not None)
    row = SubjectRequest(
        kind=kind,
        state=RequestState.WAITING,
        user_id=subject.user_id,
        email=subject.email,
        language=viewer.language,
        asked_by=viewer.user_id,
        created_at=now,
        due_at=due_at,
    )
    db.add(row)
    db.flush()
    if kind is RequestKind.EXPORT:
        order_archive(db, row.id, subject, now)
    _note(db, viewer, f"{kind.value}_asked", row.id, now)
    return row.id


def _note(db: Session, viewer: Viewer, verb: str, request_id: int, now: datetime) -> None:
    note(db, now, f"subjects.{verb}", ("subject_request", request_id), actor=viewer.actor)
