"""Types of a threshold, its findings and its sheet. Energy in Wh; None means missing."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.analysis.signatures.types import Fit, Reason
from data.notifications.types import Recipient, Severity

# days whose mean is evaluated: whole weeks, so that week-ends have the same weight
WINDOWS = (7, 14, 28)
USUAL_WINDOW = 28


@dataclass(frozen=True, slots=True)
class LearnedReference:
    """The signature of a site frozen over `first`…`last`, unaffected by later data.

    `usual_wh` is its mean day of that time.
    """

    first: date
    last: date
    fit: Fit
    usual_wh: int

    @property
    def reason(self) -> Reason | None:
        """Return why it cannot be used, None when it is reliable."""
        return self.fit.reason


@dataclass(frozen=True, slots=True)
class ExpectedConsumption:
    """Expected Wh of each day with a known temperature, by a reliable signature."""

    days: Mapping[date, int]
    usual_wh: int


@dataclass(frozen=True, slots=True)
class PceWithoutReference:
    """A PCE that a weather-corrected threshold cannot evaluate, and the reason."""

    number: str
    alias: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class PceWithoutTemperatures:
    """A PCE whose temperatures stop before its readings: not evaluated after `until`."""

    number: str
    alias: str
    until: date | None


@dataclass(frozen=True, slots=True)
class WinterStanding:
    """The PCEs of a weather-corrected threshold: evaluated, refused, silent or waiting.

    The `silent` ones are among `evaluated`, of which only some are checked.
    """

    evaluated: int
    waiting: int  # for their signature, which the next evaluation learns
    refused: tuple[PceWithoutReference, ...]
    silent: tuple[PceWithoutTemperatures, ...]


MONTHS = 12
MOST_PCES = 5000  # in one scope, one import, one action


class ThresholdKind(StrEnum):
    FIXED = "fixed"  # above a value
    RELATIVE = "relative"  # above the same days a year before by a percentage
    LOW = "low"  # a measured value at or below a limit, 0 by default
    MISSING = "missing"  # no data for some days past the usual date
    WEATHER = "weather"  # above what the site's signature expects in this weather


class ThresholdPeriod(StrEnum):
    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class EpisodeState(StrEnum):
    """The state of an episode: `NORMAL` is over, `WITHDRAWN` turned out to be false."""

    WARNED = "warned"
    EXCEEDED = "exceeded"
    NORMAL = "normal"
    WITHDRAWN = "withdrawn"


OPEN = frozenset({EpisodeState.WARNED, EpisodeState.EXCEEDED})


class Ending(StrEnum):
    """Why an episode ended."""

    CLEARED = "cleared"  # a published value is below the limit, hysteresis included
    PERIOD = "period"  # its month or year is over
    STOPPED = "stopped"  # no longer evaluated: paused, removed, out of scope or validity
    BACK = "back"  # the missing data arrived


class ThresholdChange(StrEnum):
    """The kind of change of a threshold."""

    CREATED = "created"
    CHANGED = "changed"
    PAUSED = "paused"
    RESUMED = "resumed"
    REMOVED = "removed"
    RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class ThresholdScope:
    """The watched PCEs: those named, and those with `tag`, now or later."""

    pces: tuple[str, ...] = ()
    tag: str = ""


class DayKind(StrEnum):
    """A day, by the limit that applies to it."""

    WORKING = "working"
    WEEKEND = "weekend"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class WeekLimits:
    """Limits of a daily threshold on days other than working days, in Wh; None for the same.

    Closed days are public holidays and the weekdays `closed_on`, of which Monday is 0.
    """

    weekend_wh: int | None = None
    closed_wh: int | None = None
    closed_on: tuple[int, ...] = ()

    @property
    def is_set(self) -> bool:
        return self.weekend_wh is not None or self.closed_wh is not None


SAME = WeekLimits()  # every day has the same limit


@dataclass(frozen=True, slots=True)
class ThresholdDraft:
    """A threshold as edited and stored in a version.

    `values_wh` has one value for a day or a year, twelve for months (January first), none for
    RELATIVE, MISSING and WEATHER; LOW has one. `percent` is for RELATIVE and WEATHER: 15 means
    "over by 15 %". `delay` is for MISSING: days past the usual publication. `warn_at` and
    `hysteresis` are in percent. WEATHER has `window`, the days whose mean is evaluated, and
    `learnt_to`, the last day of the reference of the frozen signatures.
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
    week: WeekLimits = SAME  # of FIXED by day
    # What WEATHER expects of one PCE, set for its evaluation and never stored.
    expected: ExpectedConsumption | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Version:
    """A version in force from gas day `first` on; `active` is False while paused or removed."""

    first: date
    draft: ThresholdDraft
    active: bool = True


@dataclass(frozen=True, slots=True)
class Exceedance:
    """A run of gas days over a limit, as the rules detect it.

    `first` is its first day; `exceeded_on` is None while only warned. `value_wh` and `limit_wh` are
    those of the day that set its state (exceeded, else warned), running totals for months and
    years. `last_wh` and `last_limit_wh` are those of the latest day evaluated, None on older rows.
    `expected_wh` is the part of `value_wh` explained by the weather, where known.
    """

    first: date
    warned_on: date | None
    exceeded_on: date | None
    value_wh: int
    limit_wh: int
    peak_wh: int
    peak_on: date
    excess_wh: int
    last: date  # the last gas day evaluated in it
    ended_on: date | None = None
    ending: Ending | None = None
    provisional: bool = False  # of the day that set its state
    period: ThresholdPeriod = ThresholdPeriod.DAY
    last_wh: int | None = None
    last_limit_wh: int | None = None
    expected_wh: int | None = None

    @property
    def latest(self) -> date:
        """Return the day of `last_wh`: a clearing day is after `last`."""
        cleared = self.ended_on if self.ending is Ending.CLEARED else None
        return cleared or self.last

    @property
    def state(self) -> EpisodeState:
        if self.ended_on is not None:
            return EpisodeState.NORMAL
        return EpisodeState.WARNED if self.exceeded_on is None else EpisodeState.EXCEEDED


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A line of a sheet: a PCE and its threshold, with a default name when it has none."""

    line: int
    pce: str
    draft: ThresholdDraft
    reference: int | None = None  # the threshold id written by an export
    named: bool = True


@dataclass(frozen=True, slots=True)
class KnownThreshold:
    """An existing threshold that names a PCE; `shared` with other PCEs or a tag."""

    id: int
    draft: ThresholdDraft
    shared: bool
    version: int
