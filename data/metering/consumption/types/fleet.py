"""Types of the pages of several PCEs: parameters and results."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.identity.settings.types import Carbon
from data.metering.consumption.types.screen import View
from data.metering.pces.types import PceFilter
from data.metering.surfaces.types import SurfaceDraft

DRIFTS = 5  # percent above the year before from which a site drifts


class FleetPeriod(StrEnum):
    """The period of the ranking; each is compared with the same days a year before."""

    YEAR = "year"  # the last 12 complete months
    LAST = "last"  # the last complete month
    CURRENT = "current"  # the current month


class FleetPart(StrEnum):
    DRIFT = "drift"  # the sites that drift, to work through
    ALL = "all"
    MISSING = "missing"
    FRESHNESS = "freshness"
    GROUPS = "groups"


class FleetSort(StrEnum):
    DRIFT = "drift"  # weather-corrected where possible, else raw
    EQUAL = "equal"
    EQUAL_GAP = "equal_gap"
    PERCENT = "percent"
    GAP = "gap"
    ALIAS = "alias"
    NUMBER = "number"
    ENERGY = "energy"
    COVERAGE = "coverage"
    INTENSITY = "intensity"  # a square metre
    PLACE = "place"  # among similar sites
    UNTIL = "until"


class DriftSort(StrEnum):
    """What drifts are sorted by: the first three are also units of the drift."""

    EUROS = "euros"
    KWH = "kwh"
    PERCENT = "percent"
    YEAR = "year"  # energy of the last 12 months
    INTENSITY = "intensity"  # a square metre
    SITE = "site"


class DriftReason(StrEnum):
    """Why a drift that was looked at leaves the list."""

    EXPLAINED = "explained"
    PLANNED = "planned"
    EXPECTED = "expected"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class FleetView:
    """The parameters of the fleet page; every field is in the URL."""

    part: FleetPart = FleetPart.DRIFT
    period: FleetPeriod = FleetPeriod.YEAR
    text: str = ""
    tag: str = ""
    holder: int | None = None  # an organisation id
    day: date | None = None  # day of the calendar whose missing PCEs are listed
    by: DriftSort = DriftSort.EUROS
    upwards: bool = False  # the smallest drift first, or the last site
    expanded: bool = False  # all drifts, not only the first ones

    @property
    def filter(self) -> PceFilter:
        tags = (self.tag,) if self.tag else ()
        return PceFilter(text=self.text, tags=tags, holder=self.holder)

    @property
    def is_narrowed(self) -> bool:
        """Return whether only some of the viewer's PCEs are selected."""
        return bool(self.text or self.tag) or self.holder is not None


