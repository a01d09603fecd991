"""A message on its way: from rows that wait to what a channel is given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.notifications.types.events import JSON, ChannelKind, Kind, Severity


class Delivery(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


class NoticeState(StrEnum):
    """Whether a notice still has to be put in a message; in the inbox it is anyway."""

    PENDING = "pending"
    GROUPED = "grouped"
    SILENT = "silent"  # muted, snoozed or without a way out: only the inbox has it


class Outcome(StrEnum):
    """How it went for a message."""

    SENT = "sent"
    LATER = "later"  # this message, for now
    FINAL = "final"  # this message, for good
    GONE = "gone"  # whatever goes there, for good: the way is switched off
    DOWN = "down"  # nothing leaves that way for now: no message is to blame


class Verb(StrEnum):
    """What a signed link does."""

    SEEN = "seen"
    SNOOZE = "snooze"
    STOP = "stop"
    CONFIRM = "confirm"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Letter:
    """A claimed message, before it is written in its reader's language."""

    id: int
    kind: Kind
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
class Parcel:
    """What a user's own channel is given: where to, under which number, and the words."""

    url: str = field(repr=False)
    secret: str = field(repr=False)  # of a webhook; of a changed one, two with a space between
    id: str  # the same at each attempt
    title: str
    text: str
    data: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody who has notices waiting: a user or an extra address."""

    user_id: int | None
    address_id: int | None


@dataclass(frozen=True, slots=True)
class Batch:
    """Which notices wait for one reader."""

    reader: Reader
    oldest: datetime
    newest: datetime
    worst: Severity
    count: int


@dataclass(frozen=True, slots=True)
class Line:
    """One notice, as a message or a screen words it."""

    kind: Kind
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
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """What one message tells."""

    count: int
    sites_count: int
    kinds: Mapping[Kind, int]
    worst: Severity
    sites: tuple[SiteLines, ...]


@dataclass(frozen=True, slots=True)
class Link:
    """What a signed link says: a verb on a delivery, or on an address to confirm."""

    verb: Verb
    id: int
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class Linked:
    """What a link stands for: whose message it was, what it told of, and of which kinds."""

    reader: Reader
    language: str
    kinds: tuple[Kind, ...]
    subjects: tuple[tuple[str, int], ...]
    count: int
