"""Types of the mirror screens."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from data.mirror.types.states import (
    ConnectionState,
    DriftKind,
    Leaving,
    MirrorPart,
    RoundState,
    RoundWay,
    SendingState,
    SendingVerb,
)
from data.mirror.types.wire import JSON
from data.upstream_message import UpstreamMessage


@dataclass(frozen=True, slots=True)
class RoundCounts:
    """What a round did; lines are those of the other side.

    `drifts` are the differences that it left; `injected` the periods of injected gas that were
    read: they are of `new`, `changed`, `same` and `ignored`.
    """

    calls: int = 0
    rights: int = 0
    drifts: int = 0
    pces: int = 0
    lines: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    ignored: int = 0  # that differ, and do not win
    faults: int = 0
    sent: int = 0
    tasks: int = 0  # to do, when they were planned
    injected: int = 0
    repaired: int = 0  # differences, unasked
    ended: int = 0  # rights, by these repairs

    def __add__(self, other: "RoundCounts") -> "RoundCounts":
        return RoundCounts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class MirrorChoice:
    """What an organisation wants mirrored, and whether what it declares leaves for there."""

    parts: frozenset[MirrorPart]
    sends: bool
    repairs: bool = False  # what differs, at each synchronisation, without being asked


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """The connection of an organisation, for its screen: never its secret."""

    client_id: str
    choice: MirrorChoice
    state: ConnectionState
    problem: UpstreamMessage | None
    created_at: datetime
    tried_at: datetime | None
    worked_at: datetime | None
    calls: int  # today
    most: int  # that may be made in a day; 0: any
    third_party: str = ""  # whose the credentials are, by the distributor; "" until a list was read
    organisation: str = ""  # whose the connection is, where that is another name


@dataclass(frozen=True, slots=True)
class RoundRow:
    id: int
    way: RoundWay
    state: RoundState
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None
    counts: RoundCounts
    problem: UpstreamMessage | None
    remaining_tasks: int  # tasks of it that are still to do
    resume_at: datetime | None = None  # of a paused one
    listed_at: datetime | None = None  # its rights were read and compared


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
    verb: SendingVerb
    number: str
    site: str
    right_uid: str
    state: SendingState
    attempts: int
    created_at: datetime
    next_attempt_at: datetime | None
    ended_at: datetime | None
    code: str
    answer: UpstreamMessage | None
    is_in_doubt: bool = (
        False  # it may have reached there, where it will be found: it is not taken back
    )
    queued: bool = True  # else it is about to be: it has no id, and may be taken back


@dataclass(frozen=True, slots=True)
class RightSent:
    """What left of one right, what is to be put in the queue, and how that stands."""

    rows: Sequence[SendingRow]
    due: Sequence[SendingRow]
    leaving: Leaving
    connection: ConnectionState | None
    crowded: bool = False  # more waits than leaves in a minute


@dataclass(frozen=True, slots=True)
class Unleft:
    """What never left for the distributor: it is lost with the connection."""

    declared: int = 0  # rights, cancelled with it
    others: int = 0  # ends and proofs, dropped


@dataclass(frozen=True, slots=True)
class FaultRow:
    number: str
    part: MirrorPart
    at: datetime
    line: int
    sentence: str
    params: Mapping[str, JSON]
    sample: str


@dataclass(frozen=True, slots=True)
class UnreadRow:
    """What was asked for of a PCE in vain."""

    number: str
    site: str
    part: MirrorPart
    reason: UpstreamMessage | None
    again_at: datetime


@dataclass(frozen=True, slots=True)
class TasksSummary:
    """How far the mirror of an organisation is: `done`, of all, were read since they were due."""

    pces: int
    done: int  # PCE of which nothing waits
    waiting: int  # PCE of which something does
    oldest: datetime | None  # what was read the longest ago, among what was ever read


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Lines refused for the same reason in one round."""

    part: MirrorPart
    sentence: str  # in the reader's language, its blanks as in its first line
    count: int
    pces: int


@dataclass(frozen=True, slots=True)
class MirrorDetail:
    """What is looked at more closely: a kind of drift, the lines that a round skipped."""

    kind: DriftKind | None = None
    round_id: int | None = None
    after: int = 0  # the drift that those shown follow
    page: int = 1  # of what leaves


@dataclass(frozen=True, slots=True)
class ConnectionStanding:
    """All that the screen of a connection shows."""

    row: ConnectionRow
    tasks: TasksSummary
    rounds: Sequence[RoundRow]
    drifts: Sequence[DriftRow]
    counts: Mapping[DriftKind, int]
    kind: DriftKind | None  # of the drifts that are shown; None: all
    sendings: Sequence[SendingRow]  # those of this page, the latest first
    groups: Sequence[FaultGroup] = ()  # of the lines that one round skipped
    faults: Sequence[FaultRow] = ()  # the first of them
    sent: Mapping[SendingState, int] = field(default_factory=dict)  # how many, by state
    unread: Sequence[UnreadRow] = ()  # the first of what was asked for in vain
    unread_count: int = 0
    after: int = 0  # the drifts that are shown are those that follow this one
    more: bool = False  # and others follow them
    on_hold_count: int = 0  # rights that the distributor would end, too many to be done unasked
    upto: int = 0  # the last drift there is, of any kind: those that come later have a higher id
    due: Sequence[SendingRow] = ()  # what the queue has not yet, before `sendings` on this page
    due_count: int = 0
    page: int = 1  # of what leaves, of `pages`
    pages: int = 1
    to_send: int = 0  # what waits to leave in all, whether the queue has it yet or not
    unleft: Unleft = Unleft()


@dataclass(frozen=True, slots=True)
class MirrorHealth:
    """The state of the active connections, for the operator."""

    ended: datetime | None  # the last round of the one that is left the longest
    failed: int  # connections whose last round failed
    faults: int  # lines that the last rounds could not take
    waiting: int  # pieces of data to be asked for by now
    waiting_since: datetime | None
    refused: int = 0  # connections whose credentials are refused: their organisations' matter
