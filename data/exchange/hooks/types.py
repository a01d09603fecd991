"""Types of webhooks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from data.notifications.types import MessageDelivery


class Topic(StrEnum):
    """Subject of an event; all but the ping can be chosen for each webhook."""

    RIGHTS = "rights"
    CONTROLS = "controls"
    READINGS = "readings"
    PING = "ping"


OFF = "off"  # error of deliveries whose webhook was turned off or removed
LONGEST_NAME = 60  # characters
CHOSEN: tuple[Topic, ...] = (Topic.RIGHTS, Topic.CONTROLS, Topic.READINGS)


class HookState(StrEnum):
    ON = "on"
    OFF = "off"  # by an administrator, or after a permanent error given in `off_reason`


@dataclass(frozen=True, slots=True)
class WantedHook:
    """Form values of a webhook."""

    name: str
    url: str = field(repr=False)
    topics: Collection[Topic]


@dataclass(frozen=True, slots=True)
class NewSecret:
    """Secret of a new webhook or a replaced secret: shown once."""

    id: int
    name: str
    secret: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class HookRow:
    """A webhook; `target` shows where it leads without its secrets."""

    id: int
    name: str
    target: str
    topics: tuple[Topic, ...]
    state: HookState
    off_reason: str
    created_at: datetime
    last_sent_at: datetime | None
    old_until: datetime | None  # until then, the previous secret also signs


@dataclass(frozen=True, slots=True)
class HookDeliveryRow:
    """Row of the journal: one event for one webhook."""

    id: int
    event_id: str
    hook: str  # name of the webhook
    resendable: bool  # its webhook is on, and it is not due already
    topic: Topic
    number: str  # number of the first PCE; "" for a ping
    summary: str  # state or date of that PCE, as in ADICT
    count: int  # number of lines in the event
    state: MessageDelivery
    created_at: datetime
    next_attempt_at: datetime | None  # while it waits
    sent_at: datetime | None
    resent_at: datetime | None
    attempts: int
    error: str
    removed: bool  # its webhook was removed since


@dataclass(frozen=True, slots=True)
class Journal:
    """Latest deliveries of an organisation, and counts of failed and waiting ones."""

    rows: tuple[HookDeliveryRow, ...]
    failed: int  # failed, and may be resent
    more: bool  # whether there are older ones
    waiting: int  # refused, and retried automatically
    stopped: int = 0  # failed, and may be resent once their webhook is on


@dataclass(frozen=True, slots=True)
class HookEvent:
    """One event, not yet assigned to webhooks: its topic and its lines in ADICT format."""

    topic: Topic
    lines: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class HookSending:
    """A claimed delivery, with the sealed values of its webhook."""

    id: int
    hook_id: int
    event_id: str
    body: Mapping[str, Any] = field(repr=False)
    attempts: int
    created_at: datetime
    sealed_url: str = field(repr=False)
    sealed_secrets: tuple[str, ...] = field(repr=False)  # secrets that sign it, the newest first


@dataclass(frozen=True, slots=True)
class FailureOutcome:
    """What happens to a delivery that was refused."""

    retry_at: datetime | None  # None: given up
    off: bool  # whether the webhook is turned off
