"""The outbox."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from data.db import Base
from data.notifications.types import Delivery, Kind


class Notification(Base):
    """One message to one person; written in the transaction of what caused it."""

    __tablename__ = "notifications"
    __table_args__ = (Index(None, "state", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[Kind] = mapped_column(Enum(Kind, native_enum=False, length=40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # emptied once sent
    state: Mapped[Delivery] = mapped_column(Enum(Delivery, native_enum=False, length=20))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    claimed_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
