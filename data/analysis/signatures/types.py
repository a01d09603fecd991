"""Types of signatures. Energy is in Wh, temperatures in °C, NaN for unknown values."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from data.metering.consumption.types import FleetRow, FleetView, Series, WorkList
from data.metering.consumption.types.similar import SimilarPlace
from data.metering.weather.types import DegreeDayMethod, Floats, LocalStation

Flags = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Reason(StrEnum):
    """Reason why a fit, or a correction made with it, is not reliable."""

    NO_TEMPERATURE = "no_temperature"
    FEW_WEEKS = "few_weeks"
    NO_SPREAD = "no_spread"
    NOT_HEATING = "not_heating"
    LOOSE = "loose"
    MILD = "mild"  # too few degree days in the period itself
    UNREAD = "unread"  # the stored one uses days that are not readable, and none was computed


class Cause(StrEnum):
    """Probable cause of an excess at a site worth a visit."""

    BASELOAD = "baseload"  # burns more in any weather
    OUT_OF_USE = "out_of_use"  # as much on Sundays as on Mondays
    LEVEL = "level"  # burns more in the same proportion in any weather
    HEATING = "heating"  # responds to cold more than before
    NOT_STOPPED = "not_stopped"  # heats on mild days of spring and summer
    EARLY = "early"  # heats on mild days of autumn
    ZERO = "zero"  # zero where there was consumption before


@dataclass(frozen=True, slots=True)
class Past:
    """Days of a site from `first`: Wh, NaN unless measured; °C, NaN for gaps."""

    first: date
    energy: Floats
    temperature: Floats

    def place(self, day: date) -> int:
        """Return the index of `day`; negative or beyond the end when outside."""
        return (day - self.first).days


@dataclass(frozen=True, slots=True)
class Fit:
    """Daily energy = (baseload + slope × degree days under `base`) × use, fitted on weeks.

    `baseload_wh` is Wh a day, `slope_wh` Wh a degree day, of an average day; a day of use burns
    `use` times as much, one out of use (weekend, public holiday) `out` times. `r2` and `cvrmse` are
    shares. `reason` says why it is not reliable, None when it is.
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
        """Return the degree days under its base; NaN for unknown temperatures."""
        return np.maximum(0.0, self.base - temperature)

    def uses(self, off: Flags) -> Floats:
        """Return the use factor of each day; `off` tells which are out of use."""
        return np.where(off, self.out, self.use)

    def expected(self, temperature: Floats, off: Flags) -> Floats:
        """Return the expected Wh of each day."""
        energy: Floats = (self.baseload_wh + self.slope_wh * self.cold(temperature)) * self.uses(
            off
        )
        return energy


@dataclass(frozen=True, slots=True)
class Split:
    """Gap between a year and the one before, in Wh; its five parts sum to it exactly.

    Both years include every known value, as on a chart; `estimated_wh` is what estimated or
    reconstructed days add over what was expected of them. Without a reliable fit, `reason` says why
    and climate and calendar are not separated: `missing_wh` is the energy of days known on one side
    only, `estimated_wh` that of pairs not both measured, and all else the rest.

    Where `drift_wh` is known, it is the sum of the calendar, of estimated days and of the rest.
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
    drift_wh: int | None = None  # weather-corrected, as the fleet shows it

    @property
    def difference_wh(self) -> int:
        return self.after_wh - self.before_wh

    @property
    def known_gap_wh(self) -> int | None:
        """Return the gap without the missing days; None if they may be all the days of a year."""
        days = (self.last - self.first).days + 1
        compared = days - self.missing_before - self.missing_after
        return self.difference_wh - self.missing_wh if compared > 0 else None


@dataclass(frozen=True, slots=True)
class Season:
    """A heating season: its first and last day, None for a current one."""

    first: date
    last: date | None


@dataclass(frozen=True, slots=True)
class YearEstimate:
    """Forecast of a year, with the bounds between which it falls four times in five, Wh."""

    known_wh: int
    total_wh: int
    low_wh: int
    high_wh: int
    days_left: int


@dataclass(frozen=True, slots=True)
class Baseload:
    """Energy of a summer day in Wh, and of a year of such days; `cost` in euros, if priced."""

    day_wh: float
    year_wh: float
    cost: float | None


Point = tuple[date, float, float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Portrait:
    """Contents of the page of a site's signature, from its last three years of measured days.

    `weeks` are (Monday, kWh a day, °C, degree days a day under `base`); `best_fit` has the
    best-fitting base, `requested_fit` has `base`. `degree_days` are of the last year by each
    method, None without temperatures. Other fields are None when unknown.
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
    # share of the year out of use, and a day out of use over one of use
    idle: tuple[float, float] | None
    estimate: YearEstimate | None
    degree_days: tuple[float | None, float | None]
    normal: tuple[int, ...] | None  # Wh of each month of a normal year
    until: date | None
    warmth: "Warmth"
    drift_cost: int | None = None  # of `split.drift_wh` at today's price, in atto-euros
    why: "ProbableCause | None" = None
    change: tuple[Fit, Fit] | None = None  # of the year before `why.since`, and since

    @property
    def baseload_step_wh(self) -> float | None:
        """Return by how much the base load rose, in Wh a day, where that is the drift's cause."""
        if self.change is None or self.why is None or self.why.cause is not Cause.BASELOAD:
            return None
        before, after = self.change
        return after.baseload_wh - before.baseload_wh


