"""The words of accounts."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One open session, as its owner sees it in `/compte`."""

    id: int
    started_at: datetime
    last_seen_at: datetime
    device: str
    address: str
    current: bool


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How long a session lives, and how many sign-in tries are allowed."""

    idle_minutes: int = 30
    absolute_hours: int = 12
    tries: int = 10
    window_minutes: int = 15
