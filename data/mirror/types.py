"""The words of the mirror."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from data.rights.types import Kind, ProofState, RightRole, RightState, Source

JSON: TypeAlias = "str | int | float | bool | list[JSON] | dict[str, JSON] | None"


@dataclass(frozen=True, slots=True)
class Address:
    """Where the distributor's API is, by the operator's settings: all its organisations ask there.

    What it says is believed as the distributor's word, so no organisation chooses it.
    """

    base: str  # `https://…/adict/v2`
    token: str
    scope: str
    a_day: int  # calls of one organisation in a day of Paris; 0 is without limit
    pause: float = 1.0  # seconds between two calls of this portal, whoever asks


class Part(StrEnum):
    """What may be mirrored."""

    RIGHTS = "rights"
    INFORMATIVE = "informative"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"


class ConnectionState(StrEnum):
    UNTRIED = "untried"
    WORKING = "working"
    REFUSED = "refused"  # the credentials are not taken: nothing is asked until they change
    DOWN = "down"  # the other side does not answer, or not in its own words


class RoundState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"  # the calls of the day are made, or the other side is down: it goes on later
    DONE = "done"
    FAILED = "failed"


class RoundWay(StrEnum):
    NIGHT = "night"
    ASKED = "asked"


class DriftKind(StrEnum):
    """How a right of ours differs from the one there; the first that holds is said."""

    UNKNOWN_HERE = "unknown_here"
    UNKNOWN_THERE = "unknown_there"
    STATE = "state"
    DATES = "dates"
    PERIMETERS = "perimeters"
    PROOF = "proof"


class Verb(StrEnum):
    """What is sent to the other side."""

    DECLARE = "declare"
    REVOKE = "revoke"
    PROVE = "prove"


class SendingState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # an answer that never came leaves it there: it is looked for, not resent
    DONE = "done"
    REFUSED = "refused"  # for good, in the words of the other side
    DROPPED = "dropped"  # of no use any more before it left


@dataclass(frozen=True, slots=True)
class TheirRight:
    """A right as the other side lists it (domain.md §2.3)."""

    uid: str
    number: str
    role: RightRole
    state: RightState
    created_at: datetime
    person: str = ""
    company: str = ""
    email: str = ""
    phone: str = ""
    postal_code: str = ""
    starts_on: date | None = None
    ends_on: date | None = None
    supply_first: date | None = None
    supply_last: date | None = None
    injection_first: date | None = None
    injection_last: date | None = None
    kinds: frozenset[Kind] = frozenset()
    closed_at: datetime | None = None
    source: Source | None = None
    proof_state: ProofState | None = None
    proof_due: date | None = None


@dataclass(frozen=True, slots=True)
class Fault:
    """A line of the other side that could not be taken, and why."""

    line: int
    sentence: str  # French, marked with N_; `params` fill its braces
    params: Mapping[str, JSON] = field(default_factory=dict)
    sample: str = ""  # the beginning of it, without anything of a person


@dataclass(frozen=True, slots=True)
class Answer:
    """What the other side said of something sent: its HTTP status, its code, its words."""

    status: int
    code: str
    message: str
    body: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def taken(self) -> bool:
        return self.status < 300  # noqa: PLR2004


@dataclass(frozen=True, slots=True)
class Enclosed:
    """A piece of proof to send."""

    name: str
    mime: str
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Counts:
    """What a round did; lines are those of the other side."""

    calls: int = 0
    rights: int = 0
    drifts: int = 0
    pces: int = 0
    lines: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    faults: int = 0
    sent: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class Choice:
    """What an organisation wants mirrored, and whether what it declares leaves for there."""

    parts: frozenset[Part]
    sends: bool


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """The connection of an organisation, for its screen: never its secret."""

    client_id: str
    choice: Choice
    state: ConnectionState
    problem: str  # a sentence of French, with its blanks filled
    created_at: datetime
    tried_at: datetime | None
    worked_at: datetime | None
    calls: int  # today
    most: int  # that may be made in a day; 0: any


@dataclass(frozen=True, slots=True)
class RoundRow:
    id: int
    way: RoundWay
    state: RoundState
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    counts: Counts
    problem: str
    left: int  # tasks of it that are still to do


@dataclass(frozen=True, slots=True)
class DriftRow:
    """What differs, field by field: (field of ADICT, ours, theirs)."""

    id: int
    number: str
    site: str
    kind: DriftKind
    right_uid: str  # ours; "" where it is unknown here
    their_uid: str
    fields: Sequence[tuple[str, str | None, str | None]]
    found_at: datetime


@dataclass(frozen=True, slots=True)
class SendingRow:
    id: int
    verb: Verb
    number: str
    site: str
    right_uid: str
    state: SendingState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    ended_at: datetime | None
    code: str
    answer: str


@dataclass(frozen=True, slots=True)
class FaultRow:
    number: str
    part: Part
    at: datetime
    line: int
    sentence: str
    params: Mapping[str, JSON]
    sample: str
