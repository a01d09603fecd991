"""Types of the settings that the distributor's administrators change on screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from core.settings import Settings


class Name(StrEnum):
    """Setting: a field of `OperatorSettings`; for the texts of mails see `Passage`."""

    OPERATOR = "operator"
    ADDRESS = "address"
    EMAIL = "email"
    PHONE = "phone"
    ANSWER_DAYS = "answer_days"
    LONGEST_YEARS = "longest_years"
    PROOF_DAYS = "proof_days"
    PROOF_AGAIN_DAYS = "proof_again_days"
    PROOF_GRACE_DAYS = "proof_grace_days"
    PROOF_UNDO_MINUTES = "proof_undo_minutes"
    EXPORT_DAYS = "export_days"
    CO2_FACTOR = "co2_factor"
    CO2_BASIS = "co2_basis"
    CO2_SOURCE = "co2_source"


class SettingsPart(StrEnum):
    """Settings submitted and stored together, in one transaction."""

    IDENTITY = "identity"
    RIGHTS = "rights"
    PROOFS = "proofs"
    EXPORTS = "exports"
    CARBON = "carbon"


class HeatingValue(StrEnum):
    """Heating value of a factor: higher (PCS), like bills, or lower."""

    PCS = "pcs"
    PCI = "pci"


class Passage(StrEnum):
    """Text of the distributor in mails: the signature of all, and the opening of each kind."""

    SIGNATURE = "signature"
    CONSENT = "consent"
    REMINDER = "reminder"
    INFORMED = "informed"
    RECEIPT = "receipt"
    ENDED = "ended"
    INVITATION = "invitation"
    PROOF_ASKED = "proof_asked"
    PROOF_DUE = "proof_due"
    PROOF_DECIDED = "proof_decided"
    CONTRACT_SENT = "contract_sent"
    CONTRACT_ENDING = "contract_ending"


# By passage and language; a missing one is the portal's default: nothing, or its usual signature.
Passages = Mapping[tuple[Passage, str], str]


@dataclass(frozen=True, slots=True)
class Carbon:
    """A carbon factor in kg CO₂e per kWh on its basis, with its source."""

    factor: Decimal
    basis: HeatingValue
    source: str


@dataclass(frozen=True, slots=True)
class OperatorSettings:
    """All settings of the operator: those of the environment, or those in force."""

    operator: str = "Réseau Gaz"
    address: str = ""
    email: str = ""  # address for replies; "" for none
    phone: str = ""
    answer_days: int = 30  # days a holder has to answer
    longest_years: int = 3  # maximum duration of an access right; 0: unlimited
    proof_days: int = 20  # working days to send a proof
    proof_again_days: int = 10  # minimum working days left for another piece
    proof_grace_days: int = 5  # working days past the deadline
    proof_undo_minutes: int = 10  # during which a decision may be undone
    export_days: int = 7  # days an export file is kept
    co2_factor: Decimal = Decimal("0.2154")
    co2_basis: HeatingValue = HeatingValue.PCS
    co2_source: str = ""
    passages: Passages = field(default_factory=dict, hash=False)

    @classmethod
    def of_environment(cls, settings: "Settings") -> Self:
        """Return the operator's settings as the environment gives them."""
        return cls(
            operator=settings.operator_name,
            address=settings.operator_address,
            email=settings.operator_email,
            phone=settings.operator_phone,
            answer_days=settings.rights_answer_days,
            longest_years=settings.rights_longest_years,
            proof_days=settings.proof_days,
            proof_again_days=settings.proof_again_days,
            proof_grace_days=settings.proof_grace_days,
            proof_undo_minutes=settings.proof_undo_minutes,
            export_days=settings.export_days,
            co2_factor=settings.co2_factor,
            co2_basis=HeatingValue(settings.co2_basis),
            co2_source=settings.co2_source,
        )

    @property
    def carbon(self) -> Carbon:
        return Carbon(self.co2_factor, self.co2_basis, self.co2_source)

    @property
    def contact(self) -> str:
        """Return the operator's e-mail and phone on one line; "" without either."""
        return " · ".join(filter(None, (self.email, self.phone)))


@dataclass(frozen=True, slots=True)
class SettingStanding:
    """A setting: the value in force, the environment's, and the author of the last change.

    `version` is 0 for an untouched setting, and detects concurrent changes. `changed_at` and
    `changed_by` also record a reset to the environment's value.
    """

    key: str
    text: str
    origin: str
    changed: bool = False
    version: int = 0
    changed_at: datetime | None = None
    changed_by: str = ""


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """Problem of one setting in a form; `message` is a French message."""

    key: str
    message: str
    params: Mapping[str, object]
