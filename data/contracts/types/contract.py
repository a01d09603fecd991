"""Types of contracts: states, signatures in progress and screens."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from core.records import copy_fields
from data.contracts.types.paper import (
    Amendment,
    ContractDossier,
    Invite,
    Level,
    Paper,
    Party,
    Signing,
    SigningMethod,
    StepLine,
    TextComparison,
)


class ContractState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"  # its text is frozen and offered for signature
    CLIENT_SIGNED = "client_signed"
    COUNTERSIGNED = "countersigned"  # waiting for its first day
    ACTIVE = "active"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    ABANDONED = "abandoned"  # a renewal that was never sent, or withdrawn

    @property
    def final(self) -> bool:
        return self in {
            ContractState.EXPIRED,
            ContractState.TERMINATED,
            ContractState.ABANDONED,
        }


class ContractTrigger(StrEnum):
    DRAFTED = "drafted"
    SENT = "sent"
    TAKEN_BACK = "taken_back"
    REFUSED_BY_CLIENT = "refused_by_client"
    SIGNED = "signed"
    REFUSED_BY_OPERATOR = "refused_by_operator"
    COUNTERSIGNED = "countersigned"
    STARTED = "started"
    EXPIRED = "expired"
    TERMINATED_BY_CLIENT = "terminated_by_client"
    TERMINATED_BY_OPERATOR = "terminated_by_operator"
    RENEWED = "renewed"
    ABANDONED = "abandoned"
    AMENDED = "amended"  # an amendment is signed by both sides
    INVITED = "invited"  # the people named in the dossier
    TEXT_DOWNLOADED = "text_downloaded"
    PROOF_DOWNLOADED = "proof_downloaded"  # the evidence of a signature


class ContractActor(StrEnum):
    CLIENT = "client"
    OPERATOR = "operator"
    SYSTEM = "system"


class TextKind(StrEnum):
    ORIGINAL = "original"
    AMENDMENT = "amendment"


class TextState(StrEnum):
    """The state of a text: the contract itself or an amendment."""

    OFFERED = "offered"
    CLIENT_SIGNED = "client_signed"
    COUNTERSIGNED = "countersigned"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"

    @property
    def open(self) -> bool:
        return self in {TextState.OFFERED, TextState.CLIENT_SIGNED}


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """Start and end dates; without end, until terminated."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Operator:
    """The distributor, as printed on a contract."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class StoredPdf:
    """A stored file, to which rows can now refer."""

    storage_key: str
    sha256: str
    level: Level | None = None  # of the seal just added, None without


@dataclass(frozen=True, slots=True)
class OfferedText:
    """A text to be signed, and its contents."""

    uid: str
    contract: str
    number: int  # 0: the contract itself, n: its n-th amendment
    paper: Paper
    amendment: Amendment | None
    storage_key: str
    sha256: str  # of what is displayed: the code is bound to it


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code that was sent: its masked address and its expiry."""

    to: str
    expires_at: datetime
    second_factor: bool  # an authenticator code is required too


@dataclass(frozen=True, slots=True)
class Typed:
    """What the signer typed and from where; `seen_digest` is the SHA-256 of the displayed text."""

    code: str = field(repr=False)
    seen_digest: str
    address: str
    app_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """The result of a code: a signing to seal, or a problem to report after commit.

    `can_retry` means that this signature exists already, so that a repeated call has nothing to do.
    """

    text: OfferedText | None = None
    signing: Signing | None = None
    code_id: int = 0
    problem: tuple[str, dict[str, object]] | None = None
    can_retry: bool = False
    dead: bool = False  # no code is valid any more: request another
    alarm: bool = False  # a wrong authenticator code: call `accounts.actions.alarm`


@dataclass(frozen=True, slots=True)
class InvitedGuests:
    """The people invited by a contract's dossier, in the signer's name."""

    organisation_id: int
    signer_id: int
    signer: str
    invites: tuple[Invite, ...]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature as displayed and as described in its evidence file."""

    party: Party
    number: int
    name: str
    function: str
    email: str
    at: datetime
    address: str
    method: SigningMethod
    consent: str
    level: Level
    shown_sha256: str
    sha256: str
    storage_key: str

    @property
    def signing(self) -> Signing:
        """Return the signing as it was sealed, for `files.evidence`."""
        return copy_fields(Signing, self)


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
class OpenedContract:
    """A contract with its events, its dossier and the changes of its open text."""

    detail: ContractDetail
    entries: tuple[TimelineEntry, ...]
    dossier: ContractDossier
    lines: tuple[StepLine, ...]
    comparison: TextComparison


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
