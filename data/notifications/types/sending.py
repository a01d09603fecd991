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
    """Whether a notice still has to be put in a message; in the inbox it is anyway."""

    PENDING = "pending"
    GROUPED = "grouped"
    SILENT = "silent"  # muted, snoozed or without a way out: only the inbox has it


class SendOutcome(StrEnum):
    """How it went for a message."""

    SENT = "sent"
    LATER = "later"  # this message, for now
    FINAL = "final"  # this message, for good
    GONE = "gone"  # whatever goes there, for good: the way is switched off
    DOWN = "down"  # nothing leaves that way for now: no message is to blame


class LinkVerb(StrEnum):
    """What a signed link does."""

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
    """A mail ready to leave; `headers` are more of them, `html` the same words with style."""

    to: str
    subject: str
    text: str
    message_id: str
    html: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ChannelMessage:
    """What a user's own channel is given: where to, under which number, and the words."""

    url: str = field(repr=False)
    secret: str = field(repr=False)  # of a webhook; of a changed one, two with a space between
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
    """Which notices wait for one reader."""

    reader: NoticeReader
    oldest: datetime
    newest: datetime
    worst: Severity
    count: int


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice, as a message or a screen words it."""

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
    """What a digest says of one site: the gravest first, and how many it does not show."""

    site: str
    pce_number: str
    count: int
    lines: tuple[NoticeLine, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What one message tells."""

    count: int
    sites_count: int
    kinds: Mapping[NotificationKind, int]
    worst: Severity
    sites: tuple[SiteLines, ...]


@dataclass(frozen=True, slots=True)
class SignedLink:
    """What a signed link says: a verb on a delivery, or on an address to confirm."""

    verb: LinkVerb
    id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link stands for: whose message it was, what it told of, and of which kinds."""

    reader: NoticeReader
    language: str
    kinds: tuple[NotificationKind, ...]
    subjects: tuple[tuple[str, int], ...]
    count: int
