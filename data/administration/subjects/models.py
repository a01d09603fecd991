"""Tables of data requests and of nightly deletions."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, BigInteger, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.administration.subjects.types import DataClass, IdentityCheck, RequestKind, RequestState


class SubjectRequest(Base):
    """Request for personal data or for its erasure.

    Without foreign keys: it outlives what it erases.
    """

    __tablename__ = "subject_requests"
    __table_args__ = (Index(None, "state", "due_at"), Index(None, "user_id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RequestKind] = mapped_column(enum_by_value(RequestKind))
    state: Mapped[RequestState] = mapped_column(enum_by_value(RequestState))
    user_id: Mapped[int | None]  # None: a person without an account
    email: Mapped[str]  # cleared by the erasure
    language: Mapped[str] = mapped_column(default="fr")
    asked_by: Mapped[int | None]  # None: requested by retention, for an account disabled long ago
    check: Mapped[IdentityCheck | None] = mapped_column(
        enum_by_value(IdentityCheck)
    )  # for a person without an account
    reference: Mapped[str] = mapped_column(default="")  # reference of that check
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    kept_until: Mapped[datetime | None]
    stored_name: Mapped[str] = mapped_column(default="")  # random file name in var/subjects
    file_size: Mapped[int] = mapped_column(BigInteger, default=0)
    sha256: Mapped[str] = mapped_column(default="")
    counts: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # rows by kind
    problem: Mapped[str] = mapped_column(default="")


class RetentionLine(Base):
    """Result of one night for one class of data."""

    __tablename__ = "retention_lines"

    day: Mapped[date] = mapped_column(primary_key=True)  # in Paris
    data_class: Mapped[DataClass] = mapped_column(enum_by_value(DataClass), primary_key=True)
    at: Mapped[datetime]
    erased: Mapped[int] = mapped_column(BigInteger)
    left: Mapped[int] = mapped_column(BigInteger)
    held: Mapped[int] = mapped_column(BigInteger)
    oldest: Mapped[datetime | None]
    problem: Mapped[str] = mapped_column(default="")
