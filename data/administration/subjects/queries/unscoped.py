"""Query personal data for jobs and health checks, without a viewer."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.administration.subjects.models import RetentionLine, SubjectRequest
from data.administration.subjects.queries.extracts import get_subject
from data.administration.subjects.rules.classes import RULES
from data.administration.subjects.types import (
    ArchiveOrder,
    DataClass,
    Report,
    RequestKind,
    RequestState,
    RetentionVerdict,
)
from data.contracts.models import Contract
from data.controls.models import Deposit, ProofPiece
from data.identity.accounts.models import Invitation, LoginAttempt, LoginSession, User
from data.identity.audit.models import AuditEvent
from data.metering.consumption.models import MonthlyConsumption
from data.notifications.models import Notice
from data.rights.models import AccessRight, RightLetterRow, StoppedMailbox
from data.runs.models import Run

_PLACES = {rule.key: place for place, rule in enumerate(RULES)}
GONE = "erased-"  # prefix of the storage key of a piece without content


@dataclass(frozen=True, slots=True)
class Aged:
    """Columns that tell the age of the rows of a class."""

    count: Any  # key column
    at: Any
    where: Any = None  # condition of the rows counted; None for all


AGES: Mapping[DataClass, Aged] = {
    DataClass.ACCOUNT: Aged(
        User.id, User.disabled_at, User.disabled_at.is_not(None) & User.erased_at.is_(None)
    ),
    DataClass.SESSIONS: Aged(LoginSession.id, LoginSession.started_at),
    DataClass.TRIES: Aged(LoginAttempt.id, LoginAttempt.at),
    DataClass.INVITATIONS: Aged(Invitation.id, Invitation.expires_at),
    DataClass.JOURNAL: Aged(AuditEvent.id, AuditEvent.at),
    DataClass.NOTICES: Aged(Notice.id, Notice.created_at),
    DataClass.FILES: Aged(Run.id, Run.created_at, Run.stored_name != ""),
    DataClass.RECEIPTS: Aged(Run.id, Run.finished_at, Run.finished_at.is_not(None)),
    DataClass.RIGHTS: Aged(
        AccessRight.id,
        AccessRight.closed_at,
        AccessRight.closed_at.is_not(None) & (AccessRight.holder_key != ""),
    ),
    DataClass.LETTERS: Aged(RightLetterRow.id, RightLetterRow.created_at),
    DataClass.STOPS: Aged(StoppedMailbox.mailbox, StoppedMailbox.at),
    DataClass.PROOFS: Aged(
        ProofPiece.id,
        Deposit.sent_at,
        (ProofPiece.deposit_id == Deposit.id)
        & Deposit.sent_at.is_not(None)
        & ~ProofPiece.storage_key.startswith(GONE),
    ),
    DataClass.CONTRACTS: Aged(Contract.id, Contract.ended_on, Contract.ended_on.is_not(None)),
    DataClass.READINGS: Aged(MonthlyConsumption.pce_id, MonthlyConsumption.month),
    DataClass.REQUESTS: Aged(
        SubjectRequest.id, SubjectRequest.ended_at, SubjectRequest.ended_at.is_not(None)
    ),
}


def count_retained_rows(
    db: Session, key: DataClass, before: datetime | None
) -> tuple[int, int, Any]:
    """Return the number of rows of a class, how many are overdue, and the oldest date."""
    age = AGES[key]
    query = select(func.count(age.count), func.min(age.at)).where(_which(age))
    remaining_count, oldest = db.execute(query).one()
    overdue_count = 0
    if before is not None:
        limit = (
            before.date()
            if isinstance(oldest, date) and not isinstance(oldest, datetime)
            else before
        )
        past = select(func.count(age.count)).where(_which(age), age.at < limit)
        overdue_count = db.scalar(past) or 0
    return remaining_count, overdue_count, _instant(oldest)


def _which(age: Aged) -> Any:  # noqa: ANN401 (a condition)
    return true() if age.where is None else age.where


def _instant(value: date | datetime | None) -> datetime | None:
    if value is None or isinstance(value, datetime):
        return value
    return datetime.combine(value, time.min, UTC)


def find_archive_order(db: Session, request_id: int) -> ArchiveOrder | None:
    """Return the archive to make for a request; None if it is made, cancelled or erased."""
    row = db.scalar(select(SubjectRequest).where(SubjectRequest.id == request_id, is_to_be_made()))
    if row is None:
        return None
    return ArchiveOrder(row.id, get_subject(db, row.user_id, row.email))


def is_to_be_made() -> ColumnElement[bool]:
    """Return the SQL condition that a request waits for its archive, or could not get it."""
    has_failed = (SubjectRequest.state == RequestState.OVER) & (SubjectRequest.problem != "")
    is_open = or_(SubjectRequest.state == RequestState.WAITING, has_failed)
    return and_(SubjectRequest.kind == RequestKind.EXPORT, is_open)


def list_due(db: Session, now: datetime, limit: int = 100) -> list[int]:
    """Return the ids of the due erasures, at most `limit`."""
    query = select(SubjectRequest.id).where(
        SubjectRequest.kind == RequestKind.ERASURE,
        SubjectRequest.state == RequestState.WAITING,
        SubjectRequest.due_at <= now,
    )
    return list(db.scalars(query.order_by(SubjectRequest.id).limit(limit)))


def list_archive_names(db: Session) -> set[str]:
    """Return the file names to which a request refers."""
    query = select(SubjectRequest.stored_name).where(SubjectRequest.stored_name != "")
    return set(db.scalars(query))


def find_last_report(db: Session) -> Report | None:
    """Return the last night's result by class; None before the first night."""
    day = db.scalar(select(func.max(RetentionLine.day)))
    if day is None:
        return None
    rows = db.scalars(select(RetentionLine).where(RetentionLine.day == day)).all()
    verdicts = [
        RetentionVerdict(row.data_class, row.erased, row.left, row.held, row.oldest, row.problem)
        for row in sorted(rows, key=lambda row: _PLACES[row.data_class])
    ]
    return Report(max(row.at for row in rows), tuple(verdicts))


def find_retention_problem(db: Session) -> str | None:
    """Return the classes that failed last night, separated by commas; None before the first."""
    report = find_last_report(db)
    if report is None:
        return None
    return ", ".join(sorted(verdict.key.value for verdict in report.verdicts if verdict.problem))


def get_report(db: Session, viewer: Viewer) -> Report | None:
    """Return the same report, for the operator."""
    viewer.require(Permission.ORGANISATIONS_WRITE)
    return find_last_report(db)
