"""Types of a signature in progress: offer, code and stored file."""

from dataclasses import dataclass, field
from datetime import date, datetime

from data.contracts.types.dossier import Invite
from data.contracts.types.paper import Amendment, Level, Paper, Party, Signing, SigningMethod


@dataclass(frozen=True, slots=True)
class ContractTerms:
    """From when to when; without an end, until somebody ends it."""

    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class Operator:
    """The distributor, as a contract prints it."""

    name: str
    address: str = ""


@dataclass(frozen=True, slots=True)
class StoredPdf:
    """Octets that are in the storage already: rows come after them."""

    storage_key: str
    sha256: str
    level: Level | None = None  # of the seal just put, None: no seal was


@dataclass(frozen=True, slots=True)
class OfferedText:
    """A text to be signed, and what it is made of."""

    uid: str
    contract: str
    number: int  # 0: the contract itself, n: its n-th amendment
    paper: Paper
    amendment: Amendment | None
    storage_key: str
    sha256: str  # of what is shown: the code is bound to it


@dataclass(frozen=True, slots=True)
class CodeSent:
    """A code that was sent: its masked address and its expiry."""

    to: str
    expires_at: datetime
    second_factor: bool  # a code of the signer's application is asked too


@dataclass(frozen=True, slots=True)
class Typed:
    """What the signer typed, where from; *seen* is the sha256 of the text on the screen."""

    code: str = field(repr=False)
    seen_digest: str
    address: str
    app_code: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of a code: either a signing to be sealed, or why not (to be said once committed).

    *again* says that this very signature stands already: a second press has nothing more to do.
    """

    text: OfferedText | None = None
    signing: Signing | None = None
    code_id: int = 0
    problem: tuple[str, dict[str, object]] | None = None
    can_retry: bool = False
    dead: bool = False  # no code serves any more: another is to be asked for
    alarm: bool = False  # a wrong code of the application: `accounts.actions.alarm` is to be asked


@dataclass(frozen=True, slots=True)
class Guests:
    """The people whom a contract's dossier invites, in the name of the organisation's signer."""

    organisation_id: int
    signer_id: int
    signer: str
    invites: tuple[Invite, ...]


@dataclass(frozen=True, slots=True)
class SignatureRow:
    """A signature as it is shown, and as its evidence file tells it."""

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
        """As it was sealed: what `files.evidence` is made of."""
        return Signing(
            party=self.party,
            name=self.name,
            function=self.function,
            email=self.email,
            at=self.at,
            address=self.address,
            method=self.method,
            consent=self.consent,
            number=self.number,
        )
