"""What a right allows and how it stands, as this portal or its distributor has it."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.states import Kind, ProofState, RightRole, RightState, Source


class News(StrEnum):
    """What a right does that it did not, as who holds its PCE is told."""

    OPENED = "opened"  # it is found there, or opens again
    WIDER = "wider"  # more data, or more days


@dataclass(frozen=True, slots=True)
class Terms:
    """All by which two registers of the same right may differ; of whom it speaks is no part."""

    state: RightState
    starts_on: date | None = None
    ends_on: date | None = None
    supply_first: date | None = None
    supply_last: date | None = None
    injection_first: date | None = None
    injection_last: date | None = None
    kinds: frozenset[Kind] = frozenset()
    closed_at: datetime | None = None
    source: Source | None = None
    proof_state: ProofState | None = None
    proof_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere(Terms):
    """A right as the distributor has it; its holder as is said there."""

    number: str
    role: RightRole
    created_at: datetime
    person: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    postal_code: str = ""
