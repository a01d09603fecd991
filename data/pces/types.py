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


Holes = tuple[tuple[date, date], ...]  # runs of days, both ends included, in order

INJECTION = "TB"  # the tariff of sites that feed gas into the network


class EventKind(StrEnum):
    SUPPLIER = "supplier"
    TARIFF = "tariff"
    FREQUENCY = "frequency"
    METER = "meter"
    HOLDER = "holder"
    COMMISSIONED = "commissioned"
    WORKS = "works"


class PceFreshness(StrEnum):
    """How late the data of a PCE are, past the day they are expected: not, up to 7 days, or more.

    That day depends on how often the meter is read. One without any value is apart; so is one
    out of service, of which nothing more is expected.
    """

    FRESH = "fresh"
    LATE = "late"
    STALE = "stale"
    NEVER = "never"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class PceEvent:
    """Something dated in the life of a PCE: a change of supplier, meter or tariff."""

    day: date
    kind: EventKind
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True)
class PceFilter:
    """Which PCE a list shows: all that is asked at once; `unheld`, those that nobody holds.

    `holder` is the organisation that holds them, by its id.
    """

    text: str = ""
    tags: tuple[str, ...] = ()
    freshness: PceFreshness | None = None
    unheld: bool = False
    holder: int | None = None


@dataclass(frozen=True, slots=True)
class PceChoice:
    """Which PCE are taken: those that `filter` keeps, and of these `numbers` alone when given."""

    filter: PceFilter = PceFilter()
    numbers: tuple[str, ...] | None = None


EVERY_PCE = PceChoice()


@dataclass(frozen=True, slots=True)
class PceRow:
    """One line of the list of PCE."""

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
    readable_until: date | None = None  # the last day of a grant; None is without limit


@dataclass(frozen=True, slots=True)
class PceScope:
    """What this viewer may read of one PCE: from `first` to `last`, None is without limit.

    These are the days of the daily readings; a first day after the last one is nothing.
    """

    id: int
    number: str
    alias: str
    frequency: Frequency
    data_until: date | None
    first: date | None = None
    last: date | None = None
    ended_on: date | None = None  # the last day in service
    injects: bool = False  # it feeds gas into the network, and consumes none
    published_first: date | None = None  # of the published periods
    published_last: date | None = None
    contractual: bool = True
    technical: bool = True
    is_holder: bool = True  # its holder reads it, or who runs the network; not by a right
    injected_first: date | None = date.max  # of the injected gas: nothing, unless it is said
    injected_last: date | None = date.min
    holes: Holes = ()  # in `first`…`last`: days that may not be read
    published_holes: Holes = ()
    injected_holes: Holes = ()

    @property
    def reads_days(self) -> bool:
        """Some daily readings may be read."""
        return self.first is None or self.last is None or self.first <= self.last

    @property
    def reads_periods(self) -> bool:
        """Some published periods may be read."""
        first, last = self.published_first, self.published_last
        return first is None or last is None or first <= last

    @property
    def reads_injections(self) -> bool:
        """Some of the gas that it feeds into the network may be read."""
        first, last = self.injected_first, self.injected_last
        return first is None or last is None or first <= last

    def hides(self, day: date) -> bool:
        """Whether the reading of *day* may not be read."""
        early = self.first is not None and day < self.first
        late = self.last is not None and day > self.last
        return early or late or any(first <= day <= last for first, last in self.holes)


@dataclass(frozen=True, slots=True)
class PceDetail:
    """Everything shown of one PCE."""

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
    """What the distributor says of a PCE; None is what it does not say, and changes nothing.

    `contract` and `technical` name facts as its API does: one that it empties is no more.
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
