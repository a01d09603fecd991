"""Types of a message in progress: from pending rows to a channel's input."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.notifications.types.events import JSON, ChannelKind, NotificationKind, Severity


class MessageDelivery(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class NoticeState(StrEnum):
    """Whether a notice is still to be put in a message; it is in the inbox anyway."""

    PENDING = "pending"
    GROUPED = "grouped"
    SILENT = "silent"  # muted, snoozed or without a channel: only in the inbox


class SendOutcome(StrEnum):
    """Outcome of sending a message."""

    SENT = "sent"
    LATER = "later"  # this message, temporarily
    FINAL = "final"  # this message, definitively
    GONE = "gone"  # everything to that address, definitively: the channel is switched off
    DOWN = "down"  # the channel fails temporarily: no message is at fault


class LinkVerb(StrEnum):
    """Action of a signed link."""

    SEEN = "seen"
    SNOOZE = "snooze"
    STOP = "stop"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class ClaimedLetter:
    """A claimed message, before it is written in its reader's language."""

    id: int
    kind: NotificationKind
    params: Mapping[str, object] = field(repr=False)
    message_id: str
    attempts: int
    email: str
    name: str  # "" for an extra address
    language: str
    created_at: datetime
    channel: ChannelKind = ChannelKind.EMAIL
    channel_id: int | None = None
    batch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail ready to be sent; `html` is the styled version of `text`."""

    to: str
    subject: str
    text: str
    message_id: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """A message for a user's own channel: target, id and text."""

    url: str = field(repr=False)
    secret: str = field(repr=False)  # of a webhook; after a change, two separated by a space
    id: str  # the same at each attempt
    title: str
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class NoticeReader:
    """A recipient with pending notices: a user or an extra address."""

    user_id: int | None
    address_id: int | None


@dataclass(frozen=True, slots=True)
class ReaderBatch:
    """The pending notices of one reader."""

    reader: NoticeReader
    oldest: datetime
    newest: datetime
    worst: Severity
    count: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice, as a message or a page words it."""

    kind: NotificationKind
    severity: Severity
    pce_number: str
    site: str
    gas_day: date
    params: Mapping[str, JSON]
    path: str
    key: str = ""
    subject: tuple[str, int] = ("", 0)


@dataclass(frozen=True, slots=True)
class SiteLines:
    """The lines of one site in a digest, the most serious first, and their total count."""

    site: str
    pce_number: str
    count: int
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """Contents of one message."""

    count: int
    sites_count: int
    kinds: Mapping[NotificationKind, int]
    worst: Severity
    sites: tuple[SiteLines, ...]


@dataclass(frozen=True, slots=True)
class SignedLink:
    """Contents of a signed link: an action on a delivery, or on an address to confirm."""

    verb: LinkVerb
    id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """Target of a link: the reader of the message, its subjects and kinds."""

    reader: NoticeReader
    language: str
    kinds: tuple[NotificationKind, ...]
    subjects: tuple[tuple[str, int], ...]
    count: int
