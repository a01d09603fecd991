"""Types of a round: claim, requests and outcomes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.exchange.mirror.types.screen import RoundCounts
from data.exchange.mirror.types.states import MirrorPart, RoundWay
from data.exchange.mirror.types.wire import LineFault
from data.metering.consumption.types import PceDelivery
from data.metering.pces.types import Frequency


@dataclass(frozen=True, slots=True)
class ClaimedRound:
    """A claimed round."""

    id: int
    organisation_id: int
    way: RoundWay
    created_at: datetime
    listed_at: datetime | None
    counts: RoundCounts


@dataclass(frozen=True, slots=True)
class ReadTask:
    """One kind of data of one PCE to request; the perimeter is that of the upstream right."""

    pce_id: int
    number: str
    part: MirrorPart
    frequency: Frequency
    attempts: int
    whole_from: date | None
    whole_until: date | None
    done_at: datetime | None
    first: date | None
    last: date | None


class Meaning(StrEnum):
    """Meaning of an answer without data for its task (domain.md §4.9)."""

    NOTHING = "nothing"  # there are none: normal
    CLOSED = "closed"  # no right opens it: the list of rights will show why
    AGAIN = "again"  # interrupted: to be requested again
    OTHER = "other"  # unknown


@dataclass(frozen=True, slots=True)
class SilenceReason:
    """Why there are no data: our message, possibly with upstream words."""

    meaning: Meaning
    sentence: str  # French, marked with N_
    code: str
    reply: str = ""

    @property
    def unread(self) -> bool:
        """Return whether the data must still be read."""
        return self.meaning in {Meaning.AGAIN, Meaning.OTHER}


@dataclass(frozen=True, slots=True)
class PceAnswer:
    """Contents of an answer about the readings of one PCE."""

    delivery: PceDelivery | None
    lines: int
    faults: Sequence[LineFault]
    silence: SilenceReason | None

    @property
    def unread(self) -> bool:
        return self.silence is not None and self.silence.unread

    @property
    def closed(self) -> bool:
        return self.silence is not None and self.silence.meaning is Meaning.CLOSED
