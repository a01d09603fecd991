"""Tables of webhooks: sealed secrets, pending events and deliveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_value
from data.exchange.hooks.types import HookState, Topic
from data.notifications.types import MessageDelivery


class Hook(Base):
    """Webhook: where an organisation's programs receive events on the topics they chose."""

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    target: Mapped[str]  # host shown to users, without secrets
    sealed_url: Mapped[str]  # sealed with a key derived from the portal's own, stored elsewhere
    sealed_secret: Mapped[str]
    sealed_old: Mapped[str] = mapped_column(default="")  # previous secret, valid until `old_until`
    old_until: Mapped[datetime | None]
    rights: Mapped[bool]
    controls: Mapped[bool]
    readings: Mapped[bool]
    state: Mapped[HookState] = mapped_column(enum_by_value(HookState))
    off_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]  # its deliveries stay in the journal


class HookMark(Base):
    """State change to send to webhooks, written by triggers (`data/migrations/initial`).

    `subject_id` is the event of a right, or a control; `said` is the state at that time. For a
    right removed by undoing an import, `gone` describes the right and `subject_id` is the import.
    """

    __tablename__ = "hook_marks"
    __table_args__ = (Index(None, "organisation_id", "topic", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    topic: Mapped[Topic] = mapped_column(enum_by_value(Topic))
    subject_id: Mapped[int]
    said: Mapped[str]
    gone: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # uid, PCE and role of the right


class HookDelivery(Base):
    """One event for one webhook; its body and event number never change."""

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "hook_id", "id"),
        Index(None, "created_at"),
        UniqueConstraint("hook_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    event_id: Mapped[str]  # same for each webhook that receives the event
    topic: Mapped[Topic] = mapped_column(enum_by_value(Topic))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[str]  # number of the first PCE
    said: Mapped[str]  # state or date of that PCE
    count: Mapped[int]  # number of lines in the event
    state: Mapped[MessageDelivery] = mapped_column(enum_by_value(MessageDelivery))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    resent_at: Mapped[datetime | None]  # last resent by a person
    attempts: Mapped[int] = mapped_column(default=0)  # since it was created or resent
    error: Mapped[str] = mapped_column(default="")
