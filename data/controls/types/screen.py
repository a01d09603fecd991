"""Types of the control screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.controls.types.pieces import PieceKind
from data.controls.types.states import (
    ChecklistPoint,
    ControlVerdict,
    Fact,
    Motive,
    Side,
    Urgency,
)
from data.rights.types import ProofState, RightDataKind, RightState
from data.upstream_message import UpstreamMessage


class ControlSort(StrEnum):
    DUE = "due_on"
    SITE = "site"
    HOLDER = "holder"
    THIRD_PARTY = "third_party"
    NUMBER = "number"
    STATE = "state"
    OPENED = "opened_at"
    SENT = "sent_at"
    OWNER = "owner"


class ControlFolder(StrEnum):
    """Ready-made choices of the grid, each with its count."""

    OPEN = "open"  # awaited or under check
    OVERDUE = "overdue"  # its deadline is past; like the next, of those whose deadline counts
    THIS_WEEK = "this_week"  # due from today to Sunday
    STAGED = "staged"  # a piece is ready and not sent
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class ControlFilter:
    """Which controls a list shows: all that is asked at once."""

    text: str = ""
    states: tuple[ProofState, ...] = ()
    boxes: tuple[ControlFolder, ...] = ()  # all of them at once
    organisation_id: int | None = None  # the third party
    owner_id: int | None = None  # an account manager; 0 is nobody
    for_viewer: bool = False  # only what waits for them
    campaign: str = ""  # its uid
    right: str = ""  # its uid
    uids: tuple[str, ...] = ()  # a selection
    deposit: str = ""  # the uid of one that covers them
    due_first: date | None = None
    due_last: date | None = None


@dataclass(frozen=True, slots=True)
class ControlRow:
    """One control, with what is shown of its right."""

    uid: str
    right: str  # its uid
    number: str
    site: str
    holder: str
    third_party: str
    organisation_id: int
    state: ProofState
    version: int  # to be given back with a decision
    due_on: date
    days_left: int  # calendar days; negative once past
    urgency: Urgency | None  # None when it does not wait for the viewer
    opened_at: datetime
    sent_at: datetime | None  # the last deposit
    decided_at: datetime | None
    closed_at: datetime | None  # the right ended before anybody decided
    motive: Motive | None  # of the last decision
    owner_id: int | None  # told to the distributor only
    owner: str
    unread: int  # messages of the other side
    staged: bool  # a piece of the viewer's organisation is ready and not sent
    campaign: str  # its uid
    returned: bool = False  # the last deposit took a decision back; told to the distributor only

    @property
    def open(self) -> bool:
        """Whether something is waited for, of either side."""
        waits = self.state in {ProofState.AWAITED, ProofState.UNDER_CHECK}
        return waits and self.closed_at is None


@dataclass(frozen=True, slots=True)
class PieceRow:
    uid: str
    name: str
    kind: PieceKind
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredPiece:
    """A piece and its storage key, to serve it once the viewer is authorised."""

    row: PieceRow
    storage_key: str


@dataclass(frozen=True, slots=True)
class DepositRow:
    """An envelope; the last one that was sent is what is judged."""

    uid: str
    created_at: datetime
    sent_at: datetime | None  # None: staged, its own organisation's alone
    by: str
    pieces: tuple[PieceRow, ...]
    controls: int  # that it covers: one mandate may prove many


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """One decision; `by` is empty for the clock's."""

    verdict: ControlVerdict
    motive: Motive | None
    text: str
    at: datetime
    by: str
    undo_until: datetime | None  # while it may still be undone
    undone_at: datetime | None
    undone_by: str
    upstream: bool = False  # another distributor's, in its words

    @property
    def written_text(self) -> UpstreamMessage:
        """What was written with it."""
        return UpstreamMessage("", self.text) if self.upstream else UpstreamMessage(self.text)


@dataclass(frozen=True, slots=True)
class MessageRow:
    uid: str
    at: datetime
    side: Side
    by: str
    internal: bool
    text: str
    pieces: tuple[PieceRow, ...]
    unread: bool


@dataclass(frozen=True, slots=True)
class ExpectedProof:
    """What the proof must say: the right as it was declared."""

    number: str
    holder: str
    third_party: str
    kinds: frozenset[RightDataKind]
    first: date | None  # days of data
    last: date | None
    starts_on: date | None  # of the right
    ends_on: date | None
    consented_on: date | None
    declared_on: date

    @property
    def signed_by(self) -> date:
        """The last day on which the proof may be signed."""
        return self.consented_on or self.declared_on


@dataclass(frozen=True, slots=True)
class ControlDetail:
    """Everything known of one control, as far as its viewer may know."""

    row: ControlRow
    right_state: RightState
    expected: ExpectedProof
    deposits: tuple[DepositRow, ...]  # the latest first
    staged: DepositRow | None  # of the viewer's own organisation
    decisions: tuple[DecisionRow, ...]  # the latest first
    checks: Mapping[ChecklistPoint, bool]  # of the last deposit; told to the distributor only
    can_deposit: bool
    can_decide: bool
    relayed: bool = False  # another distributor decides of it: nothing written here reaches it


@dataclass(frozen=True, slots=True)
class EntryRow:
    """One line of the journal; the hash binds it to the one before."""

    seq: int
    at: datetime
    fact: Fact
    by: str  # empty for the clock
    side: Side
    detail: Mapping[str, object]
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Totals:
    """The sentence and the figures on top."""

    controls: int
    pces: int
    open: int
    states: Mapping[ProofState, int]
    closed: int  # their right ended before anybody decided
    overdue: int  # like the next, of those whose deadline counts for the viewer
    this_week: int
    to_do: int  # wait for the viewer: to check, theirs or nobody's


@dataclass(frozen=True, slots=True)
class Workload:
    """What one account manager has in hand; nobody's when `owner_id` is None."""

    owner_id: int | None
    owner: str
    under_check: int
    awaited: int
    overdue: int  # of both


@dataclass(frozen=True, slots=True)
class Service:
    """How the distributor does, over a time: decisions that were not undone."""

    decisions: int  # all of them: accepted, asked again, rejected
    median_days: float | None  # calendar days from the deposit to the decision
    accepted: int
    resubmissions: int
    rejected: int
    late: int  # among the rejected: by the clock
    motives: tuple[tuple[Motive, int], ...]  # of refusals, the most frequent first
    workload: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class Manager:
    """An account manager that controls can be assigned to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A private link to one's deadlines; the address itself is shown once."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """One day by which a proof must be sent, or was to be checked."""

    uid: str
    number: str
    site: str
    third_party: str
    state: ProofState
    due_on: date
    changed_at: datetime  # of the control


@dataclass(frozen=True, slots=True)
class Feed:
    """What a calendar link opens."""

    language: str
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True)
class Broken:
    """An entry of the journal that is not what was written."""

    seq: int
    sentence: str  # French, marked with N_; {seq} fills its brace


@dataclass(frozen=True, slots=True)
class Verified:
    """The journal read from its first entry to its last."""

    entries: int
    last_hash: str
    broken: tuple[Broken, ...]
