"""Types of the onboarding dossier."""

from dataclasses import dataclass, field
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
