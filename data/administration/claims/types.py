"""Types of claims on delivery points."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class ClaimState(StrEnum):
    WAITING = "waiting"  # for the distributor
    ATTACHED = "attached"  # at once: the index matches the readings
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"

    @property
    def granted(self) -> bool:
        """Return whether the delivery point became the organisation's."""
        return self in {ClaimState.ATTACHED, ClaimState.ACCEPTED}


@dataclass(frozen=True, slots=True)
class MeterIndex:
    """What a meter shows, in whole m³, and the day it was read."""

    volume_m3: int
    read_on: date


@dataclass(frozen=True, slots=True)
class IndexRange:
    """What a meter may show on a day, in dm³, from the readings around it."""

    lowest_dm3: int
    highest_dm3: int


class IndexMatch(StrEnum):
    """How the index of a claim compares with the readings of its delivery point."""

    INSIDE = "inside"
    OUTSIDE = "outside"
    UNKNOWN = "unknown"  # no index, or no reading close enough to compare


class ClaimDoubt(StrEnum):
    """A fact that leaves a claim to a person, even if its index matches the readings."""

    READ = "read"  # somebody reads the point, or did while the index could be on a screen
    HELD = "held"  # an organisation holds it, or did
    DISPUTED = "disputed"  # another organisation's claim on it waits
    REFUSED = "refused"  # to this organisation, before


@dataclass(frozen=True, slots=True)
class ClaimRow:
    """A claim, as its organisation and the distributor see it."""

    id: int
    number: str
    organisation_id: int
    organisation: str
    person: str
    index: MeterIndex | None
    letter_name: str  # "" without a letter
    state: ClaimState
    created_at: datetime
    decided_at: datetime | None
    answer: str


@dataclass(frozen=True, slots=True)
class ClaimToDecide:
    """A waiting claim with what the portal knows of its delivery point, for the distributor."""

    row: ClaimRow
    match: IndexMatch
    doubts: tuple[ClaimDoubt, ...] = ()
    taken_from: int = 0  # the id of the other organisation that holds it now, 0 for none
    holder: str = ""  # its name
    contract_holder: str = ""  # the name on the contract, where no organisation holds it
    city: str = ""


@dataclass(frozen=True, slots=True)
class ClaimLetter:
    """Where a stored letter of the distributor is."""

    name: str
    kind: str
    sha256: str
    storage_key: str
