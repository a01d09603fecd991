"""The journal's table; the database itself refuses UPDATE and DELETE on it."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base


class AuditEvent(Base):
    """An action: actor, date and object. No foreign key: the journal outlives what it names."""

    __tablename__ = "audit_events"
    __table_args__ = (
        Index(None, "object_type", "object_id"),
        Index(None, "organisation_id", "at"),
        Index(None, "actor_id", "action"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    actor_id: Mapped[int | None]  # None: the system
    organisation_id: Mapped[int | None]
    action: Mapped[str]  # "<feature>.<past participle>"
    object_type: Mapped[str]
    object_id: Mapped[str]
    detail: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
