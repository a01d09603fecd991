"""Types of exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.metering.pces.types import EVERY_PCE, Holes, PceChoice, PceScope


class Content(StrEnum):
    """The kind of data of an export: one each, since their columns differ."""

    DAILY = "daily"
    MONTHLY = "monthly"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"

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