@dataclass(frozen=True, slots=True)
class Warmth:
    """Source of a site's temperatures: a station, except `own_days` delivered with readings."""

    station: LocalStation | None
    own_days: int


@dataclass(frozen=True, slots=True)
class SignatureVerdict:
    """Results about a PCE from all its days; see `rules.verdicts`.

    `first_day` to `until` are the days used, None without measured days. `fit` is of the last three
    years. `ratio` is the energy of the 12 complete months from `year` in the climate of the year
    before, over the real one; `refused` says why there is none. The five parts are those of
    `Split`. `day_wh` is a mean day of the last year. `visit` is None when there is no reason for
    one. `months` are the ratios of the months from `year` on and of the one after, None where the
    correction means nothing. `year_cause` is why that year burnt more than the one before.
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
    months: tuple[float | None, ...] = ()
    year_cause: Cause | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """A site that burns more than expected from its own past: Wh a year, and probable cause.

    An excess out of season (heating not stopped, or started early) is that of the judged weeks, not
    of a year. For a site that counts nothing any more, it is the energy of the same days a year
    before.
    """

    year_wh: float
    share: float  # of what was expected
    cause: Cause
    since: date


@dataclass(frozen=True, slots=True)
class ProbableCause:
    """Why a site exceeds its past: seen from `since` on, in days up to `until`.

    `is_older`: `since` is the first month compared, and the excess may have begun before it.
    `is_part`: the drift of the year began before `since`, and this explains a part of it.
    """

    cause: Cause
    since: date
    until: date
    is_older: bool = False
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class SiteDrift:
    """A site that drifts, over its last 12 months, and why, where that is known."""

    site: FleetRow
    why: ProbableCause | None
    place: SimilarPlace | None = None  # among similar sites


@dataclass(frozen=True, slots=True)
class DriftPlace:
    """Where a site stands in a list of drifts, and the numbers of the PCEs beside it."""

    rank: int
    count: int
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class WorkPage:
    """The work list of a view: its sums, and the drifts and falls that are shown."""

    view: FleetView
    work: WorkList
    drifts: Sequence[SiteDrift]
    falls: Sequence[SiteDrift]
    sites: int  # of the view, whatever is known of them


@dataclass(frozen=True, slots=True)
class MonthGap:
    """A month against the same days a year before, in Wh, and why: the parts add up to the gap.

    `weather_wh` is None where the weather cannot be told apart: it is in the rest. So are the open
    days, whose pair is then None. Pairs are of this year, then the year before; temperatures in °C.
    """

    this_wh: int
    before_wh: int
    weather_wh: int | None
    open_days_wh: int
    open_days: tuple[int, int] | None
    temperatures: tuple[float | None, float | None]

    @property
    def gap_wh(self) -> int:
        return self.this_wh - self.before_wh

    @property
    def rest_wh(self) -> int:
        return self.gap_wh - (self.weather_wh or 0) - self.open_days_wh


@dataclass(frozen=True, slots=True)
class SiteMonth:
    """The last comparable month of a PCE and its twelve months; money in 1e-18 €.

    Each sum is None without a price for all its days. Gaps are worth `price`, that of one more Wh
    today, taxes included: fixed parts are due anyway.
    """

    series: Series
    gap: MonthGap | None = None
    spent: int | None = None
    price: int | None = None
    year_spent: int | None = None

    def value(self, energy_wh: int) -> int | None:
        """Return what `energy_wh` more or less costs; None without a price."""
        return None if self.price is None else energy_wh * self.price
