"""Types of the consumption screen and the home page."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from data.consumption.types.budget_overlay import ChartedBudget
from data.consumption.types.readings import InjectionStatement
from data.settings.types import Carbon


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


class DataKind(StrEnum):
    INFORMATIVE = "informative"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class View:
    """What the person asked to see; every field is in the URL."""

    pce: str | None = None
    preset: Preset = Preset.MONTHS12
    first: date | None = None  # both set only when preset is FREE
    last: date | None = None
    step: SeriesStep = SeriesStep.MONTH
    unit: Unit = Unit.KWH
    compare: tuple[int, ...] = (1,)  # years back: (), (1,), (1, 2)
    data: DataKind = DataKind.INFORMATIVE
    temperature: bool = True
    day: date | None = None  # the gas day whose detail is open; only where bars are days
    wish: SeriesStep | None = (
        None  # the step chosen last, where this period has its usual one instead
    )
    episode: int | None = None  # the exceedance that is open, while its bars are shown


@dataclass(frozen=True, slots=True)
class Comparison:
    """The same days, some years before: made equal, day by day, to those that have a value.

    `days` is how many days have a value on both sides; `this_wh`/`this_dm3` is this bucket's sum
    on those days only, so that the gap compares like with like.
    """

    years: int
    energy_wh: int | None  # of the whole equal stretch, None when nothing is known
    volume_dm3: int | None
    days: int
    days_expected: int
    this_wh: int | None
    this_dm3: int | None
    shared_wh: int | None  # the earlier year's sum on the shared days only
    shared_dm3: int | None
    spent: int | None = None  # of what is asked by the euro or the kilogram, as the three above
    this_spent: int | None = None
    shared_spent: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesBucket:
    """One bar: a day, an ISO week, a month or a year, clipped to what was asked for.

    It is clipped to the days of the history that the viewer may read, too: a bar before or
    beyond them has `days` 0 and says nothing. `days` is the number of gas days of the bar; the
    days measured (corrected ones included), estimated, reconstructed, absent and awaited (not
    yet published) sum to it. `days_due` are those that are in when nothing is late (the usual
    delay of the PCE), and any that came early: coverage counts these, as it does of groups, so that
    it is the same whatever the step. `days_prorated` are
    among the first two: they are not apart. Sums are None when no day has a value.
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
    days_prorated: int  # days whose value comes from a period, shared out evenly
    provisional: bool
    current: bool  # the calendar bucket is still running: its bar is hatched
    corrected_on: date | None  # the last time the distributor changed a value of this bar
    flagged: bool  # volume and indexes disagree by more than 2 m³
    coefficient_e4: int | None  # the day's own, else energy over volume
    temperature_c100: int | None  # mean of the days that have one
    comparisons: tuple[Comparison, ...]
    days_unpriced: int = 0  # of those absent: they have a value, and no price to cost
    days_deposited: int = 0  # of those with a value: an organisation said it, not the distributor
    days_coming: int = 0  # of those awaited: they have not ended
    spent: int | None = None  # 1e-18 € or kg CO₂e, where the view asks for one of them


@dataclass(frozen=True, slots=True)
class ChartMark:
    """An event to draw at a day; an annotation is one too, of the days up to `last`."""

    day: date
    kind: str
    before: str | None
    after: str | None
    last: date | None = None  # of an annotation, as what follows
    annotation: int | None = None
    author: str = ""
    yours: bool = False  # the viewer may change it


@dataclass(frozen=True, slots=True)
class Ceiling:
    """A limit set on the bars: one value each, in Wh or dm³ as they are shown; None where none."""

    name: str
    values: tuple[int | None, ...]


@dataclass(frozen=True, slots=True)
class Climate:
    """What a site's signature says of a series held against the year before.

    Each is the energy of the days shared with the year before, in the climate of that year, over
    that energy; None where it cannot be said. `reason` is a word of `signatures.types.Reason` when
    nothing can be said at all.
    """

    bars: tuple[float | None, ...] = ()
    total: float | None = None
    period_ratio: float | None = None
    headline: float | None = None
    year: float | None = None
    reason: str | None = None

    @property
    def by_bar(self) -> bool:
        """Whether some bar is corrected: none of a day is, which has too few degree days."""
        return any(ratio is not None for ratio in self.bars)


@dataclass(frozen=True, slots=True)
class Headline:
    """The opening sentence in figures: a month, against the same days before.

    The month of the last day with a value, or the whole one before it while that day tells little.
    """

    month: date
    until: date  # last gas day counted
    energy_wh: int | None
    volume_dm3: int | None
    comparison: Comparison | None
    spent: int | None = None
    days_deposited: int = 0  # as of `Bucket`


KEPT = 8  # the last series of which an answer is kept: those that requests under way ask about


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """Everything the consumption screen shows of one PCE, already summed.

    Equal to itself alone, so that what many parts of the screen ask of it can be kept.
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
    period_bucket: SeriesBucket | None  # the same up to today, compared by date: no step changes it
    headline: Headline | None
    year: SeriesBucket | None  # the last 12 complete months
    marks: tuple[ChartMark, ...]
    expected_on: date | None  # when the next days usually arrive; tomorrow if that is past
    history_first: date | None  # first gas day known, for the free period's bounds
    prorated: bool
    published: bool = False  # published periods are shown, asked for or because nothing else is
    ended_on: date | None = None  # the last day in service, once it is past
    injects: bool = False  # the site feeds gas into the network: none of it is in the bars
    fed: tuple[InjectionStatement, ...] | None = None  # that gas; None: of no such site, or shut
    ceilings: tuple[Ceiling, ...] = ()  # filled in by the thresholds feature; the main one first
    priced: bool = True  # its organisation entered some price for it, if euros are asked for
    carbon: Carbon | None = None  # filled in from the operator's settings
    climate: Climate | None = None  # filled in by the signatures feature
    planned: ChartedBudget | None = None  # filled in by the budgets feature
    due_on: date | None = None  # when the next days were to arrive, be it long ago
    readable_until: date | None = None  # the last day of a grant, once it is past
    ahead: tuple[ChartMark, ...] = ()  # annotations beyond the last day shown, soonest first
    is_own: bool = True  # not read by a right alone
    readable: bool = True  # some consumption may be read; a right may open other data alone

    @property
    def tells(self) -> bool:
        """Some value may be read here: to open it is to read the PCE."""
        return self.data_until is not None
