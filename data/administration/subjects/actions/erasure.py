"""Erase a person's data in one transaction."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.access import Role, Viewer
from core.database import Base, change_rows
from core.i18n import PARIS
from data.administration.people.actions.handover import notify_others
from data.administration.people.rules import LAST_ADMINISTRATOR
from data.administration.subjects.actions.name_removal import remove_name
from data.administration.subjects.models import SubjectRequest
from data.administration.subjects.queries.extracts import count_standing, get_subject
from data.administration.subjects.queries.holdings import HOLDINGS, Holding
from data.administration.subjects.queries.holdings.accounts import INVITED, REQUESTED
from data.administration.subjects.queries.orphans import is_needed
from data.administration.subjects.rules.requests import STILL_STANDING
from data.administration.subjects.types import ErasureFate, RequestKind, RequestState, Subject
from data.identity.accounts.actions.attempts import forget_all
from data.identity.accounts.models import Invitation, Organisation, User
from data.identity.audit.actions import note
from data.notifications.models import Notification
from data.thresholds.types import ThresholdDraft


def erase(db: Session, request_id: int, *, now: datetime) -> bool:
    """Erase the data of a due request; return False when it is done already or must wait.

    It waits for the last administrator of others and for the holder of rights still in force; the
    reason is stored in the request and the next run tries again.
    """
    row = db.scalar(select(SubjectRequest).where(SubjectRequest.id == request_id).with_for_update())
    if row is None or not _is_due(row, now):
        return False
    subject = get_subject(db, row.user_id, row.email)
    viewer = _acting(db, subject, now)
    row.problem = _reason_to_wait(db, viewer, subject)
    if row.problem:
        db.flush()
        return False
    row.state, row.ended_at = RequestState.DONE, now
    db.flush()
    counts = _erase(db, viewer, subject, now)
    row.counts = counts
    db.flush()
    note(db, now, "subjects.erased", ("subject_request", request_id), detail=counts)
    return True


def _is_due(row: SubjectRequest, now: datetime) -> bool:
    waiting = row.kind is RequestKind.ERASURE and row.state is RequestState.WAITING
    return waiting and row.due_at <= now


def _acting(db: Session, subject: Subject, now: datetime) -> Viewer | None:
    """Return a viewer that administers the person's organisation, whose row is locked.

    Return None for a person without an account.
    """
    if subject.user_id is None:
        return None
    person = db.get_one(User, subject.user_id)
    home = select(Organisation).where(Organisation.id == person.organisation_id)
    organisation = db.scalars(home.with_for_update()).one()
    today = now.astimezone(PARIS).date()
    return Viewer(person.id, organisation.id, organisation.kind, Role.ADMINISTRATOR, today)


def _reason_to_wait(db: Session, viewer: Viewer | None, subject: Subject) -> str:
    """Return why the erasure must wait, as a marked message; "" when nothing prevents it."""
    if viewer is not None:
        return LAST_ADMINISTRATOR if is_needed(db, viewer, viewer.user_id) else ""
    return STILL_STANDING if count_standing(db, subject) else ""


def _erase(db: Session, viewer: Viewer | None, subject: Subject, now: datetime) -> dict[str, int]:
    if viewer is not None:
        _remove_recipient(db, viewer, now)
        forget_all(db, viewer.user_id, subject.email)
    remove_name(db, subject)
    ready = update(SubjectRequest).where(
        REQUESTED(subject), SubjectRequest.state == RequestState.READY
    )
    change_rows(db, ready.values(state=RequestState.OVER))
    carried = Notification.invitation_id.in_(select(Invitation.id).where(INVITED(subject)))
    change_rows(db, delete(Notification).where(carried))
    counts = {
        holding.name: _apply(db, holding, subject)
        for holding in HOLDINGS
        if holding.fate is not ErasureFate.KEPT
    }
    if viewer is not None:
        cut = func.coalesce(User.disabled_at, now)
        mine = update(User).where(User.id == viewer.user_id)
        change_rows(db, mine.values(erased_at=now, disabled_at=cut))
    db.expire_all()
    return {name: count for name, count in counts.items() if count}


def _remove_recipient(db: Session, viewer: Viewer, now: datetime) -> None:
    """Remove the person from the recipients of thresholds, in new versions."""
    person = db.get_one(User, viewer.user_id)

    def without_them(draft: ThresholdDraft) -> ThresholdDraft:
        others = (other for other in draft.recipients if other.user_id != person.id)
        return replace(draft, recipients=tuple(others))

    notify_others(db, viewer, person, without_them, now)


def _apply(db: Session, holding: Holding, subject: Subject) -> int:
    """Erase the rows of a holding, or blank their personal columns; return their number."""
    table: type[Base] = holding.table
    if holding.fate is ErasureFate.ERASED:
        return change_rows(db, delete(table).where(holding.where(subject)))
    return change_rows(db, update(table).where(holding.where(subject)).values(**holding.blank))
