"""Types of a file's statements about gas days and periods, and of their storage."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import IntEnum, IntFlag, StrEnum

from core.errors import Unreadable
from data.provenance import DataSource
from data.runs.types import IGNORED


class Quality(IntEnum):
    ABSENT = 0
    RECONSTRUCTED = 1  # by us, from the indexes around a hole
    ESTIMATED = 2
    CORRECTED = 3
    MEASURED = 4


class Status(IntEnum):
    UNKNOWN = 0
    PROVISIONAL = 1
    DEFINITIVE = 2


class Flag(IntFlag):
    """What else is known of a day: the bits of `readings.flags`."""

    ROLLOVER = 1  # the distributor says that the counter passed through zero
    MISMATCH = 2  # volume and indexes disagree by more than 2 m³
    DEDUCED = 4  # the volume was not stated: it is the difference of the indexes
    FROM_DEPOSIT = 8  # rebuilt by us from days of which some were deposited by an organisation


class PeriodKind(StrEnum):
    PUBLISHED = "published"  # billing periods of the distributor
    WEEK = "week"  # a line of a weekly sheet
    MONTH = "month"  # a line of a monthly sheet


class PceNews(StrEnum):
    """What data changed of a PCE."""

    DAYS = "days"
    PERIODS = "periods"  # that the distributor publishes
    INJECTED = "injected"  # the same, of gas that is fed into the network


class FileFormat(StrEnum):
    SHEET_DAILY = "sheet_daily"
    SHEET_WEEKLY = "sheet_weekly"
    SHEET_MONTHLY = "sheet_monthly"
    WEB = "web"
    ADICT = "adict"
    CSV = "csv"
    TEMPERATURES = "temperatures"


@dataclass(frozen=True, slots=True)
class DayStatement:
    """What one file says of one gas day."""

    gas_day: date
    energy_wh: int | None
    volume_dm3: int | None
    index_start_dm3: int | None
    index_end_dm3: int | None
    coefficient_e4: int | None
    temperature_c100: int | None
    quality: Quality
    status: Status
    rollover: bool = False
    source: DataSource = DataSource.DISTRIBUTOR  # of a day in force: whose word it is


@dataclass(frozen=True, slots=True)
class PeriodStatement:
    """What one file says of a run of gas days, both ends included; never split into days."""

    kind: PeriodKind
    first_day: date
    last_day: date
    energy_wh: int | None
    volume_dm3: int | None
    index_start_dm3: int | None
    index_end_dm3: int | None
    coefficient_e4: int | None
    quality: Quality
    status: Status


@dataclass(frozen=True, slots=True)
class InjectionStatement:
    """What one file says of the gas that a site fed into the network over a run of gas days.

    Never consumption: nothing that sums or draws consumption reads it.
    """

    first_day: date
    last_day: date
    energy_wh: int | None
    volume_dm3: int | None
    converted_dm3: int | None  # at 0 °C and 1 bar, where there is a converter
    coefficient_e4: int | None
    quality: Quality
    status: Status


@dataclass(frozen=True, slots=True)
class PceDelivery:
    """All that one file says of one PCE; `pce` is None when its cell is empty.

    `temperatures` are those of its place, 1/100 °C by gas day: no reading, were a day to have none.
    """

    pce: str | None
    days: tuple[DayStatement, ...]
    periods: tuple[PeriodStatement, ...]
    alias: str = ""
    temperatures: tuple[tuple[date, int], ...] = ()
    injections: tuple[InjectionStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingsFile:
    """A file read whole: `as_of` is its export date, else the latest gas day it holds.

    `aside` says which of its lines were left out, and `left` how many, where the rest is kept.
    `deposited` is the first day that it says itself an organisation deposited.
    """

    format: FileFormat
    as_of: date
    deliveries: tuple[PceDelivery, ...]
    aside: Unreadable | None = None
    rejected_count: int = 0
    deposited: date | None = None


class Oddity(StrEnum):
    """How a file differs from the history of its PCE."""

    LESS = "less"
    MORE = "more"
    NOTHING = "nothing"  # it says zero, where something is usual


@dataclass(frozen=True, slots=True)
class PlausibilityDoubt:
    """What looks odd of a file: its mean a day, and the usual one, in Wh or dm³."""

    oddity: Oddity
    times: int | None  # how many times more or less, where it is a number
    file: int
    usual: int


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """What storing one delivery did; days count those of the file, absent ones included.

    `injections` are periods too, but of gas fed in: their energy and volume are in no sum here.
    `temperatures` are days too, but of the weather: they are among `new`, `changed` and `same`.
    `hidden` are those of them that change nothing: the reading of the day brings its own.
    What differs and does not win is counted by its reason: see `ignored`.
    """

    days: int = 0
    absent: int = 0
    volume_dm3: int = 0
    energy_wh: int = 0
    periods: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    contested: int = 0  # deposited, where the distributor's side says another value
    provisional: int = 0  # not definitive, where a definitive value stands
    older: int = 0  # where a value of a later file stands
    blank: int = 0  # without a value, where one stands
    temperatures: int = 0
    hidden: int = 0
    injections: int = 0

    @property
    def ignored(self) -> int:
        """What differs from the value in force and does not win."""
        return sum(getattr(self, reason) for reason in IGNORED)

    def __add__(self, other: "StoreOutcome") -> "StoreOutcome":
        return StoreOutcome(
            *(getattr(self, field) + getattr(other, field) for field in self.__dataclass_fields__)
        )


@dataclass(frozen=True, slots=True)
class Saying:
    """The source of a value; for a deposit, its author, date and file as far as known.

    `run_id` is its receipt, 0 if there is none that the viewer can read.
    """

    source: DataSource
    organisation: str = ""
    at: datetime | None = None
    file_name: str = ""
    run_id: int = 0

    @property
    def deposited(self) -> bool:
        return self.source is DataSource.DEPOSIT


@dataclass(frozen=True, slots=True)
class Revision:
    """Another statement of a day: an earlier one, or one that does not win over it."""

    gas_day: date
    energy_wh: int | None
    volume_dm3: int | None
    quality: Quality
    status: Status
    as_of: date
    learnt_at: datetime
    saying: Saying = Saying(DataSource.DISTRIBUTOR)


@dataclass(frozen=True, slots=True)
class DayDetail:
    """One gas day in full, with its story."""

    gas_day: date
    energy_wh: int | None
    volume_dm3: int | None
    index_start_dm3: int | None
    index_end_dm3: int | None
    coefficient_e4: int | None
    temperature_c100: int | None
    quality: Quality
    status: Status
    as_of: date | None
    revisions: tuple[Revision, ...]
    ended: bool = False  # nobody spoke of it, and the site was out of service by then
    period: tuple[date, date] | None = None  # nobody spoke of it, but of a period that holds it
    learnt_at: datetime | None = None  # when its value in force was first heard
    station: str = ""  # whose temperature it is, where it did not come with the readings
    saying: Saying | None = None  # None: nobody stated this day
    leaning: bool = False  # we rebuilt it from days that an organisation deposited


COUNT_NAMES: Mapping[str, str] = {
    "days": "days",
    "absent": "absent",
    "m3": "volume_dm3",
    "kwh": "energy_wh",
    "new": "new",
    "changed": "changed",
    "same": "same",
    "ignored": "ignored",
}
