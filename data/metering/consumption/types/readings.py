"""Types of a file's statements about gas days and periods, and of their storage."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import IntEnum, IntFlag, StrEnum

from core.errors import Unreadable
from data.metering.pces.types import PceRow
from data.provenance import DataSource
from data.runs.types import IGNORED, ColumnUse, DepositColumn, RunPart, RunRow, RunState


class Quality(IntEnum):
    ABSENT = 0
    RECONSTRUCTED = 1  # by the portal, from the indexes around a gap
    ESTIMATED = 2
    CORRECTED = 3
    MEASURED = 4


class Status(IntEnum):
    UNKNOWN = 0
    PROVISIONAL = 1
    DEFINITIVE = 2


class Flag(IntFlag):
    """The bits of `readings.flags`."""

    ROLLOVER = 1  # the distributor says that the counter passed through zero
    MISMATCH = 2  # volume and indexes disagree by more than 2 m³
    DEDUCED = 4  # the volume was not stated: it is the difference of the indexes
    FROM_DEPOSIT = 8  # reconstructed from days partly deposited by an organisation


class PeriodKind(StrEnum):
    PUBLISHED = "published"  # billing periods of the distributor
    WEEK = "week"  # a line of a weekly sheet
    MONTH = "month"  # a line of a monthly sheet


class PceNews(StrEnum):
    """The kind of data of a PCE that changed."""

    DAYS = "days"
    PERIODS = "periods"  # published by the distributor
    INJECTED = "injected"  # published periods of injected gas


class FileFormat(StrEnum):
    SHEET_DAILY = "sheet_daily"
    SHEET_WEEKLY = "sheet_weekly"
    SHEET_MONTHLY = "sheet_monthly"
    WEB = "web"
    ADICT = "adict"
    CSV = "csv"
    TEMPERATURES = "temperatures"


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The figures of a gas day."""

    gas_day: date
    energy_wh: int | None
    volume_dm3: int | None
    index_start_dm3: int | None
    index_end_dm3: int | None
    coefficient_e4: int | None
    temperature_c100: int | None
    quality: Quality
    status: Status


@dataclass(frozen=True, slots=True)
class DayStatement(DayFigures):
    """What one file states about a gas day."""

    rollover: bool = False
    source: DataSource = DataSource.DISTRIBUTOR  # of a day in force: the source of its value


