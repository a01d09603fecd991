"""Tables of the outbox, its events and notification preferences."""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, SmallInteger, text
from sqlalchemy.orm import Mapped, mapped_column

from core.database import Base
from core.tables import enum_by_name
from data.notifications.types import (
    ChannelKind,
    ChannelState,
    Grouping,
    MessageDelivery,
    NoticeState,
    NotificationKind,
)

UNRECALLED = "read_at IS NULL AND recalled_at IS NULL"  # selects the notices to remind of


class NoticeEvent(Base):
    """A transition reported to its recipients; its `key` is unique."""

    __tablename__ = "notice_events"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    kind: Mapped[NotificationKind] = mapped_column(enum_by_name(NotificationKind, 40))
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"), index=True)
    pce_number: Mapped[str]
    site: Mapped[str]
    severity: Mapped[int] = mapped_column(SmallInteger)
    gas_day: Mapped[date]
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    path: Mapped[str]
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    created_at: Mapped[datetime]


class NoticeAddress(Base):
    """An extra address of an organisation; it receives nothing until it confirms."""

    __tablename__ = "notice_addresses"
    __table_args__ = (Index(None, "organisation_id", "email", unique=True),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))
    email: Mapped[str]  # lower case
    language: Mapped[str] = mapped_column(default="fr")
    added_by: Mapped[int] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    stopped_at: Mapped[datetime | None]  # by its reader, or by a permanent refusal
    stop_reason: Mapped[str] = mapped_column(default="")


class NoticeBatch(Base):
    """Notices sent together to one reader, on all channels: the target of a link."""

    __tablename__ = "notice_batches"
    __table_args__ = (Index(None, "user_id", "created_at"), Index(None, "address_id", "created_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("notice_addresses.id"))
    created_at: Mapped[datetime]


class Notice(Base):
    """An event for one person: a line of their inbox, then part of a message."""

    __tablename__ = "notices"
    __table_args__ = (
        Index("uq_notices_user_id_event_id", "user_id", "event_id", unique=True),
        Index("uq_notices_address_id_event_id", "address_id", "event_id", unique=True),
        Index(None, "event_id"),
        Index(None, "batch_id"),
        Index("ix_notices_unread", "user_id", sqlite_where=text("read_at IS NULL"),
              postgresql_where=text("read_at IS NULL")),
        Index(
            "ix_notices_unrecalled",
            "created_at",
            sqlite_where=text(UNRECALLED),
            postgresql_where=text(UNRECALLED),
        ),
        Index("ix_notices_pending", "due_at", sqlite_where=text("state = 'PENDING'"),
              postgresql_where=text("state = 'PENDING'")),
        CheckConstraint("(user_id IS NULL) <> (address_id IS NULL)", name="one_reader"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("notice_events.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    address_id: Mapped[int | None] = mapped_column(ForeignKey("notice_addresses.id"))
    ways: Mapped[int] = mapped_column(SmallInteger)  # a sum of `BITS`
    state: Mapped[NoticeState] = mapped_column(enum_by_name(NoticeState))
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("notice_batches.id"))
    read_at: Mapped[datetime | None]
    recalled_at: Mapped[datetime | None]


class NoticeChannel(Base):
    """A webhook or an Apprise address of one person."""

    __tablename__ = "notice_channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), index=True)
    kind: Mapped[ChannelKind] = mapped_column(enum_by_name(ChannelKind))
    name: Mapped[str]
    target: Mapped[str]  # target shown, without secrets
    sealed_url: Mapped[str]  # with a key derived from the portal's own, stored elsewhere
    sealed_secret: Mapped[str] = mapped_column(default="")  # signs webhook messages
    # Keyed hash of a mobile number: codes are counted by number, even once the channel is removed.
    number_mark: Mapped[str] = mapped_column(default="", server_default="", index=True)
    state: Mapped[ChannelState] = mapped_column(enum_by_name(ChannelState))
    off_reason: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    last_sent_at: Mapped[datetime | None]
    removed_at: Mapped[datetime | None]  # its deliveries stay in the journal


class NoticePreference(Base):
    """Preferences of one person; without a row, the default `Preferences()`."""

    __tablename__ = "notice_preferences"

    user_id: Mapped[int] = mapped_column(ForeignKey("users.id"), primary_key=True)
    email: Mapped[bool]
    grouping: Mapped[Grouping | None] = mapped_column(enum_by_name(Grouping))
    digest_hour: Mapped[int] = mapped_column(SmallInteger)
    digest_weekday: Mapped[int] = mapped_column(SmallInteger)
    quiet_from: Mapped[time | None]
    quiet_to: Mapped[time | None]
    urgent_breaks: Mapped[bool]
    email_off: Mapped[str] = mapped_column(default="")


class NoticeMute(Base):
    """A kind that one reader has muted, with the reason and the end."""

    __tablename__ = "notice_mutes"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("notice_addresses.id"), index=True)
    kind: Mapped[NotificationKind] = mapped_column(enum_by_name(NotificationKind, 40))
    reason: Mapped[str]
    until: Mapped[date | None]  # the last day
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class NoticeSnooze(Base):
    """A subject that one reader has snoozed; without an end, until it clears."""

    __tablename__ = "notice_snoozes"
    __table_args__ = (Index(None, "subject_kind", "subject_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("notice_addresses.id"), index=True)
    subject_kind: Mapped[str]
    subject_id: Mapped[int]
    until: Mapped[datetime | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Notification(Base):
    """One message on one channel, written in the transaction that caused it."""

    __tablename__ = "notifications"
    __table_args__ = (Index(None, "state", "organisation_id", "next_attempt_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    message_id: Mapped[str] = mapped_column(unique=True)
    organisation_id: Mapped[int] = mapped_column(ForeignKey("organisations.id"))  # of its reader
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"), index=True)
    address_id: Mapped[int | None] = mapped_column(ForeignKey("notice_addresses.id"), index=True)
    invitation_id: Mapped[int | None] = mapped_column(ForeignKey("invitations.id"), index=True)
    channel: Mapped[ChannelKind] = mapped_column(
        enum_by_name(ChannelKind), default=ChannelKind.EMAIL
    )
    channel_id: Mapped[int | None] = mapped_column(ForeignKey("notice_channels.id"), index=True)
    batch_id: Mapped[int | None] = mapped_column(ForeignKey("notice_batches.id"), index=True)
    kind: Mapped[NotificationKind] = mapped_column(enum_by_name(NotificationKind, 40))
    params: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)  # emptied once sent
    site: Mapped[str] = mapped_column(default="")  # of its first notice, for the journal
    count: Mapped[int] = mapped_column(default=0)  # of its notices
    state: Mapped[MessageDelivery] = mapped_column(enum_by_name(MessageDelivery))
    created_at: Mapped[datetime]
    next_attempt_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(default="")
