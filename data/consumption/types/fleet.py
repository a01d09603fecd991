"""Types of the fleet page: parameters and results."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from data.pces.types import PceFilter


class FleetPeriod(StrEnum):
    """What the ranking is over; each is held against the same days a year before."""

    YEAR = "year"  # the last 12 complete months
    LAST = "last"  # the last complete month
    CURRENT = "current"  # the month under way


class FleetPart(StrEnum):
    DRIFT = "drift"
    MISSING = "missing"
    FRESHNESS = "freshness"
    GROUPS = "groups"
    VISITS = "visits"


class FleetSort(StrEnum):
    DRIFT = "drift"  # at equal climate where it can be told, else as it is
    EQUAL = "equal"
    EQUAL_GAP = "equal_gap"
    PERCENT = "percent"
    GAP = "gap"
    ALIAS = "alias"
    NUMBER = "number"
    ENERGY = "energy"
    COVERAGE = "coverage"
    UNTIL = "until"


@dataclass(frozen=True, slots=True)
class FleetView:
    """What the person asked to see; every field is in the URL."""

    part: FleetPart = FleetPart.DRIFT
    period: FleetPeriod = FleetPeriod.YEAR
    text: str = ""
    tag: str = ""
    holder: int | None = None  # an organisation, by its id
    day: date | None = None  # of the calendar: the PCE that lack it are told

    @property
    def filter(self) -> PceFilter:
        tags = (self.tag,) if self.tag else ()
        return PceFilter(text=self.text, tags=tags, holder=self.holder)


@dataclass(frozen=True, slots=True)
class LackingDay:
    """The PCE that lack a day, by number and alias, and how many there are in all."""

    day: date
    pces: tuple[tuple[str, str], ...]
    count: int


@dataclass(frozen=True, slots=True)
class Face:
    """Days compared with the same ones a year before: those with a value in both years.

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
        """The gap over the year before; None when that is nothing."""
        return 100 * self.gap_wh / self.before_wh if self.before_wh > 0 else None


class CellState(StrEnum):
    TOLD = "told"
    ABSENT = "absent"  # days were to come, and none did
    FEW = "few"  # too few days in common with the year before to say anything
    OUT = "out"  # no day of it is to come: out of service, out of the right, or not yet due


@dataclass(frozen=True, slots=True)
class FleetCell:
    """A PCE and month of the heat map; `percent` is told only then."""

    state: CellState
    percent: float | None = None


@dataclass(frozen=True, slots=True)
class FleetRow:
    """A PCE over the period. `face` is None when too few days have a counterpart."""

    id: int
    number: str
    alias: str
    data_until: date | None
    energy_wh: int | None
    days_known: int
    days_expected: int
    face: Face | None
    cells: Mapping[date, FleetCell] = field(default_factory=dict)
    equal: Face | None = None  # the same in the climate of the year before, where it can be told
    days_deposited: int = 0  # of those with a value: organisations said it, not the distributor

    @property
    def drift(self) -> Face | None:
        """What it is ranked by."""
        return self.equal or self.face

    @property
    def tells(self) -> bool:
        """Some figure of the line comes from readings: to show it is to read the PCE."""
        has_known_cell = any(cell.state is CellState.TOLD for cell in self.cells.values())
        return has_known_cell or self.energy_wh is not None


@dataclass(frozen=True, slots=True)
class FleetTotals:
    """All the PCE of a view over its period.

    `days_known` counts no more than `days_expected`, PCE by PCE: a day that came early does not
    stand for one that is missing.
    """

    pces: int
    complete: int  # of which every expected day is known
    expected: int  # of which a day is expected
    drifting: int  # above DRIFTS
    ranked: int  # that have a face
    energy_wh: int | None
    days_known: int
    days_expected: int
    face: Face
    days_deposited: int = 0  # as of `FleetRow`
    apart: int = 0  # of which published periods alone may be read, beside days: not in the sums


@dataclass(frozen=True, slots=True)
class FleetEqual:
    """Those of them whose signature tells it, in the climate of the year before, together."""

    pces: int
    face: Face


@dataclass(frozen=True, slots=True)
class FleetCost:
    """What a PCE cost over the period, and what its gap did, in 1e-18 €, taxes included.

    The gap is at the price of one more kWh, without fixed parts, which are due anyway; `drift` is
    of the gap at equal climate where it can be told, at the mean price of the year, else of the gap
    as it is. All are None where
    not each day of the period is `priced`, or none has a value; `some` says that others have one.
    """

    spent: int | None = None
    gap: int | None = None
    drift: int | None = None
    partly_priced: bool = False
    priced: bool = False


@dataclass(frozen=True, slots=True)
class FleetSpent:
    """The same of many: the sums of the `priced` ones, of `pces` in all; None without a value."""

    spent: int | None
    gap: int
    priced: int
    pces: int


@dataclass(frozen=True, slots=True)
class FleetGroup:
    """The PCE under a tag, or of a holder; `key` is the tag, or the id of the organisation."""

    key: str
    name: str
    total: FleetTotals
    spent: FleetSpent | None = None  # where its organisation has prices


@dataclass(frozen=True, slots=True)
class FleetMonth:
    """A month of all the PCE that a viewer may read: known and due days are as of `FleetTotals`."""

    month: date
    pces: int = 0  # with at least one value
    days: int = 0  # with a value, due or not
    energy_wh: int | None = None
    days_known: int = 0
    days_due: int = 0
    face: Face = Face(0, 0, 0)
    days_deposited: int = 0  # as of `FleetRow`

    @property
    def is_complete(self) -> bool:
        return self.days_due > 0 and self.days_known >= self.days_due


@dataclass(frozen=True, slots=True)
class HomeFigures:
    """The figures of the home page: 12 complete months, then the one under way."""

    pces: int
    months: tuple[FleetMonth, ...]  # 13, oldest first; those without data included
    headline: int  # the place of the month that is told first
    year: FleetTotals  # the 12 complete months together
    data_until: date | None  # the latest of all
