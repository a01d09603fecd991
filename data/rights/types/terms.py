"""Types of a right's terms and state, as this portal or its distributor has them."""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.states import EndSource, ProofState, RightDataKind, RightRole, RightState


class RightNews(StrEnum):
    """How a right widens, as its PCE's holder is notified."""

    OPENED = "opened"  # found or reopened
    WIDER = "wider"  # more data, or more days


@dataclass(frozen=True, slots=True)
class RightTerms:
    """The terms in which two registers of a right can differ; personal data is not compared."""

    state: RightState
    starts_on: date | None = None
    ends_on: date | None = None
    supply_first: date | None = None
    supply_last: date | None = None
    injection_first: date | None = None
    injection_last: date | None = None
    kinds: frozenset[RightDataKind] = frozenset()
    closed_at: datetime | None = None
    source: EndSource | None = None
    proof_state: ProofState | None = None
    proof_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class UpstreamRightTerms(RightTerms):
    """A right as the distributor has it, with the holder as stated there."""

    number: str
    role: RightRole
    created_at: datetime
    person: str = field(default="", repr=False)
    company: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    phone: str = field(default="", repr=False)
    postal_code: str = ""
