"""Types of a threshold and of its findings. Energy in Wh; None means missing, never 0."""

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.notifications.types import Recipient, Severity
from data.thresholds.types.winter import USUAL_WINDOW, ExpectedConsumption

MONTHS = 12
MOST_PCES = 5000  # in one scope, one import, one action


class ThresholdKind(StrEnum):
    FIXED = "fixed"  # above a value
    RELATIVE = "relative"  # above the same days a year before, by so many percent
    LOW = "low"  # a measured value at or under a limit: 0, unless said otherwise
    MISSING = "missing"  # nothing published, so many days past the usual day
    WEATHER = "weather"  # above what the site's own signature expects in this weather


class ThresholdPeriod(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class EpisodeState(StrEnum):
    """Where an episode is: `NORMAL` is over, `WITHDRAWN` was never true after all."""

    WARNED = "warned"
    EXCEEDED = "exceeded"
    NORMAL = "normal"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({EpisodeState.WARNED, EpisodeState.EXCEEDED})


class Ending(StrEnum):
    """Why an episode ended."""

    CLEARED = "cleared"  # a published value came back under the limit, hysteresis included
    PERIOD = "period"  # its month or year is over
    STOPPED = "stopped"  # the threshold no longer judges: paused, removed, out of scope or validity
    BACK = "back"  # the missing data came


class ThresholdChange(StrEnum):
    """What was done to a threshold."""

    CREATED = "created"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "removed"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class ThresholdScope:
    """The PCE watched: those numbered, and those that bear *tag*, now or later."""

    pces: tuple[str, ...] = ()
    tag: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdDraft:
    """A threshold as a person sets it: what an editor edits, what a version keeps.

    `values_wh` has one value for a day or a year, twelve for months (January first), none for
    RELATIVE, MISSING and WEATHER; LOW takes one. `percent` is RELATIVE's and WEATHER's: 15 is
    "over by 15 %". `delay` is MISSING's: published days past the day they usually come. `warn_at`,
    `hysteresis` in percent. WEATHER's are `window`, the days whose mean is judged, and `learnt_to`,
    the last day of the reference that its sites' signatures are frozen on.
    """

    name: str
    kind: ThresholdKind
    period: ThresholdPeriod
    values_wh: tuple[int, ...] = ()
    percent: int = 0
    delay: int = 7
    warn_at: int | None = 80
    hysteresis: int = 5
    consecutive: int = 1
    valid_from: date | None = None
    valid_to: date | None = None
    severity: Severity = Severity.WARNING
    recipients: tuple[Recipient, ...] = ()
    scope: ThresholdScope = field(default_factory=ThresholdScope)
    window: int = USUAL_WINDOW
    learnt_to: date | None = None
    # What WEATHER expects of one PCE, put there to judge it: read, never kept with the draft.
    expected: ExpectedConsumption | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """What was in force from gas day `first` on; `active` is False while paused or removed."""

    first: date
    draft: ThresholdDraft
    active: bool = True


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of gas days above a limit, as the rules find it.

    `first` is the first of them; `exceeded_on` is None while only warned. `value_wh` and
    `limit_wh` are those of the day that set its state: when it exceeded, else when it warned.
    For months and years values are running totals. `last_wh` and `last_limit_wh` are those of the
    latest day judged: the day that cleared it, else `last`; a limit relative to last year moves
    with the days. None on what was kept before they were. `expected_wh` is what the weather
    explains of `value_wh`, for the kind that knows it.
    """

    first: date
    warned_on: date | None
    exceeded_on: date | None
    value_wh: int
    limit_wh: int
    peak_wh: int
    peak_on: date
    excess_wh: int
    last: date  # the last gas day judged in it
    ended_on: date | None = None
    ending: Ending | None = None
    provisional: bool = False  # of the day that set its state
    period: ThresholdPeriod = ThresholdPeriod.DAY
    last_wh: int | None = None
    last_limit_wh: int | None = None
    expected_wh: int | None = None

    @property
    def latest(self) -> date:
        """The day of `last_wh` and `last_limit_wh`: that which cleared it is beyond `last`."""
        cleared = self.ended_on if self.ending is Ending.CLEARED else None
        return cleared or self.last

    @property
    def state(self) -> EpisodeState:
        if self.ended_on is not None:
            return EpisodeState.NORMAL
        return EpisodeState.WARNED if self.exceeded_on is None else EpisodeState.EXCEEDED
