"""Types of operations."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FailedWork:
    """An item of the work queue that was given up."""

    id: int
    kind: str
    organisation: str  # "" for work of the portal itself
    error: str
    attempts: int
    created_at: datetime
    failed_at: datetime
