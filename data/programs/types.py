"""Types of programs."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from core.access import Viewer

SCOPE = "/adict/v2"  # what a program asks a token for: the one API there is
TOKEN_LASTS = timedelta(hours=4)


@dataclass(frozen=True, slots=True)
class ProgramPace:
    """How often the programs of one organisation may call, all together; 0 is without limit."""

    a_minute: int = 60
    a_day: int = 6000


@dataclass(frozen=True, slots=True)
class CallTurn:
    """Whether a call is let in, and when the next one may come if they follow one another."""

    wait: int  # seconds until it may be made again; 0: it is let in
    ready_at: datetime


@dataclass(frozen=True, slots=True)
class CallUse:
    """How many calls the programs of an organisation made today."""

    calls: int
    pace: ProgramPace


@dataclass(frozen=True, slots=True)
class Calling:
    """A program that calls, and what its organisation's programs called before."""

    viewer: Viewer
    last_used_at: datetime | None  # its own credential
    day: date  # in Paris, that `calls` are counted on
    calls: int
    ready_at: datetime  # see rules: next_turn
