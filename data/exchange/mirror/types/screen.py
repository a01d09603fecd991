"""Types of the rounds of the mirror and of its pages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.controls.types import ControlRow
from data.exchange.mirror.types.states import (
    ConnectionState,
    DriftKind,
    Leaving,
    MirrorPart,
    RoundState,
    RoundWay,
    SendingState,
    SendingVerb,
)
from data.exchange.mirror.types.wire import JSON, LineFault
from data.metering.consumption.types import PceDelivery
from data.metering.pces.types import Frequency
from data.rights.types import RightDetail, RightEvent
from data.upstream_message import UpstreamMessage


@dataclass(frozen=True, slots=True)
class RoundCounts:
    """Counts of a round; lines are upstream lines.

    `drifts` are the differences left; `injected` counts periods of injected gas, included in `new`,
    `changed`, `same` and `ignored`.
    """

    calls: int = 0
    rights: int = 0
    drifts: int = 0
    pces: int = 0
    lines: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    ignored: int = 0  # different, but not stored
    faults: int = 0
    sent: int = 0
    tasks: int = 0  # when planned
    injected: int = 0
    repaired: int = 0  # differences, automatically
    ended: int = 0  # rights, by these repairs

    def __add__(self, other: "RoundCounts") -> "RoundCounts":
        return RoundCounts(
            *(getattr(self, name) + getattr(other, name) for name in self.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class MirrorChoice:
    """What an organisation wants mirrored, and whether its messages are sent."""

    parts: frozenset[MirrorPart]
    sends: bool
    repairs: bool = False  # repair differences automatically at each synchronisation


@dataclass(frozen=True, slots=True)
class ConnectionRow:
    """The connection of an organisation, for its page: never its secret."""

    client_id: str
    choice: MirrorChoice
    state: ConnectionState
    problem: UpstreamMessage | None
    created_at: datetime
    tried_at: datetime | None
    worked_at: datetime | None
    calls: int  # today
    most: int  # daily limit; 0: none
    third_party: str = ""  # third party's name upstream; "" until a list was read
    organisation: str = ""  # organisation's name, if different


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
    remaining_tasks: int  # tasks still to do
    resume_at: datetime | None = None  # of a paused round
    listed_at: datetime | None = None  # when its rights were read and compared


@dataclass(frozen=True, slots=True)
class DriftRow:
    """Differences by field: (ADICT field, local value, upstream value)."""

    id: int
    number: str
    site: str
    kind: DriftKind
    right_uid: str  # local uid; "" when unknown here
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
    is_in_doubt: bool = False  # it may have arrived, and will be found: it cannot be cancelled
    queued: bool = True  # else not queued yet: without an id, it may be cancelled


@dataclass(frozen=True, slots=True)
class RightSent:
    """Sent and due messages of one right, and the state of sending."""

    rows: Sequence[SendingRow]
    due: Sequence[SendingRow]
    leaving: Leaving
    connection: ConnectionState | None
    crowded: bool = False  # more waits than is sent in a minute


@dataclass(frozen=True, slots=True)
class OpenedRight:
    """A right with its events, the months with data, its controls and its messages."""

    detail: RightDetail
    events: Sequence[RightEvent]
    months: frozenset[date]
    controls: Sequence[ControlRow]
    sent: RightSent


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
    """A failed read of a PCE."""

    number: str
    site: str
    part: MirrorPart
    reason: UpstreamMessage | None
    again_at: datetime


@dataclass(frozen=True, slots=True)
class TasksSummary:
    """Progress of an organisation's mirror."""

    pces: int
    done: int  # PCEs that are up to date
    waiting: int  # PCEs with due reads
    oldest: datetime | None  # the oldest last read


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """Lines refused for the same reason in one round."""

    part: MirrorPart
    sentence: str  # in the reader's language, with the values of its first line
    count: int
    pces: int


@dataclass(frozen=True, slots=True)
class MirrorDetail:
    """What the page shows in detail: a kind of difference, or the refused lines of a round."""

    kind: DriftKind | None = None
    round_id: int | None = None
    after: int = 0  # id of the difference before those shown
    page: int = 1  # of messages


@dataclass(frozen=True, slots=True)
class ConnectionStanding:
    """All that the page of a connection shows."""

    row: ConnectionRow
    tasks: TasksSummary
    rounds: Sequence[RoundRow]
    drifts: Sequence[DriftRow]
    counts: Mapping[DriftKind, int]
    kind: DriftKind | None  # of the differences shown; None: all
    sendings: Sequence[SendingRow]  # of this page, latest first
    groups: Sequence[FaultGroup] = ()  # of the refused lines of one round
    faults: Sequence[FaultRow] = ()  # the first of them
    sent: Mapping[SendingState, int] = field(default_factory=dict)  # count by state
    unread: Sequence[UnreadRow] = ()  # the first failed reads
    unread_count: int = 0
    after: int = 0  # id of the difference before those shown
    more: bool = False  # whether others follow
    on_hold_count: int = 0  # rights that the distributor would end, too many to apply automatically
    upto: int = 0  # highest id of a difference: later ones have a higher id
    due: Sequence[SendingRow] = ()  # not queued yet, before `sendings` on this page
    due_count: int = 0
    page: int = 1  # of messages, among `pages`
    pages: int = 1
    to_send: int = 0  # messages waiting in all, queued or not
    unleft: Unleft = Unleft()


@dataclass(frozen=True, slots=True)
class MirrorHealth:
    """State of the active connections, for the operator."""

    ended: datetime | None  # last round of the connection not refreshed for the longest time
    failed: int  # connections whose last round failed
    faults: int  # lines refused in the last rounds
    waiting: int  # due reads
    waiting_since: datetime | None
    refused: int = 0  # connections whose credentials are refused: their organisations must act


@dataclass(frozen=True, slots=True)
class ClaimedRound:
    """A claimed round."""

    id: int
    organisation_id: int
    way: RoundWay
    created_at: datetime
    listed_at: datetime | None
    counts: RoundCounts


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One kind of data of one PCE to request; the perimeter is that of the upstream right."""

    pce_id: int
    number: str
    part: MirrorPart
    frequency: Frequency
    attempts: int
    whole_from: date | None
    whole_until: date | None
    done_at: datetime | None
    first: date | None
    last: date | None


class Meaning(StrEnum):
    """Meaning of an answer without data for its task (domain.md §4.9)."""

    NOTHING = "nothing"  # there are none: normal
    CLOSED = "closed"  # no right opens it: the list of rights will show why
    AGAIN = "again"  # interrupted: to be requested again
    OTHER = "other"  # unknown


@dataclass(frozen=True, slots=True)
class SilenceReason:
    """Why there are no data: our message, possibly with upstream words."""

    meaning: Meaning
    sentence: str  # French, marked with N_
    code: str
    reply: str = ""

    @property
    def unread(self) -> bool:
        """Return whether the data must still be read."""
        return self.meaning in {Meaning.AGAIN, Meaning.OTHER}


@dataclass(frozen=True, slots=True)
class PceAnswer:
    """Contents of an answer about the readings of one PCE."""

    delivery: PceDelivery | None
    lines: int
    faults: Sequence[LineFault]
    silence: SilenceReason | None

    @property
    def unread(self) -> bool:
        return self.silence is not None and self.silence.unread

    @property
    def closed(self) -> bool:
        return self.silence is not None and self.silence.meaning is Meaning.CLOSED
