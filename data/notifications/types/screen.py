"""Types of the notification pages."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from enum import StrEnum

from data.notifications.types.events import (
    JSON,
    ChannelKind,
    Grouping,
    MessageDelivery,
    NotificationKind,
    Severity,
)


@dataclass(frozen=True, slots=True)
class NoticeRow:
    """One line of the inbox."""

    id: int
    kind: NotificationKind
    severity: Severity
    pce_number: str
    site: str
    gas_day: date
    params: Mapping[str, JSON]
    path: str
    subject: tuple[str, int]
    created_at: datetime
    read_at: datetime | None


@dataclass(frozen=True, slots=True)
class Inbox:
    rows: tuple[NoticeRow, ...]
    total: int  # that match the filter
    unread: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's preferences; `grouping` None: as each threshold says.

    Quiet hours are Paris time and may run over midnight; `email_off` says since when and why notice
    mails were stopped by an error ("" while they are sent).
    """

    email: bool = True
    grouping: Grouping | None = None
    digest_hour: int = 8
    digest_weekday: int = 0  # Monday
    quiet_from: time | None = None
    quiet_to: time | None = None
    urgent_breaks: bool = True  # an urgent notice does not wait for the end of quiet hours
    email_off: str = ""


@dataclass(frozen=True, slots=True)
class MuteRow:
    """A muted kind; `until` None: until the person unmutes it."""

    id: int
    kind: NotificationKind
    reason: str
    until: date | None
    created_at: datetime


class ChannelState(StrEnum):
    UNCONFIRMED = "unconfirmed"  # a mobile number whose code is not typed yet
    TESTING = "testing"  # added; its test message has not arrived yet
    ON = "on"
    OFF = "off"  # switched off by a permanent error, or by its owner


class SmsProof(StrEnum):
    """What a typed code proves of a mobile number."""

    CONFIRMED = "confirmed"
    WRONG = "wrong"
    OVER = "over"  # expired, tried too often or none


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A personal channel; `target` shows where it leads without its secrets."""

    id: int
    kind: ChannelKind
    name: str
    target: str
    state: ChannelState
    off_reason: str
    created_at: datetime
    last_sent_at: datetime | None
    error: str = ""  # error of the last tried message, if it was not sent
    next_attempt_at: datetime | None = None  # of that message, if it is retried


@dataclass(frozen=True, slots=True)
class MobileDraft:
    """A mobile number as somebody typed it, and the name of its channel."""

    name: str
    number: str


@dataclass(frozen=True, slots=True)
class NewWebhook:
    """A new webhook: its secret is shown once."""

    id: int
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class AddressRow:
    """An extra address of the organisation; it receives nothing until it confirms."""

    id: int
    email: str
    language: str
    created_at: datetime
    confirmed_at: datetime | None
    stopped_at: datetime | None
    stop_reason: str = ""  # when its reader or an error stopped it, as in the journal


@dataclass(frozen=True, slots=True)
class Waiting:
    """Notices waiting for one message, and when it is sent."""

    count: int
    due_at: datetime


@dataclass(frozen=True, slots=True)
class MessageDeliveryRow:
    """A line of the delivery journal, as its recipient sees it."""

    id: int
    kind: NotificationKind
    channel: ChannelKind
    channel_name: str
    site: str  # of its first notice
    count: int  # notices in it
    state: MessageDelivery
    created_at: datetime
    sent_at: datetime | None
    next_attempt_at: datetime | None  # while it waits
    attempts: int
    error: str
