"""Types of the contract screens."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.contracts.types.dossier import Invite
from data.contracts.types.paper import Amendment, Paper
from data.contracts.types.signing import SignatureRow
from data.contracts.types.states import (
    ContractActor,
    ContractState,
    ContractTrigger,
    TextKind,
    TextState,
)


class ContractSort(StrEnum):
    ORGANISATION = "organisation"
    NUMBER = "number"
    STATE = "state"
    STARTS = "starts_on"
    ENDS = "ends_on"
    CHANGED = "changed_at"


@dataclass(frozen=True, slots=True)
class ContractFilter:
    """Those of a word, in some states, that wait for the viewer, or end in so many days."""

    text: str = ""
    states: frozenset[ContractState] = frozenset()
    waits: bool = False
    ends_within: int | None = None


@dataclass(frozen=True, slots=True)
class ContractRow:
    uid: str
    organisation_id: int
    organisation: str
    number: str  # "" until it is sent
    state: ContractState
    version: int
    starts_on: date | None
    ends_on: date | None
    days_left: int | None  # to its end, of one that is active and not renewed
    changed_at: datetime
    renews: str  # number of the one it renews
    amendment: TextState | None  # of an amendment that is under way
    waits: bool  # for the viewer's side


@dataclass(frozen=True, slots=True)
class ContractPage:
    rows: tuple[ContractRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TextRow:
    """One text of a contract, each time it was offered."""

    uid: str
    kind: TextKind
    number: int
    round: int
    state: TextState
    template: str
    paper: Paper
    amendment: Amendment | None
    created_at: datetime
    shown_sha256: str  # before any seal
    sha256: str
    storage_key: str
    signatures: tuple[SignatureRow, ...]
    invites: tuple[Invite, ...] = ()  # whom the dossier named then


@dataclass(frozen=True, slots=True)
class Verbs:
    """What the viewer may do now, by the state, the role and, to sign, by being who signs."""

    send: bool = False
    take_back: bool = False
    refuse: bool = False
    sign: bool = False
    countersign: bool = False
    refuse_signature: bool = False
    terminate: bool = False
    renew: bool = False
    abandon: bool = False
    amend: bool = False


@dataclass(frozen=True, slots=True)
class ContractDetail:
    row: ContractRow
    reason: str  # of the last refusal, or of the end
    sent_at: datetime | None
    ended_on: date | None
    texts: tuple[TextRow, ...]  # the latest first
    signer: str  # address of the organisation's signer
    verbs: Verbs
    renewable_on: date | None = (
        None  # first day that it may be renewed, of one it may be too early for
    )

    @property
    def current(self) -> TextRow | None:
        """The text that waits for a signature, else the last that both have signed."""
        waiting = (version for version in self.texts if version.state.open)
        signed = (version for version in self.texts if version.state is TextState.COUNTERSIGNED)
        return next(waiting, None) or next(signed, None)


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    at: datetime
    trigger: ContractTrigger
    actor: ContractActor
    who: str  # "" for the clock
    number: int  # of the amendment, 0: the contract itself
    reason: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """What falls when a contract ends: the rights themselves; exports are of their own feature."""

    organisation: str
    rights: int  # open, which become Obsolète
    active: int  # of which data are read today
    pces: int
    paused: bool  # nothing may be declared nor exported any more


@dataclass(frozen=True, slots=True)
class Applied:
    """What the clock did."""

    started: int = 0
    expired: int = 0
    rights: int = 0
