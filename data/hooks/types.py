"""Types of webhooks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from data.notifications.types import MessageDelivery


class Topic(StrEnum):
    """What an event is about; all but the ping are chosen for each webhook."""

    RIGHTS = "rights"
    CONTROLS = "controls"
    READINGS = "readings"
    PING = "ping"


OFF = "off"  # the error of what waited for a webhook that was stopped or removed
LONGEST_NAME = 60  # characters
CHOSEN: tuple[Topic, ...] = (Topic.RIGHTS, Topic.CONTROLS, Topic.READINGS)


class HookState(StrEnum):
    ON = "on"
    OFF = "off"  # by an administrator, or by an error for good: then with its reason


@dataclass(frozen=True, slots=True)
class WantedHook:
    """What the form asks for."""

    name: str
    url: str = field(repr=False)
    topics: Collection[Topic]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A webhook just added, or whose secret is another: shown once."""

    id: int
    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HookRow:
    """One webhook; `target` shows where it leads without its secrets."""

    id: int
    name: str
    target: str
    topics: tuple[Topic, ...]
    state: HookState
    off_reason: str
    created_at: datetime
    last_sent_at: datetime | None
    old_until: datetime | None  # the secret of before signs too, until then


@dataclass(frozen=True, slots=True)
class HookDeliveryRow:
    """One line of the journal: one event, sent or to be sent to one webhook."""

    id: int
    event_id: str
    hook: str  # its name
    resendable: bool  # its webhook is on, and it is not to leave already
    topic: Topic
    number: str  # of its first PCE; "" of a ping
    summary: str  # of that PCE, in the words of ADICT
    count: int  # things that it tells of
    state: MessageDelivery
    created_at: datetime
    next_attempt_at: datetime | None  # while it waits
    sent_at: datetime | None
    resent_at: datetime | None
    attempts: int
    error: str
    removed: bool  # its webhook was, since


@dataclass(frozen=True, slots=True)
class Journal:
    """The latest deliveries of an organisation, how many failed in all and how many try again."""

    rows: tuple[HookDeliveryRow, ...]
    failed: int  # that may be sent again
    more: bool  # there are older ones
    waiting: int  # that were not taken, and are tried again by themselves
    stopped: int = 0  # that failed, and may be sent again once their webhook is on


@dataclass(frozen=True, slots=True)
class HookEvent:
    """One event before it is anybody's: what it is about, and a line of ADICT for each thing."""

    topic: Topic
    lines: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class HookSending:
    """A claimed delivery, with what its webhook keeps sealed."""

    id: int
    hook_id: int
    event_id: str
    body: Mapping[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime
    sealed_url: str = field(repr=False)
    sealed_secrets: tuple[str, ...] = field(repr=False)  # that sign it, the newest first


@dataclass(frozen=True, slots=True)
class DeliveryFate:
    """What becomes of a delivery that was not taken."""

    retry_at: datetime | None  # None: it is given up
    off: bool  # nothing more goes there
