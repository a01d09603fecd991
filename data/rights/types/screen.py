"""Types of the rights screens, and of bulk operations on rights."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.right import (
    DeclarationOrigin,
    EndSource,
    FromFile,
    ProofState,
    RightActor,
    RightDataKind,
    RightRole,
    RightSpan,
    RightState,
)


class BulkAct(StrEnum):
    CANCEL = "cancel"
    REVOKE = "revoke"
    RENEW = "renew"
    REMIND = "remind"

    @property
    def undoable(self) -> bool:
        """Return whether its rights can be restored."""
        return self in {BulkAct.CANCEL, BulkAct.REVOKE}


class ActState(StrEnum):
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"  # by a person, before its end
    UNDOING = "undoing"
    UNDONE = "undone"


class ActLineState(StrEnum):
    TO_DO = "to_do"
    DONE = "done"
    LEFT = "left"
    UNDONE = "undone"
    KEPT = "kept"  # done, but changed since and therefore not restored


IMMEDIATE = 50  # rights: a smaller operation runs within the request


@dataclass(frozen=True, slots=True)
class ChosenRight:
    """What decides whether an operation applies to a right."""

    id: int
    uid: str
    number: str
    state: RightState


@dataclass(frozen=True, slots=True)
class ActSplit:
    """The rights of a selection that an operation applies to, and the others with reasons."""

    chosen: int
    fit: tuple[ChosenRight, ...]
    exclusions: tuple[tuple[ChosenRight, str], ...]  # each with its reason, a French sentence
    mark: str  # identifies exactly the chosen rights
    relayed: int = 0  # those of `fit` that another distributor decides on

    @property
    def reasons(self) -> Mapping[str, int]:
        """Return the number of rights skipped for each reason, most frequent first."""
        counts: dict[str, int] = {}
        for _right, reason in self.exclusions:
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: -one[1]))


@dataclass(frozen=True, slots=True)
class ClaimedAct:
    """An operation that is being processed."""

    id: int
    act: BulkAct
    user_id: int
    ends_on: date | None
    undo_until: datetime | None
    undoing: bool = False  # its rights are being restored
    many: bool = True  # more than IMMEDIATE


@dataclass(frozen=True, slots=True)
class ActRow:
    """An operation in the list."""

    id: int
    act: BulkAct
    state: ActState
    who: str
    chosen: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActHolder:
    """The outcome for the rights of one holder."""

    name: str
    done: int
    left_count: int


@dataclass(frozen=True, slots=True)
class ActReceipt:
    """The progress and outcome of an operation."""

    id: int
    act: BulkAct
    state: ActState
    who: str
    chosen: int
    counts: Mapping[ActLineState, int]
    reasons: tuple[tuple[str, int], ...]
    holders: tuple[ActHolder, ...]
    holder_count: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undo_until: datetime | None
    undone_at: datetime | None
    ends_on: date | None

    @property
    def busy(self) -> bool:
        return self.state in {ActState.RECEIVED, ActState.WORKING, ActState.UNDOING}


@dataclass(frozen=True, slots=True)
class ActLine:
    """A right of an operation, for its file."""

    number: str
    site: str
    holder: str
    state: ActLineState
    reason: str
    params: Mapping[str, object]  # of that sentence


class RightSort(StrEnum):
    SITE = "site"
    STATE = "state"
    CREATED = "created_at"
    HOLDER = "holder"
    NUMBER = "number"
    ENDS = "ends_on"


@dataclass(frozen=True, slots=True)
class RightFilter:
    """The filters of the list of rights, all applied together."""

    text: str = ""
    states: tuple[RightState, ...] = ()
    roles: tuple[RightRole, ...] = ()
    origin: DeclarationOrigin | None = None
    run_id: int | None = None
    relayed: bool | None = None  # whether the organisation's mirrored distributor decides
    organisation_id: int | None = None  # for the distributor's staff
    ending_before: date | None = None  # active ones that end before this day
    uids: tuple[str, ...] = ()  # a selection


@dataclass(frozen=True, slots=True)
class ProgramRightFilter:
    """The filters of a program's request, all applied together; () means any."""

    numbers: tuple[str, ...] = ()
    roles: tuple[RightRole, ...] = ()
    states: tuple[RightState, ...] = ()
    proofs: tuple[ProofState, ...] = ()


