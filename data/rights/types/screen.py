"""Types of the rights screens."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.right import FromFile, RightSpan
from data.rights.types.states import (
    DeclarationOrigin,
    EndSource,
    ProofState,
    RightActor,
    RightDataKind,
    RightRole,
    RightState,
)


class RightSort(StrEnum):
    SITE = "site"
    STATE = "state"
    CREATED = "created_at"
    HOLDER = "holder"
    NUMBER = "number"
    ENDS = "ends_on"


@dataclass(frozen=True, slots=True)
class RightFilter:
    """Which rights a list shows: all that is asked at once."""

    text: str = ""
    states: tuple[RightState, ...] = ()
    roles: tuple[RightRole, ...] = ()
    origin: DeclarationOrigin | None = None
    run_id: int | None = None
    relayed: bool | None = None  # whether the distributor that its organisation mirrors decides
    organisation_id: int | None = None  # for the distributor's staff
    ending_before: date | None = None  # Active ones whose last day comes before it
    uids: tuple[str, ...] = ()  # a selection


@dataclass(frozen=True, slots=True)
class ToldFilter:
    """Which rights a program asks for: those that all of these keep; () keeps every one."""

    numbers: tuple[str, ...] = ()
    roles: tuple[RightRole, ...] = ()
    states: tuple[RightState, ...] = ()
    proofs: tuple[ProofState, ...] = ()


@dataclass(frozen=True, slots=True)
class Awaited:
    """Declared rights that let read nothing yet: whom they wait for, and since when at most."""

    holders: int = 0  # their answer
    distributor: int = 0  # the check of an identity
    relayed: int = 0  # what the distributor that their organisation mirrors answers
    since: date | None = None  # the first declared; None when nothing waits

    @property
    def total(self) -> int:
        return self.holders + self.distributor + self.relayed


class Act(StrEnum):
    """What is waited for."""

    ANSWER = "answer"
    REACH = "reach"  # the holder, who wants no letter, by another way
    VERIFY = "verify"
    PROVE = "prove"  # the consent, for a control
    HAND = "hand"  # the same, to the distributor itself: nothing leaves from here
    JUDGE = "judge"  # that proof
    RELAY = "relay"  # what the distributor of the organisation says
    RENEW = "renew"
    DECLARE = "declare"  # a new right: nobody must, and it would be taken


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
    """What else there is of the same organisation on the same PCE."""

    withdrawn_at: datetime | None = None  # the last time that the holder took an agreement back
    other_open: int | None = None  # the latest other right of that role that is open or waits
    holder_since: date | None = None
    ended_on: date | None = None  # the contract of the PCE
    unwritten: bool = False  # the holder, whose answer is awaited, wants no letter
    sends: bool = False  # what is declared and proved leaves for the distributor


@dataclass(frozen=True, slots=True)
class RightRow:
    """One right, with every field of ADICT's object (domain.md §2.3)."""

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
    relayed: bool = False  # the distributor that its organisation mirrors decides of it
    around: SiblingRights = SiblingRights()

    @property
    def holder(self) -> str:
        return self.company or self.person


@dataclass(frozen=True, slots=True)
class Month:
    """One month of the covered strip: its days, and how many of them may be read."""

    first: date
    days: int
    covered: int


class DeclarationDoubt(StrEnum):
    """What the distributor has to verify of a declaration."""

    UNKNOWN = "unknown"  # who holds the PCE, or where it is: nothing to compare with
    NAME = "name"  # declared, is not the contract's
    POSTAL_CODE = "postal_code"  # declared, is not that of the PCE
    EMAIL = "email"  # is of no account of the holder's organisation
    ASKER = "asker"  # says that it is the holder, and bears another name


@dataclass(frozen=True, slots=True)
class RightDetail:
    """Everything known of one right, as far as its viewer may know."""

    row: RightRow
    step: NextStep
    readable: RightSpan | None  # the days of consumption that it opens today; None opens none
    expected_holder: str  # the contract's name, told to the distributor only; else empty
    expected_postal_code: str  # of the PCE, told to the distributor only; else empty
    holder_emails: tuple[str, ...]  # of those who can answer, for the distributor only
    doubts: frozenset[DeclarationDoubt]  # told to the distributor only
    renewed_by: str  # the uid of the right that renews this one; else empty
    brought: FromFile | None = None
    written_at: tuple[datetime, ...] = ()  # when letters asked its holder


@dataclass(frozen=True, slots=True)
class Loss:
    """What revoking rights would take away."""

    rights: int
    pces: int  # that the organisation could no longer read at all
    final: bool = True
    uids: tuple[str, ...] = ()  # of those rights: the others of a choice are left as they are


@dataclass(frozen=True, slots=True)
class SavedView:
    """The filters of the grid, as an address, under the name that a person gave them."""

    id: int
    name: str
    query: str
