"""Types of the page of several PCEs."""

from dataclasses import dataclass, field
from datetime import date

from data.identity.settings.types import Carbon
from data.metering.consumption.types.fleet import Face
from data.metering.consumption.types.screen import View


@dataclass(frozen=True, slots=True)
class TogetherView:
    """The PCEs, by number or as a group, and the parameters; every field is in the URL."""

    numbers: tuple[str, ...] = ()
    tag: str = ""
    holder: int | None = None  # an organisation id
    view: View = field(default_factory=View)  # its period, step, unit and comparison
    summed: bool = False  # one bar instead of one part for each PCE
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
    spread: bool = False  # energy is spread evenly over a month in which a price changes
