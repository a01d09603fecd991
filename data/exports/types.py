"""Types of exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.analysis.signatures.types import Baseload, Split
from data.metering.consumption.types import Series
from data.metering.pces.types import EVERY_PCE, Holes, PceChoice, PceScope
from data.money.budgets.types import TrackedBudget
from data.money.operat.types import OperatLine
from data.money.retrofits.types import MeasuredRetrofit
from data.thresholds.types import EpisodeRow


class Content(StrEnum):
    """The kind of data of an export, one each since their columns differ; or a report."""

    DAILY = "daily"
    MONTHLY = "monthly"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"
    OPERAT = "operat"  # a calendar year of the declared sites, and the years before
    SAVINGS = "savings"  # the works of an organisation
    SITE_YEAR = "site-year"  # twelve months of a PCE, on two pages

    @property
    def is_report(self) -> bool:
        """Return whether it is written from figures of other pages, not PCE by PCE."""
        return self in {Content.OPERAT, Content.SAVINGS, Content.SITE_YEAR}

    @property
    def dated(self) -> bool:
        """Return whether it covers a period; others are current data."""
        return self not in {Content.CONTRACTUAL, Content.TECHNICAL}


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    INTERNATIONAL = "csv-international"  # comma, point, names in English
    PARQUET = "parquet"
    REPORT = "xlsx-report"  # a workbook of sums and charts, of all PCEs together
    PDF = "pdf"  # of a report


class ExportState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"  # its file is deleted


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """A request; `first` and `last` are set for dated content.

    `file_per_pce` gives a ZIP with one file for each PCE. `months`, for a monthly export, is the
    number of complete months before it, which then replaces the days.
    """

    content: Content
    file: FileKind
    file_per_pce: bool = False
    choice: PceChoice = EVERY_PCE
    first: date | None = None
    last: date | None = None
    months: int | None = None


@dataclass(frozen=True, slots=True)
class ExportForm:
    """The export form as filled in, unchecked."""

    content: str = Content.DAILY
    file: str = FileKind.CSV
    file_per_pce: bool = False
    which: str = "all"  # all, tag, text, numbers or picked
    tag: str = ""
    text: str = ""
    numbers: str = ""  # as they were pasted
    picked: tuple[str, ...] = ()  # ticked in a list
    first: str = ""
    last: str = ""


@dataclass(frozen=True, slots=True)
class ExportFormError:
    """An error and its field of `ExportForm`."""

    field: str
    sentence: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ExportEstimate:
    """The approximate size of an export, before it is made."""

    pces: int
    rows: int
    octets: int
    unknown: tuple[str, ...] = ()  # given numbers that are not visible


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """Retention and the organisation's limits; sizes in 10⁶ bytes."""

    days: int = 7
    quota_megabytes: int = 5000
    waiting: int = 10


@dataclass(frozen=True, slots=True)
class ExportRow:
    """An export as shown to its organisation; `problem` is (sentence, params) when it failed."""

    id: int
    state: ExportState
    spec: ExportSpec
    who: str
    mine: bool
    scheduled: bool
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    kept_until: datetime | None
    done: int
    total: int
    pces: int  # with rows written
    rows: int
    expected_rows: int
    expected_octets: int
    file_name: str
    file_size: int
    sha256: str
    problem: tuple[str, Mapping[str, object]] | None
    closed: bool = False  # its file contains data that may no longer be read

    @property
    def busy(self) -> bool:
        return self.state in {ExportState.WAITING, ExportState.WORKING}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """A monthly export."""

    id: int
    spec: ExportSpec
    day: int
    next_on: date
    who: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """An export to be made."""

    id: int
    user_id: int
    organisation_id: int
    wanted: ExportSpec


@dataclass(frozen=True, slots=True)
class FinishedExport:
    """A complete file stored under a random name."""

    stored_name: str
    file_name: str
    size: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class ExportDownload:
    """What a download needs of an available export."""

    id: int
    stored_name: str
    file_name: str
    size: int
    sha256: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class ReadPeriod:
    """The days read of a PCE, both ends included, less the holes; None has no days."""

    pce_id: int
    first: date | None = None
    last: date | None = None
    holes: Holes = ()


@dataclass(frozen=True, slots=True)
class PceExtract:
    """The data of one PCE: `rows` of raw values, or `text` with CSV lines."""

    scope: PceScope
    count: int
    rows: Sequence[Sequence[Any]] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class OperatReport:
    """The declared sites in several calendar years, the oldest first."""

    years: Mapping[int, Sequence[OperatLine]]

    @property
    def pce_ids(self) -> frozenset[int]:
        return frozenset(line.site.pce_id for lines in self.years.values() for line in lines)

    @property
    def rows(self) -> int:
        return len(self.pce_ids)


@dataclass(frozen=True, slots=True)
class SavingsReport:
    """Works with their savings, latest first."""

    measured: Sequence[MeasuredRetrofit]

    @property
    def pce_ids(self) -> frozenset[int]:
        return frozenset(each.retrofit.pce_id for each in self.measured)

    @property
    def rows(self) -> int:
        return len(self.measured)


@dataclass(frozen=True, slots=True)
class SiteYear:
    """Twelve months of a site, as its pages show them.

    `series` has a bar a month, compared with the year before, in euros where prices may be read.
    `split` is of the same twelve months; `drift_cost` is in atto-euros a year.
    """

    organisation: str
    address: str
    today: date
    series: Series
    split: Split | None
    drift_cost: int | None
    summer: Baseload | None
    episodes: Sequence[EpisodeRow]
    budget: TrackedBudget | None

    @property
    def pce_ids(self) -> frozenset[int]:
        return frozenset({self.series.pce_id})

    @property
    def rows(self) -> int:
        return sum(bucket.energy_wh is not None for bucket in self.series.buckets)


Report = OperatReport | SavingsReport | SiteYear
