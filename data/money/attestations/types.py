"""Types of the attestations of OPERAT."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AttestationDraft:
    """The year of consumption that was declared, and the entity or group, "" for the only one."""

    year: int
    label: str = ""


@dataclass(frozen=True, slots=True)
class Attestation:
    """A stored attestation, as its organisation sees it."""

    id: int
    draft: AttestationDraft
    name: str  # of the file
    person: str  # "" once the account is erased
    created_at: datetime


@dataclass(frozen=True, slots=True)
class AttestationFile:
    """Where the file of an attestation is."""

    name: str
    sha256: str
    storage_key: str
