"""Types of a signature in progress: offer, code and stored file."""

from dataclasses import dataclass, field
from datetime import date, datetime

from core.records import copy_fields
from data.contracts.types.dossier import Invite
from data.contracts.types.paper import Amendment, Level, Paper, Party, Signing, SigningMethod


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
