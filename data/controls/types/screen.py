"""Types of the control screens."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.controls.types.pieces import PieceKind
from data.controls.types.states import ChecklistPoint, ControlVerdict, Fact, Motive, Side, Urgency
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
    """Preset filters of the grid, with counts."""

    OPEN = "open"  # awaited or under check
    OVERDUE = "overdue"  # past its deadline, if running; likewise the next
    THIS_WEEK = "this_week"  # due from today to Sunday
    STAGED = "staged"  # a piece is ready and not sent
    UNREAD = "unread"


@dataclass(frozen=True, slots=True)
class ControlFilter:
    """The filters of a list of controls, all applied together."""

    text: str = ""
    states: tuple[ProofState, ...] = ()
    boxes: tuple[ControlFolder, ...] = ()  # all applied together
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
    """A control with the displayed part of its right."""

    uid: str
    right: str  # its uid
    number: str
    site: str
    holder: str
    third_party: str
    organisation_id: int
    state: ProofState
    version: int  # to be passed with a decision
    due_on: date
    days_left: int  # calendar days; negative once past
    urgency: Urgency | None  # None when it does not wait for the viewer
    opened_at: datetime
    sent_at: datetime | None  # the last deposit
    decided_at: datetime | None
    closed_at: datetime | None  # the right ended before a decision
    motive: Motive | None  # of the last decision
    owner_id: int | None  # for the distributor only
    owner: str
    unread: int  # messages of the other side
    staged: bool  # a piece of the viewer's organisation is ready and not sent
    campaign: str  # its uid
    returned: bool = False  # the last deposit withdrew a decision; for the distributor only

    @property
    def open(self) -> bool:
        """Return whether it waits for either side."""
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
    """A deposit; the last one sent is under decision."""

    uid: str
    created_at: datetime
    sent_at: datetime | None  # None: staged, for its own organisation only
    by: str
    pieces: tuple[PieceRow, ...]
    controls: int  # number covered: one mandate may prove many


@dataclass(frozen=True, slots=True)
class DecisionRow:
    """A decision; `by` is empty for the clock's."""

    verdict: ControlVerdict
    motive: Motive | None
    text: str
    at: datetime
    by: str
    undo_until: datetime | None  # while it can still be undone
    undone_at: datetime | None
    undone_by: str
    upstream: bool = False  # by another distributor, in its words

    @property
    def written_text(self) -> UpstreamMessage:
        """Return the text written with it."""
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
    """What the proof must state: the right as declared."""

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
        """Return the latest valid signature date of the proof."""
        return self.consented_on or self.declared_on


@dataclass(frozen=True, slots=True)
class ControlDetail:
    """All that the viewer may know about a control."""

    row: ControlRow
    right_state: RightState
    expected: ExpectedProof
    deposits: tuple[DepositRow, ...]  # latest first
    staged: DepositRow | None  # of the viewer's own organisation
    decisions: tuple[DecisionRow, ...]  # latest first
    checks: Mapping[ChecklistPoint, bool]  # of the last deposit; for the distributor only
    can_deposit: bool
    can_decide: bool
    relayed: bool = False  # decided by another distributor, which receives nothing written here


@dataclass(frozen=True, slots=True)
class EntryRow:
    """A line of the journal, bound to the previous one by its hash."""

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
    """The headline figures."""

    controls: int
    pces: int
    open: int
    states: Mapping[ProofState, int]
    closed: int  # their right ended before a decision
    overdue: int  # with a deadline running for the viewer; likewise the next
    this_week: int
    to_do: int  # waiting for the viewer: to check, assigned to them or unassigned


@dataclass(frozen=True, slots=True)
class Workload:
    """An account manager's workload; unassigned when `owner_id` is None."""

    owner_id: int | None
    owner: str
    under_check: int
    awaited: int
    overdue: int  # of both


@dataclass(frozen=True, slots=True)
class Service:
    """The distributor's performance over a period, undone decisions excluded."""

    decisions: int  # all: accepted, asked again, rejected
    median_days: float | None  # calendar days from the deposit to the decision
    accepted: int
    resubmissions: int
    rejected: int
    late: int  # among the rejected: by the clock
    motives: tuple[tuple[Motive, int], ...]  # of refusals, most frequent first
    workload: tuple[Workload, ...]


@dataclass(frozen=True, slots=True)
class Manager:
    """An account manager that controls can be assigned to."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class CalendarRow:
    """A private calendar link; the address itself is shown once."""

    id: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Deadline:
    """A day by which a proof must be sent, or should have been checked."""

    uid: str
    number: str
    site: str
    third_party: str
    state: ProofState
    due_on: date
    changed_at: datetime  # of the control


@dataclass(frozen=True, slots=True)
class Feed:
    """The content of a calendar link."""

    language: str
    deadlines: tuple[Deadline, ...]


@dataclass(frozen=True, slots=True)
class JournalBreak:
    """An altered entry of the journal."""

    seq: int
    sentence: str  # French, marked with N_; {seq} fills its brace


@dataclass(frozen=True, slots=True)
class Verified:
    """The result of checking the whole journal."""

    entries: int
    last_hash: str
    broken: tuple[JournalBreak, ...]
