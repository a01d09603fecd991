"""Types of the onboarding dossier."""

from dataclasses import dataclass, field
from enum import StrEnum


class DossierStep(StrEnum):
    """The steps of onboarding, in their order; each may be left and taken up again."""

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
    """What data are wanted for: each is agreed to by itself, for its own duration."""

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
    """The piece that proves it; a legal representative by law (*himself*) has none to give."""

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
    role: str  # of core.access.Role: an invitation makes an account of it


@dataclass(frozen=True, slots=True)
class Imports:
    """PCE to import once the contract is signed; nothing depends on it."""

    enabled: bool = False
    expected: int = 0


@dataclass(frozen=True, slots=True)
class ContractDossier:
    """Everything, as far as it was filled: None is a step that was never kept."""

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
    """A step: whether it is done, and what lacks, as marked sentences and their blanks."""

    step: DossierStep
    done: bool
    lacks: tuple[tuple[str, dict[str, object]], ...] = field(default=())