@dataclass(frozen=True, slots=True)
class LackingDay:
    """The PCEs that lack a day, by number and alias, and their total count."""

    day: date
    pces: tuple[tuple[str, str], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Face:
    """A comparison with a year before over the days with a value in both years.

    The weather correction returns another instance, with the previous year's consumption in this
    year's weather.
    """

    days: int
    this_wh: int
    before_wh: int

    @property
    def gap_wh(self) -> int:
        return self.this_wh - self.before_wh

    @property
    def percent(self) -> float | None:
        """Return the gap in percent of the year before, None when that is zero."""
        return 100 * self.gap_wh / self.before_wh if self.before_wh > 0 else None


class CellState(StrEnum):
    TOLD = "told"
    ABSENT = "absent"  # days were due and none has a value
    FEW = "few"  # too few days in common with the year before
    MILD = "mild"  # too few degree days to correct it for weather
    OUT = "out"  # no day is due: out of service, outside the right, or not yet due


@dataclass(frozen=True, slots=True)
class FleetCell:
    """A PCE and month of the heat map; `percent` is set for TOLD only."""

    state: CellState
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class FleetRow:
    """A PCE over the period; `face` is None when too few days have a counterpart."""

    id: int
    number: str
    alias: str
    data_until: date | None
    energy_wh: int | None
    days_known: int
    days_expected: int
    face: Face | None
    cells: Mapping[date, FleetCell] = field(default_factory=dict)
    equal: Face | None = None  # weather-corrected comparison, where available
    days_deposited: int = 0  # of the days with a value, those deposited by organisations
    price: int | None = None  # of one more Wh today, in atto-euros, where loaded

    @property
    def has_drifted(self) -> bool:
        """Return whether it uses `DRIFTS` percent more than a year before, weather-corrected."""
        return self.equal is not None and (self.equal.percent or 0) > DRIFTS

    @property
    def equal_cost(self) -> int | None:
        """Return the weather-corrected gap at today's price, in atto-euros."""
        if self.equal is None or self.price is None:
            return None
        return self.equal.gap_wh * self.price

    @property
    def drift(self) -> Face | None:
        """Return the comparison that ranks it."""
        return self.equal or self.face

    @property
    def tells(self) -> bool:
        """Return whether a figure comes from readings: showing it counts as reading the PCE."""
        has_known_cell = any(cell.state is CellState.TOLD for cell in self.cells.values())
        return has_known_cell or self.energy_wh is not None


@dataclass(frozen=True, slots=True)
class FleetTotals:
    """The totals of a view's PCEs over its period.

    `days_known` counts at most `days_expected` for each PCE: an early day does not replace a
    missing one.
    """

    pces: int
    complete: int  # with every expected day known
    expected: int  # with expected days
    drifting: int  # above DRIFTS
    ranked: int  # with a comparison
    energy_wh: int | None
    days_known: int
    days_expected: int
    face: Face
    days_deposited: int = 0  # as in `FleetRow`
    apart: int = 0  # readable by published periods only: not in the sums


@dataclass(frozen=True, slots=True)
class FleetEqual:
    """The weather-corrected total of the PCEs with a reliable signature."""

    pces: int
    face: Face


@dataclass(frozen=True, slots=True)
class ReviewedDrift:
    """A drift that somebody of the organisation looked at, until it grows."""

    site: FleetRow
    reason: DriftReason
    reviewed_on: date


@dataclass(frozen=True, slots=True)
class WorkList:
    """The drifts to work through, dearest first, those looked at, and the strongest falls first.

    `judged` sums all sites that can be compared at equal climate, None without any.
    """

    drifts: Sequence[FleetRow] = ()
    reviewed: Sequence[ReviewedDrift] = ()
    falls: Sequence[FleetRow] = ()
    judged: FleetEqual | None = None


@dataclass(frozen=True, slots=True)
class FleetCost:
    """The cost of a PCE and of its gap over the period, in 1e-18 €, taxes included.

    The gap is valued at the price of one more kWh, without fixed parts, which are due anyway.
    Both are None when a day of the period has no price, or no day has a value; `partly_priced`
    says that some days have one.
    """

    spent: int | None = None
    gap: int | None = None
    partly_priced: bool = False
    priced: bool = False


@dataclass(frozen=True, slots=True)
class FleetSpent:
    """The summed costs of the `priced` PCEs among `pces`; None without a value."""

    spent: int | None
    gap: int
    priced: int
    pces: int


@dataclass(frozen=True, slots=True)
class FleetMoney:
    """The cost of the `priced` PCEs among `pces`, in 1e-18 €, over a period.

    `gap` values the gap to the year before, and `variable` the `energy_wh`, both without fixed
    parts, which are due anyway.
    """

    spent: int
    gap: int
    variable: int
    energy_wh: int
    priced: int
    pces: int

    def value(self, gap_wh: int) -> int | None:
        """Return `gap_wh` at the mean price of a Wh of the period."""
        return gap_wh * self.variable // self.energy_wh if self.energy_wh > 0 else None


@dataclass(frozen=True, slots=True)
class FleetGroup:
    """The PCEs of a tag or holder; `key` is the tag or the organisation id."""

    key: str
    name: str
    total: FleetTotals
    spent: FleetSpent | None = None  # when the organisation has prices


@dataclass(frozen=True, slots=True)
class FleetMonth:
    """A month of all readable PCEs; known and due days are counted as in `FleetTotals`."""

    month: date
    pces: int = 0  # with at least one value
    days: int = 0  # with a value, due or not
    energy_wh: int | None = None
    days_known: int = 0
    days_due: int = 0
    face: Face = Face(0, 0, 0)
    days_deposited: int = 0  # as in `FleetRow`

    @property
    def is_complete(self) -> bool:
        return self.days_due > 0 and self.days_known >= self.days_due


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """The figures of the home page: 12 complete months, then the current one."""

    pces: int
    months: tuple[FleetMonth, ...]  # 13, oldest first, months without data included
    headline: int  # index of the headline month
    data_until: date | None  # the latest of all PCEs


class TogetherShape(StrEnum):
    STACK = "stack"
    SUM = "sum"
    CURVES = "curves"


class Measure(StrEnum):
    """What curves show: their unit, or energy in percent of a base year or by square metre."""

    USUAL = ""  # resolved when read: by square metre, else in percent, else in kWh
    UNIT = "unit"
    BASE = "base"
    M2 = "m2"


@dataclass(frozen=True, slots=True)
class TogetherView:
    """The PCEs, by number or as a group, and the parameters; every field is in the URL."""

    numbers: tuple[str, ...] = ()
    tag: str = ""
    holder: int | None = None  # an organisation id
    view: View = field(default_factory=View)  # its period, step, unit and comparison
    shape: TogetherShape = TogetherShape.STACK
    measure: Measure = Measure.UNIT
    hidden_count: int = field(default=0, compare=False)  # PCEs named beyond the maximum


@dataclass(frozen=True, slots=True)
class CombinedBar:
    """A day, week, month or year of all PCEs, in thousandths of the view's unit.

    `value` is None when no day is known. `parts` are in the order of `Together.parts`, `rest` is
    everything else. Days are PCE-days: `known_days` counts at most those due.
    """

    first: date
    last: date
    value: int | None
    parts: tuple[int | None, ...]
    rest: int | None
    known_days: int
    due: int
    face: Face | None  # the same days a year before, PCE by PCE; never in dm³
    unpriced: int = 0  # PCE-days with a value but no price, for euros
    days_deposited: int = 0  # PCE-days of `value` deposited by an organisation


@dataclass(frozen=True, slots=True)
class TogetherPart:
    """One of the largest consumers and its value."""

    number: str
    alias: str
    value: int


@dataclass(frozen=True, slots=True)
class BaseYear:
    """The year that curves in percent start from: a mean day of each part, None if incomplete."""

    first: date
    last: date
    means: tuple[float | None, ...]


@dataclass(frozen=True, slots=True)
class CombinedSeries:
    """Several PCEs over a period; `others` is the number without a part of their own."""

    query: TogetherView
    name: str  # of the holder of the group
    pces: int
    parts: tuple[TogetherPart, ...]
    others: int
    bars: tuple[CombinedBar, ...]
    total: CombinedBar
    until: date | None  # the last day known of any PCE
    read: tuple[str, ...]  # the PCEs whose own figures are shown
    by_month: bool = False  # days were requested, of too many PCEs
    carbon: Carbon | None = None
    sheets: int = 0  # PCEs whose sheet lines are not counted by day or week
    apart: int = 0  # PCEs readable by published periods only, and not counted
    base: BaseYear | None = None
    surfaces: tuple[Sequence[SurfaceDraft], ...] = ()  # of each part, for curves by square metre
    spread: bool = False  # energy is spread evenly over a month in which a price changes
