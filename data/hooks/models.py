"""Tables of webhooks: sealed secrets, pending events and deliveries."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Enum, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from data.hooks.types import HookState, Topic
from data.notifications.types import MessageDelivery


def _word(kind: type[StrEnum]) -> Enum:
    """An enumeration kept as its own value: triggers read it."""
    return Enum(
        kind, native_enum=False, length=20, values_callable=lambda known: [k.value for k in known]
    )


class Hook(Base):
    """Where the programs of an organisation are told of what they chose to hear of."""

    __tablename__ = "hooks"

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    name: Mapped[str]
    target: Mapped[str]  # where it leads, without secrets
    sealed_url: Mapped[str]  # with a key derived from the portal's own, kept elsewhere
    sealed_secret: Mapped[str]
    sealed_old: Mapped[str] = mapped_column(default="")  # the secret of before, until `old_until`
    old_until: Mapped[datetime | None]
    rights: Mapped[bool]
    controls: Mapped[bool]
    readings: Mapped[bool]
    state: Mapped[HookState] = mapped_column(_word(HookState))
    off_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]  # its deliveries keep their line in the journal


class HookMark(Base):
    """A state that changed and that some webhook is to hear of: triggers write it (0045, 0047).

    `subject_id` is the event of a right, or a control; `said` the state, as it was then. Of a right
    that an import undone took away, `gone` says which it was, and `subject_id` is that import.
    """

    __tablename__ = "hook_marks"
    __table_args__ = (Index(None, "organisation_id", "topic", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int]
    topic: Mapped[Topic] = mapped_column(_word(Topic))
    subject_id: Mapped[int]
    said: Mapped[str]
    gone: Mapped[dict[str, Any] | None] = mapped_column(JSON)  # its uid, PCE and role


class HookDelivery(Base):
    """One event for one webhook. Its body never changes, nor does the number of its event."""

    __tablename__ = "hook_deliveries"
    __table_args__ = (
        Index(None, "state", "next_attempt_at"),
        Index(None, "hook_id", "id"),
        Index(None, "created_at"),
        UniqueConstraint("hook_id", "event_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    hook_id: Mapped[int] = mapped_column(ForeignKey("hooks.id"))
    event_id: Mapped[str]  # the same for each webhook that hears of it
    topic: Mapped[Topic] = mapped_column(_word(Topic))
    body: Mapped[dict[str, Any]] = mapped_column(JSON)
    number: Mapped[str]  # of its first PCE
    said: Mapped[str]  # of that PCE
    count: Mapped[int]  # things that it tells of
    state: Mapped[MessageDelivery] = mapped_column(_word(MessageDelivery))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    resent_at: Mapped[datetime | None]  # by a person, last
    attempts: Mapped[int] = mapped_column(default=0)  # since it was made, or sent again
    error: Mapped[str] = mapped_column(default="")