@dataclass(frozen=True, slots=True)
class PendingRight:
    """Declared rights that open nothing yet: whom they wait for, and since when."""

    holders: int = 0  # for their answer
    distributor: int = 0  # for an identity check
    relayed: int = 0  # for the answer of the organisation's mirrored distributor
    since: date | None = None  # the first declaration; None when nothing waits

    @property
    def total(self) -> int:
        return self.holders + self.distributor + self.relayed


class Act(StrEnum):
    """The expected action."""

    ANSWER = "answer"
    REACH = "reach"  # reach the holder, who opted out of letters, another way
    VERIFY = "verify"
    PROVE = "prove"  # send the consent for a control
    HAND = "hand"  # the same, directly to the distributor: nothing is sent from here
    JUDGE = "judge"  # decide on that proof
    RELAY = "relay"  # the distributor's answer
    RENEW = "renew"
    DECLARE = "declare"  # a new right, which is optional and would be accepted


@dataclass(frozen=True, slots=True)
class NextStep:
    """The next actor and the deadline; no action is expected when `actor` is None."""

    actor: RightActor | None
    due: date | None
    sentence: str  # French, marked with N_; `params` fill its braces
    params: dict[str, object]
    act: Act | None = None


@dataclass(frozen=True, slots=True)
class SiblingRights:
    """Other facts about the same organisation and PCE."""

    withdrawn_at: datetime | None = None  # the holder's last withdrawal of consent
    other_open: int | None = None  # the latest other open or waiting right of that role
    holder_since: date | None = None
    ended_on: date | None = None  # the contract of the PCE
    unwritten: bool = False  # the holder, whose answer is awaited, opted out of letters
    sends: bool = False  # declarations and proofs are sent to the distributor


@dataclass(frozen=True, slots=True)
class RightRow:
    """A right, with all fields of the ADICT object (domain.md §2.3)."""

    id: int
    uid: str
    number: str
    role: RightRole
    state: RightState
    third_party: str
    site: str
    person: str
    company: str
    email: str
    phone: str
    postal_code: str
    starts_on: date | None
    ends_on: date | None
    supply_first: date | None
    supply_last: date | None
    injection_first: date | None
    injection_last: date | None
    kinds: frozenset[RightDataKind]
    created_at: datetime
    closed_at: datetime | None
    source: EndSource | None
    origin: DeclarationOrigin
    answer_due: date | None
    proof_state: ProofState | None
    proof_due: date | None
    consented_on: date | None
    purpose: str
    relayed: bool = False  # the organisation's mirrored distributor decides on it
    around: SiblingRights = SiblingRights()

    @property
    def holder(self) -> str:
        return self.company or self.person


@dataclass(frozen=True, slots=True)
class Month:
    """A month of the coverage strip: its days, and how many are readable."""

    first: date
    days: int
    covered: int


class DeclarationDoubt(StrEnum):
    """What the distributor must verify about a declaration."""

    UNKNOWN = "unknown"  # holder or place of the PCE: nothing to compare with
    NAME = "name"  # the declared name is not the contract's
    POSTAL_CODE = "postal_code"  # the declared code is not that of the PCE
    EMAIL = "email"  # belongs to no account of the holder's organisation
    ASKER = "asker"  # declares itself the holder under another name


@dataclass(frozen=True, slots=True)
class RightDetail:
    """All that the viewer may know about a right."""

    row: RightRow
    step: NextStep
    readable: RightSpan | None  # days of consumption readable today through it; None for none
    expected_holder: str  # name on the contract, for the distributor only; else empty
    expected_postal_code: str  # of the PCE, for the distributor only; else empty
    holder_emails: tuple[str, ...]  # of people who can answer, for the distributor only
    doubts: frozenset[DeclarationDoubt]  # for the distributor only
    renewed_by: str  # the uid of the renewing right; else empty
    brought: FromFile | None = None
    written_at: tuple[datetime, ...] = ()  # when letters asked its holder


@dataclass(frozen=True, slots=True)
class Loss:
    """What revoking rights would remove."""

    rights: int
    pces: int  # that the organisation could no longer read at all
    final: bool = True
    uids: tuple[str, ...] = ()  # of those rights; the others of the selection stay unchanged


@dataclass(frozen=True, slots=True)
class SavedView:
    """The filters of the grid, saved as an address under a name."""

    id: int
    name: str
    query: str
