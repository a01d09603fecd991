"""What goes through a round: who works it, what it asks, how an answer was taken."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.consumption.types import Delivery
from data.mirror.types.screen import Counts
from data.mirror.types.wire import Fault
from data.mirror.types.words import Part, RoundWay
from data.pces.types import Frequency


@dataclass(frozen=True, slots=True)
class Claimed:
    """A round in hand: its `turn` shuts out whoever had it before."""

    id: int
    organisation_id: int
    turn: int
    way: RoundWay
    created_at: datetime
    listed_at: datetime | None
    counts: Counts


@dataclass(frozen=True, slots=True)
class Task:
    """One sort of data of one PCE to ask for; the perimeters are of the right there, if any."""

    pce_id: int
    number: str
    part: Part
    frequency: Frequency
    attempts: int
    whole_from: date | None
    whole_until: date | None
    done_at: datetime | None
    first: date | None
    last: date | None


class Meaning(StrEnum):
    """What an answer without data means to its task (domain.md §4.9)."""

    NOTHING = "nothing"  # there is none: that is normal
    CLOSED = "closed"  # no right opens it: the list of rights will say which
    AGAIN = "again"  # it broke off: the same is asked again
    OTHER = "other"  # whatever is not known


@dataclass(frozen=True, slots=True)
class Silence:
    """Why nothing came: a sentence of ours, or the words of the other side in one."""

    meaning: Meaning
    sentence: str  # French, marked with N_
    code: str
    reply: str = ""

    @property
    def unread(self) -> bool:
        """Whether what was asked for is still to be read."""
        return self.meaning in {Meaning.AGAIN, Meaning.OTHER}


@dataclass(frozen=True, slots=True)
class Heard:
    """What an answer about the readings of one PCE holds."""

    delivery: Delivery | None
    lines: int
    faults: Sequence[Fault]
    silence: Silence | None

    @property
    def unread(self) -> bool:
        return self.silence is not None and self.silence.unread

    @property
    def closed(self) -> bool:
        return self.silence is not None and self.silence.meaning is Meaning.CLOSED
