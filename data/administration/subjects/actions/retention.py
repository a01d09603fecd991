"""Delete expired data, a block of a class at a time, so that a killed job resumes."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from core.database import change_rows, upsert
from core.i18n import PARIS
from data.administration.people.models import Look
from data.administration.subjects.actions.work_retention import (
    keep_contracts,
    keep_letters,
    keep_notices,
    keep_proofs,
    keep_readings,
    keep_receipts,
)
from data.administration.subjects.models import RetentionLine, SubjectRequest
from data.administration.subjects.queries.holdings.rights import NO_HOLDER
from data.administration.subjects.types import (
    DataClass,
    RequestKind,
    RequestState,
    RetentionVerdict,
)
from data.identity.accounts.actions.attempts import purge_tries
from data.identity.accounts.models import LoginAttempt, User
from data.identity.accounts.rules import TRIES_KEPT
from data.identity.audit.models import AuditEvent
from data.rights.models import AccessRight, RightTry

BLOCK = 500  # rows in one transaction
Deleter = Callable[[Session, datetime, int], int]


def delete_old(db: Session, key: DataClass, before: datetime, limit: int = BLOCK) -> int:
    """Delete at most `limit` rows of a class older than `before`; return how many.

    The caller repeats it until 0. A class that another action deletes returns 0.
    """
    keeper = _KEEPERS.get(key)
    return keeper(db, before, limit) if keeper else 0


def close_old_accounts(db: Session, before: datetime, now: datetime) -> int:
    """Request the erasure of accounts disabled before `before`; return how many."""
    known_users = select(SubjectRequest.user_id).where(
        SubjectRequest.kind == RequestKind.ERASURE,
        SubjectRequest.state == RequestState.WAITING,
        SubjectRequest.user_id.is_not(None),
    )
    query = select(User).where(
        User.disabled_at < before, User.erased_at.is_(None), User.id.not_in(known_users)
    )
    rows = db.scalars(query.order_by(User.id)).all()
    for row in rows:
        request = SubjectRequest(
            kind=RequestKind.ERASURE,
            state=RequestState.WAITING,
            user_id=row.id,
            email=row.email,
            created_at=now,
            due_at=now,
        )
        db.add(request)
    db.flush()
    return len(rows)


def forget_tries(db: Session, now: datetime) -> int:
    """Delete login and rights attempts older than `TRIES_KEPT`; return how many logins."""
    count = db.scalar(select(func.count(LoginAttempt.id)).where(LoginAttempt.at < now - TRIES_KEPT))
    purge_tries(db, now)
    change_rows(db, delete(RightTry).where(RightTry.at < now - TRIES_KEPT))
    return count or 0


def record(db: Session, verdict: RetentionVerdict, now: datetime) -> None:
    """Store the night's result for a class, replacing an earlier one of the same day."""
    values = {
        "at": now,
        "erased": verdict.erased,
        "left": verdict.remaining_count,
        "held": verdict.overdue_count,
        "oldest": verdict.oldest,
        "problem": verdict.problem,
    }
    day = now.astimezone(PARIS).date()
    line = upsert(db, RetentionLine).values(day=day, data_class=verdict.key, **values)
    db.execute(line.on_conflict_do_update(index_elements=["day", "data_class"], set_=values))


def _keep_journal(db: Session, before: datetime, limit: int) -> int:
    """Delete old journal rows; the database refuses to delete any less than a year old."""
    old = select(AuditEvent.id).where(AuditEvent.at < before).order_by(AuditEvent.id)
    gone = erased(db, AuditEvent.id, old, limit)
    looks = select(Look.id).where(Look.ends_at < before)
    return gone + erased(db, Look.id, looks, limit)


def _keep_rights(db: Session, before: datetime, limit: int) -> int:
    """Remove the holder's details from rights that ended long ago; keep the rows."""
    old = (
        select(AccessRight.id)
        .where(
            AccessRight.closed_at < before,
            AccessRight.closed_at.is_not(None),
            AccessRight.holder_key != "",
        )
        .order_by(AccessRight.id)
        .limit(limit)
    )
    ids = list(db.scalars(old))
    if ids:
        change_rows(db, update(AccessRight).where(AccessRight.id.in_(ids)).values(**NO_HOLDER))
    return len(ids)


def _keep_requests(db: Session, before: datetime, limit: int) -> int:
    old = select(SubjectRequest.id).where(SubjectRequest.ended_at < before)
    gone = erased(db, SubjectRequest.id, old, limit)
    day = before.astimezone(PARIS).date()
    change_rows(db, delete(RetentionLine).where(RetentionLine.day < day))
    return gone


def erased(db: Session, key: Any, query: Any, limit: int) -> int:  # noqa: ANN401 (a column, a SELECT)
    """Delete the first `limit` rows whose `key` the `query` selects; return how many."""
    ids = list(db.scalars(query.limit(limit)))
    if ids:
        change_rows(db, delete(key.class_).where(key.in_(ids)))
    return len(ids)


_KEEPERS: Mapping[DataClass, Deleter] = {
    DataClass.JOURNAL: _keep_journal,
    DataClass.NOTICES: keep_notices,
    DataClass.RECEIPTS: keep_receipts,
    DataClass.RIGHTS: _keep_rights,
    DataClass.LETTERS: keep_letters,
    DataClass.PROOFS: keep_proofs,
    DataClass.CONTRACTS: keep_contracts,
    DataClass.READINGS: keep_readings,
    DataClass.REQUESTS: _keep_requests,
}
