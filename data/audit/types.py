"""The words of the journal."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class EventRow:
    """One thing that happened; `actor_id` is None when the system did it."""

    at: datetime
    action: str
    actor_id: int | None
    detail: Mapping[str, object]