@dataclass(frozen=True, slots=True)
class PeriodStatement:
    """What one file states about a run of gas days, both ends included; never split into days."""

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
    """What one file states about gas injected into the network over a run of gas days.

    It is not consumption: nothing that sums or draws consumption reads it.
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
    """All that one file states about one PCE; `pce` is None when its cell is empty.

    `temperatures` are those of its place, in 1/100 °C by gas day; they create no readings.
    """

    pce: str | None
    days: tuple[DayStatement, ...]
    periods: tuple[PeriodStatement, ...]
    alias: str = ""
    temperatures: tuple[tuple[date, int], ...] = ()
    injections: tuple[InjectionStatement, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadingsFile:
    """A parsed file: `as_of` is its export date, else its latest gas day.

    `aside` describes the rejected lines, `rejected_count` counts them. `deposited` is the first day
    that the file itself marks as deposited by an organisation. `columns` are those of a table, of
    which a person may say what they are.
    """

    format: FileFormat
    as_of: date
    deliveries: tuple[PceDelivery, ...]
    aside: Unreadable | None = None
    rejected_count: int = 0
    deposited: date | None = None
    columns: tuple[DepositColumn, ...] = ()


class Oddity(StrEnum):
    """How a file differs from the history of its PCE."""

    LESS = "less"
    MORE = "more"
    NOTHING = "nothing"  # zero where consumption is usual
    COEFFICIENT = "coefficient"  # its energy and its volume are not of the same gas


@dataclass(frozen=True, slots=True)
class PlausibilityDoubt:
    """What is implausible in a file: its daily mean and the usual one, in Wh or dm³.

    Or its coefficient, and the highest or the lowest of a gas, in Wh/m³.
    """

    oddity: Oddity
    times: int | None  # the factor of difference, when it is finite
    file: int
    usual: int


@dataclass(frozen=True, slots=True)
class StoreOutcome:
    """The outcome of storing a delivery; days count those of the file, absent ones included.

    `injections` are periods of injected gas: their energy and volume are in no sum here.
    `temperatures` are days of weather, included in `new`, `changed` and `same`; `hidden` are those
    without effect because the day's reading has its own. Statements that differ and do not win are
    counted by reason: see `ignored`.
    """

    days: int = 0
    absent: int = 0
    volume_dm3: int = 0
    energy_wh: int = 0
    periods: int = 0
    new: int = 0
    changed: int = 0
    same: int = 0
    contested: int = 0  # deposited, where the distributor states another value
    provisional: int = 0  # not definitive, where a definitive value is in force
    older: int = 0  # where the value of a later file is in force
    blank: int = 0  # without a value, where one is in force
    temperatures: int = 0
    hidden: int = 0
    injections: int = 0

    @property
    def ignored(self) -> int:
        """Return the number of statements that differ from the value in force and do not win."""
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
    """Another statement of a day: an earlier one, or one that does not win."""

    gas_day: date
    energy_wh: int | None
    volume_dm3: int | None
    quality: Quality
    status: Status
    as_of: date
    learnt_at: datetime
    saying: Saying = Saying(DataSource.DISTRIBUTOR)


@dataclass(frozen=True, slots=True)
class DayDetail(DayFigures):
    """A gas day in full, with its history."""

    as_of: date | None
    revisions: tuple[Revision, ...]
    ended: bool = False  # without statement, after the site went out of service
    period: tuple[date, date] | None = None  # without statement, but covered by this period
    learnt_at: datetime | None = None  # when its value in force was first received
    station: str = ""  # station of the temperature, when it did not come with the readings
    saying: Saying | None = None  # None: no source stated this day
    leaning: bool = False  # reconstructed from deposited days


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


@dataclass(frozen=True, slots=True)
class DepositCheck:
    """What the files of a deposit contain and would change, before it is confirmed."""

    runs: Sequence[RunRow]
    parts: Sequence[RunPart]  # parts that wait for a decision come first
    names: Mapping[str, str]  # of the PCEs, by number
    readers: int  # organisations with a right on some of them
    at: str = ""  # `run-place` of the part whose curve is drawn
    lookalikes_by_place: Mapping[tuple[int, int], str] = field(
        default_factory=dict
    )  # (run, place): another PCE
    sites: Sequence[PceRow] = ()  # offered where the PCE of a file must be chosen
    units_by_place: Mapping[tuple[int, int], ColumnUse] = field(
        default_factory=dict
    )  # (run, place): what its energy is read as, were its unit another one

    @property
    def drafts(self) -> Sequence[RunRow]:
        return [run for run in self.runs if run.state is RunState.DRAFT]

    @property
    def pending_runs(self) -> Sequence[RunRow]:
        """The files that may still be confirmed, or of which the columns may be said."""
        return [run for run in self.runs if run.state is RunState.DRAFT or run.takes_columns]

    def run_of(self, part: RunPart) -> RunRow:
        return next(run for run in self.runs if run.id == part.run_id)

    @property
    def waiting(self) -> Sequence[RunPart]:
        """Return the implausible parts that nobody has accepted."""
        return [part for part in self.parts if part.odd and not part.accepted]

    @property
    def displayed_part(self) -> RunPart | None:
        """Return the part whose curve is drawn: the requested one, else the first."""
        chosen = (part for part in self.parts if f"{part.run_id}-{part.place}" == self.at)
        return next(chosen, next(iter(self.parts), None))

    def name_of(self, part: RunPart) -> str:
        return self.names.get(part.pce) or part.pce


@dataclass(frozen=True, slots=True)
class DepositReceipt:
    """A run and the part of its file whose curve is drawn, if any."""

    run: RunRow
    part: RunPart | None = None
    name: str = ""  # of the PCE of its file, where there is one only
