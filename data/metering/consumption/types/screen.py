"""Types of the screen of one PCE: bars, budget, and the explanation of a figure."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.identity.settings.types import Carbon
from data.metering.consumption.types.comparison import (
    REFERENCE,
    Alignment,
    Comparison,
    Reference,
    ReferenceSite,
)
from data.metering.consumption.types.readings import DayStatement, InjectionStatement, Revision
from data.metering.consumption.types.similar import SimilarBand
from data.metering.prices.types import Tariff


class BudgetOutlook(StrEnum):
    """How the twelve months of a budget are likely to end, worst first."""

    OVER = "over"  # consumption is above it already
    LIKELY = "likely"  # above with a probability of at least 75 %
    UNCERTAIN = "uncertain"  # above with a probability of 25 to 75 %
    POSSIBLE = "possible"  # below with at least 75 %, but the interval includes it
    UNLIKELY = "unlikely"
    UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class BudgetStanding:
    """The state of a budget at the end of `until`, its last elapsed month with a value.

    `consumed` covers the days with a value; `planned` is the budget of the same days, `phased` that
    of all days.
    """

    until: date
    consumed: int
    planned: int
    phased: int
    known_days: int
    days: int
    deposited: int = 0  # days deposited by an organisation

    @property
    def gap(self) -> int:
        return self.consumed - self.planned

    @property
    def share(self) -> float | None:
        """Return consumption in percent of the plan for the same days."""
        return 100 * self.consumed / self.planned if self.planned else None

    @property
    def gap_percent(self) -> int | None:
        """Return the gap in whole percent of the plan: 0 is as planned, for every screen."""
        return None if self.share is None else round(self.share) - 100

    @property
    def is_above(self) -> bool:
        """Return whether consumption is above the plan; unplanned consumption is."""
        return self.gap > 0 if self.gap_percent is None else self.gap_percent > 0


@dataclass(frozen=True, slots=True)
class Forecast:
    """The forecast of the twelve months, with its 80 % interval."""

    total: int
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class ChartedBudget:
    """A budget on a monthly chart: the plan of each bar over its days with a value.

    A value is None outside its twelve months, and where no day has a value. The other fields
    describe budget `id`, of `amount` from `first`, the latest that has started.
    """

    id: int
    first: date
    amount: int
    values: tuple[int | None, ...]
    standing: BudgetStanding | None
    forecast: Forecast | None
    outlook: BudgetOutlook


class SeriesStep(StrEnum):
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Preset(StrEnum):
    DAYS30 = "30d"
    MONTHS12 = "12m"
    YEARS3 = "3y"
    FREE = "free"


class Unit(StrEnum):
    KWH = "kwh"
    M3 = "m3"
    EUR = "eur"
    CO2 = "co2"
    M2 = "m2"  # kWh a square metre


class DataKind(StrEnum):
    INFORMATIVE = "informative"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class View:
    """The parameters of the consumption screen; every field is in the URL."""

    pce: str | None = None
    preset: Preset = Preset.MONTHS12
    first: date | None = None  # both are set only when preset is FREE
    last: date | None = None
    step: SeriesStep = SeriesStep.MONTH
    unit: Unit = Unit.KWH
    compare: tuple[int, ...] = (1,)  # years back: (), (1,), (1, 2)
    data: DataKind = DataKind.INFORMATIVE
    temperature: bool = True
    day: date | None = None  # the gas day whose detail is open, for daily bars only
    wish: SeriesStep | None = (
        None  # the step chosen last, when this period uses its usual one instead
    )
    episode: int | None = None  # the open exceedance episode, while its bars are shown
    align: Alignment = Alignment.WEEKDAY  # of daily bars only
    reference: Reference | None = None
    measured: bool = False  # estimated, reconstructed and prorated days count as absent
    similar: bool | None = None  # the band of similar sites is wanted; None: by square metre only
    drifts: str = ""  # the list of drifts that led here, of `write_drift_list`

    @property
    def compared(self) -> tuple[int, ...]:
        """Return the years back of the comparisons drawn, and `REFERENCE` when there is one."""
        return (*self.compare, REFERENCE) if self.reference else self.compare

    @property
    def has_similar(self) -> bool:
        """Return whether the band of similar sites is wanted."""
        return self.unit is Unit.M2 if self.similar is None else self.similar

    @property
    def by_weekday(self) -> bool:
        """Return whether days are compared with the same weekday of an earlier year."""
        return self.step is SeriesStep.DAY and self.align is Alignment.WEEKDAY


@dataclass(frozen=True, slots=True)
class SeriesBucket:
    """One bar: a day, ISO week, month or year, clipped to the requested days.

    It is clipped to the readable history too: a bar outside has `days` 0 and no value. `days` is
    the number of its gas days; those measured (corrected ones included), estimated, reconstructed,
    absent and awaited (not yet published) sum to it. `days_due` are those that have arrived when
    nothing is late, and any early ones: coverage is based on them at every step. `days_prorated`
    are included in the first two counts. Sums are None when no day has a value.
    """

    first: date
    last: date
    energy_wh: int | None
    volume_dm3: int | None
    days: int
    days_due: int
    days_measured: int
    days_estimated: int
    days_reconstructed: int
    days_absent: int
    days_awaited: int
    days_prorated: int  # days whose value is a share of a period
    provisional: bool
    current: bool  # the calendar bucket is still running: its bar is hatched
    corrected_on: date | None  # the last time the distributor changed a value of this bar
    flagged: bool  # volume and indexes disagree by more than 2 m³
    coefficient_e4: int | None  # the day's own, else energy over volume
    temperature_c100: int | None  # mean of the days that have one
    comparisons: tuple[Comparison, ...]
    # counted as absent: they have a value but no price, or no surface for kWh a square metre
    days_unpriced: int = 0
    days_deposited: int = 0  # days with a value deposited by an organisation
    days_coming: int = 0  # awaited days that have not ended
    spent: int | None = None  # 1e-18 €, kg CO₂e or kWh/m², when the view shows one of them


@dataclass(frozen=True, slots=True)
class ChartMark:
    """An event to draw on a day; an annotation extends to `last`."""

    day: date
    kind: str
    before: str | None
    after: str | None
    last: date | None = None  # of an annotation, like the fields below
    annotation: int | None = None
    author: str = ""
    yours: bool = False  # the viewer can change it
    shared: bool = False  # with the distributor's staff


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit drawn over the bars, in displayed Wh or dm³; None for bars without limit."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class ChartCosts:
    """What energies or volumes cost, in thousandths of a euro.

    A figure is None unless each of its days with a value has a price.
    """

    bars: tuple[int | None, ...] = ()
    total: int | None = None
    period: int | None = None  # up to today
    headline: int | None = None
    year: int | None = None


@dataclass(frozen=True, slots=True)
class Climate:
    """The weather correction of a series compared with the year before.

    Each ratio is the energy of the shared days in the climate of the year before, over their
    energy; None where unknown. `reason` is a `signatures.types.Reason` when nothing can be
    corrected.
    """

    bars: tuple[float | None, ...] = ()
    total: float | None = None
    period_ratio: float | None = None
    headline: float | None = None
    year: float | None = None
    reason: str | None = None

    @property
    def by_bar(self) -> bool:
        """Return whether some bar is corrected: single days have too few degree days."""
        return any(ratio is not None for ratio in self.bars)


@dataclass(frozen=True, slots=True)
class Headline:
    """The headline figures: a month compared with the same days a year before.

    It is the month of the last day with a value, or the month before while that one is too
    incomplete.
    """

    month: date
    until: date  # last gas day counted
    energy_wh: int | None
    volume_dm3: int | None
    comparison: Comparison | None
    spent: int | None = None
    days_deposited: int = 0  # as in `SeriesBucket`


KEPT = 8  # series whose derived results stay cached: those of concurrent requests


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """All that the consumption screen shows of one PCE, already summed.

    Compared by identity, so that derived results can be cached.
    """

    pce_id: int
    number: str
    alias: str
    view: View
    first: date
    last: date
    data_until: date | None
    buckets: tuple[SeriesBucket, ...]
    total: SeriesBucket | None  # the whole period as one bucket: the sum of the bars
    period_bucket: SeriesBucket | None  # the same up to today, always compared with the year before
    headline: Headline | None
    year: SeriesBucket | None  # the last 12 complete months
    marks: tuple[ChartMark, ...]
    expected_on: date | None  # when the next days usually arrive; tomorrow if that is past
    history_first: date | None  # first gas day known, for the bounds of the free period
    prorated: bool
    published: bool = False  # published periods are shown, as requested or for lack of other data
    ended_on: date | None = None  # the last day in service, once it is past
    injects: bool = False  # the site injects gas into the network, none of which is in the bars
    # injected gas; None when the site has none or it is unreadable
    fed: tuple[InjectionStatement, ...] | None = None
    ceilings: tuple[Ceiling, ...] = ()  # set by the thresholds feature, main threshold first
    # its organisation entered a price for it, or a surface, when the unit needs one
    priced: bool = True
    costs: ChartCosts | None = None  # beside energies or volumes, when a price is known
    carbon: Carbon | None = None  # set from the operator's settings
    climate: Climate | None = None  # set by the signatures feature
    planned: ChartedBudget | None = None  # set by the budgets feature
    due_on: date | None = None  # when the next days were due, possibly long ago
    readable_until: date | None = None  # the last day of a grant, once it is past
    ahead: tuple[ChartMark, ...] = ()  # annotations after the last day shown, soonest first
    is_own: bool = True  # not read through a right only
    readable: bool = True  # consumption is readable; a right may open other data only
    reference: ReferenceSite | None = None  # of a view that has a reference
    similar: SimilarBand | None = None  # of months in kWh, or kWh a square metre

    @property
    def tells(self) -> bool:
        """Return whether a value is readable here, so that opening it counts as reading the PCE."""
        return self.data_until is not None


class Figure(StrEnum):
    """The figures of the screen other than bars; a bar is named by its first day."""

    MONTH = "month"  # of the headline
    YEAR = "year"  # twelve complete months
    TOTAL = "total"  # total of the table
    SHOWN = "shown"  # the period up to today


@dataclass(frozen=True, slots=True)
class PeriodShare:
    """A billing period, or a sheet line, that overlaps the days of a figure."""

    first: date
    last: date
    energy_wh: int | None
    volume_dm3: int | None


@dataclass(frozen=True, slots=True)
class TurnedLine:
    """Days of a month under one tariff: energy in Wh, volume in dm³, money in 1e-18 €.

    `rates` is what the tariff's percentages add to the two other parts.
    """

    first: date
    last: date
    days: int
    energy_wh: int
    volume_dm3: int
    tariff: Tariff
    variable: int
    fixed: int
    rates: int

    @property
    def total(self) -> int:
        return self.variable + self.fixed + self.rates


@dataclass(frozen=True, slots=True)
class ConvertedFigure:
    """A figure in euros or kg CO₂e and its computation; `value` is in thousandths.

    `lines` are for euros, by month and tariff; `carbon` is the emission factor.
    """

    unit: Unit
    value: int | None
    lines: tuple[TurnedLine, ...]
    carbon: Carbon | None
    energy_wh: int  # of the converted days


@dataclass(frozen=True, slots=True)
class FigureOrigin:
    """A figure with the rows behind it: `days` are the readings in force, oldest first.

    `value` is the displayed figure in Wh or dm³; `missing` are elapsed days without a value in that
    unit; `replaced` are earlier values; `periods` are the periods that were shared out.
    """

    series: Series
    figure: str
    first: date
    last: date
    value: int | None
    days: tuple[DayStatement, ...]
    missing: tuple[date, ...]
    replaced: tuple[Revision, ...]
    periods: tuple[PeriodShare, ...]
    prorated: int  # days whose value comes from a period
    turned: ConvertedFigure | None = None  # in euros or kg CO₂e, when the screen shows that unit
