"""Types of delivery points."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Frequency(StrEnum):
    """How often the meter is read (domain.md §1.2)."""

    HALF_YEARLY = "6M"
    MONTHLY = "1M"
    MONTHLY_LARGE = "MM"
    DAILY = "JJ"


Holes = tuple[tuple[date, date], ...]  # runs of days, both ends included, sorted

INJECTION = "TB"  # the tariff of sites that inject gas into the network


class EventKind(StrEnum):
    SUPPLIER = "supplier"
    TARIFF = "tariff"
    FREQUENCY = "frequency"
    METER = "meter"
    HOLDER = "holder"
    COMMISSIONED = "commissioned"
    WORKS = "works"


class PceFreshness(StrEnum):
    """How late the data of a PCE are: not, up to 7 days, or more, past their expected date.

    That date depends on the reading frequency. PCEs without any value, and those out of service,
    have states of their own.
    """

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"
    NEVER = "never"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PceEvent:
    """A dated change of a PCE, such as supplier, meter or tariff."""

    day: date
    kind: EventKind
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PceFilter:
    """The criteria of a list, all applied together; `unheld` selects PCEs without holder.

    `holder` is an organisation id.
    """

    text: str = ""
    tags: tuple[str, ...] = ()
    freshness: PceFreshness | None = None
    unheld: bool = False
    holder: int | None = None


@dataclass(frozen=True, slots=True)
class PceChoice:
    """A selection of PCEs: those that match `filter`, limited to `numbers` when given."""

    filter: PceFilter = PceFilter()
    numbers: tuple[str, ...] | None = None


EVERY_PCE = PceChoice()


@dataclass(frozen=True, slots=True)
class PceRow:
    """A line of the list of PCEs."""

    id: int
    number: str
    alias: str
    city: str
    postal_code: str
    holder: str
    frequency: Frequency
    tariff: str
    tags: tuple[str, ...]
    data_until: date | None
    ended_on: date | None = None  # the last day in service, as far as the viewer may know
    readable_until: date | None = None  # the last day of a grant; None is unbounded


@dataclass(frozen=True, slots=True)
class PceScope:
    """What a viewer may read of a PCE: daily readings of `first`…`last`, None being unbounded.

    A first day after the last one means nothing.
    """

    id: int
    number: str
    alias: str
    frequency: Frequency
    data_until: date | None
    first: date | None = None
    last: date | None = None
    ended_on: date | None = None  # the last day in service
    injects: bool = False  # it injects gas into the network and consumes none
    published_first: date | None = None  # of the published periods
    published_last: date | None = None
    contractual: bool = True
    technical: bool = True
    is_holder: bool = True  # read as its holder or network operator, not through a right
    injected_first: date | None = date.max  # of the injected gas; by default nothing
    injected_last: date | None = date.min
    holes: Holes = ()  # unreadable days within `first`…`last`
    published_holes: Holes = ()
    injected_holes: Holes = ()

    @property
    def reads_days(self) -> bool:
        """Return whether some daily readings are readable."""
        return self.first is None or self.last is None or self.first <= self.last

    @property
    def reads_periods(self) -> bool:
        """Return whether some published periods are readable."""
        first, last = self.published_first, self.published_last
        return first is None or last is None or first <= last

    @property
    def reads_injections(self) -> bool:
        """Return whether some injected gas is readable."""
        first, last = self.injected_first, self.injected_last
        return first is None or last is None or first <= last

    def hides(self, day: date) -> bool:
        """Return whether the reading of `day` is unreadable."""
        early = self.first is not None and day < self.first
        late = self.last is not None and day > self.last
        return early or late or any(first <= day <= last for first, last in self.holes)


@dataclass(frozen=True, slots=True)
class PceDetail:
    """All that is shown of a PCE."""

    row: PceRow
    address: str
    commissioned_on: date | None
    ended_on: date | None
    reference_kwh: int | None
    profile: str
    meter_serial: str
    meter_digits: int | None
    supplier: str
    technical: Mapping[str, object]
    contract: Mapping[str, object]
    events: tuple[PceEvent, ...]
    street: str = ""


@dataclass(frozen=True, slots=True)
class Described:
    """The distributor's description of a PCE; None means not stated, and changes nothing.

    `contract` and `technical` use the API's names; an emptied fact is removed.
    """

    tariff: str | None = None
    profile: str | None = None
    reference_kwh: int | None = None
    commissioned_on: date | None = None
    frequency: Frequency | None = None
    meter_serial: str | None = None
    street: str | None = None
    postal_code: str | None = None
    city: str | None = None
    contract: Mapping[str, object] = field(default_factory=dict)
    technical: Mapping[str, object] = field(default_factory=dict)
