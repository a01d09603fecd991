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
    """The filters of the list of contracts; `ends_within` is in days."""

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
    days_left: int | None  # of an active one that is not renewed
    changed_at: datetime
    renews: str  # number of the one it renews
    amendment: TextState | None  # of a pending amendment
    waits: bool  # for the viewer's side


@dataclass(frozen=True, slots=True)
class ContractPage:
    rows: tuple[ContractRow, ...]
    total: int


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text of a contract, once for each time it was offered."""

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
    invites: tuple[Invite, ...] = ()  # people named in the dossier then


@dataclass(frozen=True, slots=True)
class ContractActions:
    """What the viewer can do now, by state, role and, for signing, identity."""

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
    texts: tuple[TextRow, ...]  # latest first
    signer: str  # address of the organisation's signer
    verbs: ContractActions
    renewable_on: date | None = None  # first day on which it can be renewed, if that is later

    @property
    def current(self) -> TextRow | None:
        """Return the text that waits for a signature, else the last signed by both."""
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
    """What ends with a contract; exports have their own feature."""

    organisation: str
    rights: int  # open ones, which become Obsolète
    active: int  # whose data are readable today
    pces: int
    paused: bool  # no more declarations and exports


@dataclass(frozen=True, slots=True)
class Applied:
    """What the daily job did."""

    started: int = 0
    expired: int = 0
    rights: int = 0
