"""An erasure: in one transaction, so that killed at any line it did nothing, or all of it."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from data.access import Role, Viewer
from data.accounts.actions.tries import forget_all
from data.accounts.models import Invitation, Organisation, User
from data.audit.actions import note
from data.db import Base
from data.notifications.models import Notification
from data.people.queries.belongings import telling
from data.people.rules import LAST_ADMINISTRATOR
from data.subjects.actions.scrubbing import scrub
from data.subjects.models import SubjectRequest
from data.subjects.queries.extracts import count_standing, subject_of
from data.subjects.queries.guarding import is_needed
from data.subjects.queries.holdings import HOLDINGS, Holding
from data.subjects.queries.holdings.accounts import INVITED, REQUESTED
from data.subjects.rules.asking import STILL_STANDING
from data.subjects.types import Fate, RequestKind, RequestState, Subject
from data.thresholds.actions.versions import Versioned, keep_versions
from data.thresholds.models import Threshold
from data.thresholds.types import Change
from i18n import PARIS


def erase(db: Session, request_id: int, *, now: datetime) -> bool:
    """Do an erasure whose day has come; False when it is done already, or must wait.

    The last administrator of others, and the holder of rights that stand since, wait: why is kept
    with the request, and it is tried again the next time.
    """
    row = db.scalar(select(SubjectRequest).where(SubjectRequest.id == request_id).with_for_update())
    if row is None or not _is_due(row, now):
        return False
    subject = subject_of(db, row.user_id, row.email)
    viewer = _acting(db, subject, now)
    row.problem = _hindrance(db, viewer, subject)
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
    """What follows is done as who administers their organisation would; it is locked first."""
    if subject.user_id is None:
        return None
    person = db.get_one(User, subject.user_id)
    home = select(Organisation).where(Organisation.id == person.organisation_id)
    organisation = db.scalars(home.with_for_update()).one()
    today = now.astimezone(PARIS).date()
    return Viewer(person.id, organisation.id, organisation.kind, Role.ADMINISTRATOR, today)


def _hindrance(db: Session, viewer: Viewer | None, subject: Subject) -> str:
    """Why it must wait, a marked sentence; "" when nothing is in the way."""
    if viewer is not None:
        return LAST_ADMINISTRATOR if is_needed(db, viewer, viewer.user_id) else ""
    return STILL_STANDING if count_standing(db, subject) else ""


def _erase(db: Session, viewer: Viewer | None, subject: Subject, now: datetime) -> dict[str, int]:
    if viewer is not None:
        _tell_no_more(db, viewer, now)
        forget_all(db, viewer.user_id, subject.email)
    scrub(db, subject)
    ready = update(SubjectRequest).where(
        REQUESTED(subject), SubjectRequest.state == RequestState.READY
    )
    _run(db, ready.values(state=RequestState.OVER))
    carried = Notification.invitation_id.in_(select(Invitation.id).where(INVITED(subject)))
    _run(db, delete(Notification).where(carried))
    counts = {one.name: _apply(db, one, subject) for one in HOLDINGS if one.fate is not Fate.KEPT}
    if viewer is not None:
        cut = func.coalesce(User.disabled_at, now)
        mine = update(User).where(User.id == viewer.user_id)
        _run(db, mine.values(erased_at=now, disabled_at=cut))
    db.expire_all()
    return {name: count for name, count in counts.items() if count}


def _tell_no_more(db: Session, viewer: Viewer, now: datetime) -> None:
    """The thresholds that told them tell the others, by a version more."""
    person = db.get_one(User, viewer.user_id)
    drafts = telling(db, viewer, person)
    rows = db.scalars(
        select(Threshold).where(Threshold.id.in_(drafts)).order_by(Threshold.id).with_for_update()
    ).all()
    made = []
    for row in rows:
        row.version, row.changed_at = row.version + 1, now
        draft = drafts[row.id]
        left = tuple(one for one in draft.recipients if one.user_id != person.id)
        kept = replace(draft, recipients=left)
        made.append(Versioned(row.id, row.version, kept, active=not row.paused))
    db.flush()
    keep_versions(db, viewer, made, Change.CHANGED, now=now)


def _apply(db: Session, holding: Holding, subject: Subject) -> int:
    """Erase the rows of a holding, or blank what of them names somebody; how many there were."""
    table: type[Base] = holding.table
    if holding.fate is Fate.ERASED:
        return _run(db, delete(table).where(holding.where(subject)))
    return _run(db, update(table).where(holding.where(subject)).values(**holding.blank))


def _run(db: Session, statement: Any) -> int:  # noqa: ANN401 (a DELETE or an UPDATE)
    done: Any = db.execute(statement.execution_options(synchronize_session=False))
    return int(done.rowcount)
