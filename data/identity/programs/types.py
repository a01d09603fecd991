"""Types of programs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.access import Viewer

SCOPE = "/adict/v2"  # scope of a token: the only API
TOKEN_LASTS = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class ProgramPace:
    """Rate limit of all programs of one organisation; 0: unlimited."""

    a_minute: int = 60
    a_day: int = 6000


@dataclass(frozen=True, slots=True)
class CallTurn:
    """Whether a call is allowed, and when the next consecutive one may come."""

    wait: int  # seconds to wait; 0: allowed
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class CallUse:
    """Number of calls made today by the programs of an organisation."""

    calls: int
    pace: ProgramPace


@dataclass(frozen=True, slots=True)
class Calling:
    """A calling program, and the previous calls of its organisation's programs."""

    viewer: Viewer
    last_used_at: datetime | None  # by its own credential
    day: date  # in Paris, day of `calls`
    calls: int
    ready_at: datetime  # see rules: next_turn
