"""Types of the page of several PCEs."""

from dataclasses import dataclass, field
from datetime import date

from data.consumption.types.fleet import Face
from data.consumption.types.screen import View
from data.settings.types import Carbon


@dataclass(frozen=True, slots=True)
class TogetherView:
    """Which PCE, by their numbers or as a group, and how; every field is in the URL."""

    numbers: tuple[str, ...] = ()
    tag: str = ""
    holder: int | None = None  # an organisation, by its id
    view: View = field(default_factory=View)  # its period, step, unit and comparison
    summed: bool = False  # one bar, else a part a PCE
    hidden_count: int = field(default=0, compare=False)  # PCE named beyond those that may be shown


@dataclass(frozen=True, slots=True)
class TogetherBar:
    """A day, a week, a month or a year of all of them, in thousandths of the view's unit.

    `value` is None when no day of any is known. `parts` are in the order of `Together.parts`, and
    `rest` is all that is not in them. Days are PCE-days: `known` counts no more than are due.
    """

    first: date
    last: date
    value: int | None
    parts: tuple[int | None, ...]
    rest: int | None
    known_days: int
    due: int
    face: Face | None  # the same days a year before, of each PCE by itself; never in dm³
    unpriced: int = 0  # PCE-days that have a value and no price, where euros are asked for
    days_deposited: int = 0  # PCE-days of `value` whose value an organisation deposited


@dataclass(frozen=True, slots=True)
class TogetherPart:
    """One of the PCE that consume most, and what it is of the whole."""

    number: str
    alias: str
    value: int


@dataclass(frozen=True, slots=True)
class Together:
    """Several PCE over a period; `others` is how many have no part of their own."""

    query: TogetherView
    name: str  # of the holder whose group it is
    pces: int
    parts: tuple[TogetherPart, ...]
    others: int
    bars: tuple[TogetherBar, ...]
    total: TogetherBar
    until: date | None  # the last day that is known of any
    read: tuple[str, ...]  # the PCE of which figures may be told apart
    by_month: bool = False  # days were asked for, of too many PCE
    carbon: Carbon | None = None
    sheets: int = 0  # PCE of which lines of sheets are not counted by day and week
    apart: int = 0  # PCE read by published periods alone, beside days: not counted
    spread: bool = False  # a month in which a price changes has its energy spread evenly
