"""Types of operations."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class FailedWork:
    """A failed item of the work queue, after all its attempts."""

    id: int
    kind: str
    organisation: str  # "" for work of the portal itself
    error: str
    attempts: int
    created_at: datetime
    failed_at: datetime
