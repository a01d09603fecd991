"""Types of the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event of the journal; `actor_id` is None for the system."""

    at: datetime
    action: str
    actor_id: int | None
    detail: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Read:
    """A read of a PCE's data by a person of an organisation."""

    at: datetime
    organisation_id: int
    action: str
    number: str
