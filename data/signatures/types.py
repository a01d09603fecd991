"""Types of signatures. Energy is in Wh, temperatures in °C, NaN for unknown values."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from data.weather.types import DegreeDayMethod, Floats, LocalStation

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Reason(StrEnum):
    """Why a fit, or a correction made with it, is not to be relied on."""

    NO_TEMPERATURE = "no_temperature"
    FEW_WEEKS = "few_weeks"
    NO_SPREAD = "no_spread"
    NOT_HEATING = "not_heating"
    LOOSE = "loose"
    MILD = "mild"  # too few degree days in the period itself
    UNREAD = "unread"  # the stored one stands on days that may not be read, and none was made


class Cause(StrEnum):
    """Why a site is worth a visit, as its days tell it."""

    BASELOAD = "baseload"  # burns more whatever the weather
    OUT_OF_USE = "out_of_use"  # as much on Sundays as on Mondays
    HEATING = "heating"  # answers the cold more than it did
    NOT_STOPPED = "not_stopped"  # heats on mild days of spring and summer
    EARLY = "early"  # heats on mild days of autumn
    ZERO = "zero"  # nothing is counted where something was
    MISSING = "missing"  # no value comes any more


@dataclass(frozen=True, slots=True)
class Past:
    """The days of a site from `first`: energy in Wh, NaN unless measured; °C, gaps left as NaN."""

    first: date
    energy: Floats
    temperature: Floats

    def place(self, day: date) -> int:
        """Where *day* is; below zero, or beyond the end, when it is not there."""
        return (day - self.first).days


@dataclass(frozen=True, slots=True)
class Fit:
    """Energy a day = (baseload + slope × degree days under `base`) × use, found on whole weeks.

    `baseload_wh` is Wh a day, `slope_wh` Wh a degree day, of a usual day; a day of use burns
    `use` times as much, one out of use (week-end, public holiday) `out` times. `r2` and `cvrmse`
    are shares. `reason` says why it is not reliable, None when it is.
    """

    base: float
    baseload_wh: float
    slope_wh: float
    use: float
    out: float
    weeks: int
    r2: float
    cvrmse: float
    reason: Reason | None

    def cold(self, temperature: Floats) -> Floats:
        """Degree days under its base; NaN where the temperature is unknown."""
        return np.maximum(0.0, self.base - temperature)

    def uses(self, off: Flags) -> Floats:
        """How much of a usual day each is: *off* says which are out of use."""
        return np.where(off, self.out, self.use)

    def expected(self, temperature: Floats, off: Flags) -> Floats:
        """Wh of each day."""
        energy: Floats = (self.baseload_wh + self.slope_wh * self.cold(temperature)) * self.uses(
            off
        )
        return energy


@dataclass(frozen=True, slots=True)
class Split:
    """The gap between a year and the one before, in Wh; its five parts sum to it exactly.

    Both years are of every value known, as a chart counts them: what days that were estimated or
    reconstructed weigh over what is expected of them is `estimated_wh`. Without a reliable fit,
    `reason` says why, and the climate and the calendar are not told apart: what days known on one
    side alone weigh is `missing_wh`; pairs of days that are not both measured, `estimated_wh`;
    all else the rest.
    """

    first: date
    last: date
    before_wh: int
    after_wh: int
    climate_wh: int
    calendar_wh: int
    missing_wh: int
    estimated_wh: int
    rest_wh: int
    missing_before: int  # days without a value, the year before
    missing_after: int
    estimated_before: int  # days whose value was not measured
    estimated_after: int
    reason: Reason | None
    fit: Fit | None = None

    @property
    def difference_wh(self) -> int:
        return self.after_wh - self.before_wh


@dataclass(frozen=True, slots=True)
class Season:
    """A heating season as it was found: its first and last day; None where it is not over."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class YearEstimate:
    """What a year will have burnt, with the ends between which it falls four times in five, Wh."""

    known_wh: int
    total_wh: int
    low_wh: int
    high_wh: int
    days_left: int


@dataclass(frozen=True, slots=True)
class Baseload:
    """What a summer day burns, Wh, and a year of such days; `cost` in euros where a price is."""

    day_wh: float
    year_wh: float
    cost: float | None


Point = tuple[date, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """What the page of a site's signature shows, on its last three years of measured days.

    `weeks` are (Monday, kWh a day, °C, degree days a day under `base`); `found` is the fit of the
    base that suits it best, `asked` that of `base`. `degree_days` of the last year by each
    method, None where its temperatures lack. The rest is None where nothing can be told.
    """

    number: str
    alias: str
    base: float
    method: DegreeDayMethod  # of the degree days
    weeks: tuple[Point, ...]
    best_fit: Fit
    requested_fit: Fit
    split: Split | None
    season: Season | None
    summer: Baseload | None
    idle: tuple[float, float] | None  # share of the year out of use, a day against one of use
    estimate: YearEstimate | None
    degree_days: tuple[float | None, float | None]
    normal: tuple[int, ...] | None  # Wh of each month of a normal year
    until: date | None
    warmth: "Warmth"


@dataclass(frozen=True, slots=True)
class Warmth:
    """The source of a site's temperatures: a station, less `own_days` that came with readings."""

    station: LocalStation | None
    own_days: int


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """What is said of a PCE from all its days, once; see `rules.verdicts`.

    `first_day`…`until` are the days it stands on, None when none is measured. `fit` is of the
    last three years. `ratio` is what the 12 complete months from `year` would have burnt in the
    climate of the year before, over what they did; `refused` says why it is not told. The five
    parts are those of `Split`. `day_wh` is a mean day of the last year. `cause`, with what is at
    stake in Wh a year, since when and its share, is None when nothing calls for a visit.
    """

    pce_id: int
    first_day: date | None
    until: date | None
    fit: Fit
    year: date
    ratio: float | None
    refused: Reason | None
    parts: tuple[int, int, int, int, int]
    day_wh: int
    visit: "Visit | None"


@dataclass(frozen=True, slots=True)
class Visit:
    """A site that burns more than its own past says: Wh a year, and the likely cause.

    What is out of season (heating that was not stopped, or started early) is not of all the year:
    it is what it took in the weeks that are judged. Of a site that counts nothing any more, it is
    what these days took a year before.
    """

    year_wh: float
    share: float  # of what was expected
    cause: Cause
    since: date


@dataclass(frozen=True, slots=True)
class VisitRow:
    """A line of the visits: what is at stake, in Wh and in euros where a price is known.

    `yearly` says that it is of a year; else it is of the days from `since` to today.
    """

    number: str
    alias: str
    cause: Cause
    since: date
    until: date
    stake_wh: int
    euros: float | None = None

    @property
    def yearly(self) -> bool:
        return self.cause in {Cause.BASELOAD, Cause.OUT_OF_USE, Cause.HEATING}


@dataclass(frozen=True, slots=True)
class Visits:
    """The dearest of them first; how many sites are judged, and why the others are not."""

    rows: tuple[VisitRow, ...] = ()
    reliable: int = 0
    refused: tuple[tuple[Reason, int], ...] = ()
    unread: int = 0  # not judged yet, or on days that may not be read
