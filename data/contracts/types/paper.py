"""Types of the onboarding dossier and of the contract as a document."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum


class DossierStep(StrEnum):
    """The steps of the dossier, in order; each can be left and resumed."""

    IDENTITY = "identity"
    REPRESENTATIVE = "representative"
    POWER = "power"
    USES = "uses"
    INVITES = "invites"
    IMPORTS = "imports"


class BodyKind(StrEnum):
    COMPANY = "company"
    COLLECTIVITY = "collectivity"


class DataUse(StrEnum):
    """The purposes of data; each is agreed to separately with its own duration."""

    FOLLOW = "follow"
    BILLS = "bills"
    WORKS = "works"
    PERFORMANCE = "performance"
    OBLIGATION = "obligation"
    ADVICE = "advice"


@dataclass(frozen=True, slots=True)
class OrganisationIdentity:
    name: str = ""
    kind: BodyKind = BodyKind.COMPANY
    siren: str = ""
    siret: str = ""
    vat: str = ""
    legal_form: str = ""
    street: str = ""
    postal_code: str = ""
    city: str = ""
    sector: str = ""


@dataclass(frozen=True, slots=True)
class Representative:
    """The person who signs for the organisation, with the account of that address."""

    name: str = ""
    function: str = ""
    email: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Power:
    """The proof of power; a legal representative (`himself`) needs none."""

    himself: bool = False
    name: str = ""
    sha256: str = ""
    storage_key: str = ""


@dataclass(frozen=True, slots=True)
class Consent:
    use: DataUse
    months: int


@dataclass(frozen=True, slots=True)
class Invite:
    email: str
    role: str  # a core.access.Role: an invitation creates an account with it


@dataclass(frozen=True, slots=True)
class Imports:
    """PCEs to import once the contract is signed; nothing depends on it."""

    enabled: bool = False
    expected: int = 0


@dataclass(frozen=True, slots=True)
class ContractDossier:
    """The dossier as far as filled; None for a step that was never stored."""

    identity: OrganisationIdentity | None = None
    representative: Representative | None = None
    power: Power | None = None
    uses: tuple[Consent, ...] = ()
    invites: tuple[Invite, ...] = ()
    imports: Imports | None = None
    reached: DossierStep = DossierStep.IDENTITY
    version: int = 0


@dataclass(frozen=True, slots=True)
class StepLine:
    """A step: whether it is done, and what is missing, as marked sentences with params."""

    step: DossierStep
    done: bool
    lacks: tuple[tuple[str, dict[str, object]], ...] = field(default=())


RESERVED = 6  # amendments with reserved fields; beyond, the contract is renewed


@dataclass(frozen=True, slots=True)
class Clause:
    """A numbered article; `text` holds its paragraphs."""

    number: str
    title: str
    text: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Paper:
    """All that is printed on a contract."""

    number: str  # such as C-2026-000123
    template: str  # version of template and clauses
    operator: str
    operator_address: str
    organisation: str
    legal_form: str
    siren: str
    siret: str
    vat: str
    address: tuple[str, ...]
    sector: str
    representative: str
    function: str
    email: str
    uses: tuple[tuple[str, int], ...]  # (purpose, months)
    starts_on: date
    ends_on: date | None
    clauses: tuple[Clause, ...]
    delegation: str = ""  # proof of the representative's power; "": by law, or before 2026-12.2


class Party(StrEnum):
    CLIENT = "client"
    OPERATOR = "operator"


class SigningMethod(StrEnum):
    """How the signer was authenticated, beyond the session."""

    CODE = "code"
    CODE_TOTP = "code+totp"


@dataclass(frozen=True, slots=True)
class Signing:
    """A signature: signer, document and proof."""

    party: Party
    name: str
    function: str
    email: str
    at: datetime
    address: str  # IP address
    method: SigningMethod
    consent: str  # the sentence agreed to
    number: int = 0  # 0: the contract itself, n: its n-th amendment


class Level(StrEnum):
    """The PAdES level: seal only, with a timestamp, or also with trust information."""

    B_B = "B-B"
    B_T = "B-T"
    B_LT = "B-LT"


@dataclass(frozen=True, slots=True)
class Amendment:
    number: int  # from 1 to RESERVED
    subject: str
    text: str
    effective_on: date


class SealFault(StrEnum):
    """A fault of a sealed document; `files.statement_of` returns its sentence."""

    UNREADABLE = "unreadable"  # not readable as PDF
    UNSEALED = "unsealed"  # a PDF without seal
    ALTERED = "altered"  # bytes covered by a seal have changed
    FORGED = "forged"  # the seal was altered, or made with another key
    REWRITTEN = "rewritten"  # a change after a seal is not a form fill
    TRAILING = "trailing"  # bytes after the last seal
    UNTRUSTED = "untrusted"  # the certificate has no trusted issuer
    EXPIRED = "expired"  # the certificate was not valid at that time
    REVOKED = "revoked"
    STAMP = "stamp"  # the timestamp is invalid or untrusted


@dataclass(frozen=True, slots=True)
class Sealed:
    """A seal found in a PDF."""

    field: str
    party: Party
    number: int  # 0: the contract itself, n: its n-th amendment
    name: str  # the signer's, as in the seal
    at: datetime  # from the timestamp if there is one, else the portal's clock
    level: Level
    signer: str  # named by the certificate
    intact: bool
    trusted: bool
    covers: bool  # the whole file as it was when sealed
    faults: tuple[SealFault, ...] = ()


@dataclass(frozen=True, slots=True)
class Checked:
    """The result of checking a sealed PDF; compare `sha256` with the stored one."""

    sha256: str
    seals: tuple[Sealed, ...]
    faults: tuple[SealFault, ...] = ()  # of the file as a whole

    @property
    def valid(self) -> bool:
        """Return whether there is a seal and no fault."""
        return not self.all_faults and bool(self.seals)

    @property
    def all_faults(self) -> tuple[SealFault, ...]:
        """Return all faults once, those of the file first."""
        every = (*self.faults, *(fault for seal in self.seals for fault in seal.faults))
        return tuple(dict.fromkeys(every))


class TextPiece(StrEnum):
    """The status of words between two versions."""

    SAME = "same"
    GONE = "gone"
    NEW = "new"


@dataclass(frozen=True, slots=True)
class TextChange:
    """A part that differs between two versions, word by word."""

    part: str  # a marked sentence, or "" for a clause
    clause: str  # number and title, "" for other parts
    words: tuple[tuple[TextPiece, str], ...]

    @property
    def kind(self) -> TextPiece:
        """Return NEW or GONE for a whole part, SAME when it was partly rewritten."""
        pieces = {piece for piece, _ in self.words}
        return pieces.pop() if len(pieces) == 1 else TextPiece.SAME


@dataclass(frozen=True, slots=True)
class TextComparison:
    """The changes of a text since the version `before`, None for a first text."""

    before: Paper | None = None
    changes: tuple[TextChange, ...] = ()


def seals_of(seals: Sequence[Sealed], number: int) -> frozenset[Party]:
    """Return the parties that sealed the contract (0) or its n-th amendment."""
    return frozenset(seal.party for seal in seals if seal.number == number)
