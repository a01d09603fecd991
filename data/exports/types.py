"""Types of exports."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from data.pces.types import EVERY_PCE, Holes, PceChoice, PceScope


class Content(StrEnum):
    """The kind of data of an export: one each, since none has the columns of another."""

    DAILY = "daily"
    MONTHLY = "monthly"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"

    @property
    def dated(self) -> bool:
        """It is of a period; the others are as they stand."""
        return self not in {Content.CONTRACTUAL, Content.TECHNICAL}


class FileKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    NDJSON = "ndjson"
    INTERNATIONAL = "csv-international"  # comma, point, names in English
    PARQUET = "parquet"


class ExportState(StrEnum):
    WAITING = "waiting"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"
    GONE = "gone"  # its file is kept no more


@dataclass(frozen=True, slots=True)
class ExportSpec:
    """What is asked for; `first` and `last` are set when the content is of a period.

    `apart` is one file a PCE, in a ZIP. `months`, of an export made again each month, is how many
    whole months before it are taken; it then has no days of its own.
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
    """The form as it was filled: words, not yet checked."""

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
    """What is wrong, beside which field of `Asked`."""

    field: str
    sentence: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class ExportEstimate:
    """What an export would hold, about: said before it is made."""

    pces: int
    rows: int
    octets: int
    unknown: tuple[str, ...] = ()  # of the numbers given, those that may not be seen


@dataclass(frozen=True, slots=True)
class ExportLimits:
    """How long a file is kept, and what one organisation may keep; sizes in 10⁶ octets."""

    days: int = 7
    quota_megabytes: int = 5000
    waiting: int = 10


@dataclass(frozen=True, slots=True)
class ExportRow:
    """One export as its organisation sees it; `problem` is (sentence, params) when it failed."""

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
    pces: int  # of which something was written
    rows: int
    expected_rows: int
    expected_octets: int
    file_name: str
    file_size: int
    sha256: str
    problem: tuple[str, Mapping[str, object]] | None
    closed: bool = False  # its file is there, and holds what may be read no more

    @property
    def busy(self) -> bool:
        return self.state in {ExportState.WAITING, ExportState.WORKING}


@dataclass(frozen=True, slots=True)
class ScheduleRow:
    """An export made again each month."""

    id: int
    spec: ExportSpec
    day: int
    next_on: date
    who: str
    mine: bool


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """An export that is to be made."""

    id: int
    user_id: int
    organisation_id: int
    wanted: ExportSpec


@dataclass(frozen=True, slots=True)
class FinishedExport:
    """A whole file, safe on the disk under a random name."""

    stored_name: str
    file_name: str
    size: int
    sha256: str
    rows: int


@dataclass(frozen=True, slots=True)
class ExportDownload:
    """What a download needs of an export that stands."""

    id: int
    stored_name: str
    file_name: str
    size: int
    sha256: str
    finished_at: datetime


@dataclass(frozen=True, slots=True)
class ReadPeriod:
    """What was read of one PCE: the days, both ends included, less the holes; None has no days."""

    pce_id: int
    first: date | None = None
    last: date | None = None
    holes: Holes = ()


@dataclass(frozen=True, slots=True)
class PceExtract:
    """What an export says of one PCE: `rows` of raw values, or `text`, lines of CSV."""

    scope: PceScope
    count: int
    rows: Sequence[Sequence[Any]] = ()
    text: str = ""
