"""Types of runs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, NamedTuple, TypeVar

from core.i18n import N_

T = TypeVar("T")

ASKS_PCE = N_("Ce fichier n’indique pas son PCE : saisissez-le, la lecture reprendra.")
# Reasons for keeping the values in force instead of different ones: names of counts.
IGNORED = ("contested", "provisional", "older", "blank")
MOST_FILES = 50  # in one deposit
MOST_SHOWN = MOST_FILES  # runs in the list of a page: all those of one deposit


class RunKind(StrEnum):
    READINGS = "readings"
    RIGHTS = "rights"


class RunTask(StrEnum):
    """What the job does with a run."""

    CHECK = "check"  # preview the changes of a file of readings, without changing anything
    STORE = "store"
    UNDO = "undo"


class RunState(StrEnum):
    DRAFT = "draft"  # checked, not confirmed by its owner
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"  # abandoned draft
    UNDONE = "undone"  # stored, then undone


class ColumnUse(StrEnum):
    """What a column of a table of readings is read as, its unit included."""

    IGNORED = ""
    PCE = "pce"
    ALIAS = "alias"
    DAY = "day"
    START = "start"
    END = "end"
    VOLUME = "volume"
    ENERGY = "energy"
    ENERGY_MWH = "energy_mwh"
    ENERGY_WH = "energy_wh"
    COEFFICIENT = "coefficient"
    TEMPERATURE = "temperature"
    QUALITY = "quality"
    STATUS = "status"
    SOURCE = "source"  # nobody may say otherwise: it bears whose word a value is


ENERGY_USES = (ColumnUse.ENERGY, ColumnUse.ENERGY_MWH, ColumnUse.ENERGY_WH)


class DepositColumn(NamedTuple):
    """A column of a file: its header, what it is read as, and its first values."""

    header: str
    use: str
    sample: tuple[str, ...] = ()


BUSY = frozenset({RunState.RECEIVED, RunState.WORKING})
STORED = frozenset({RunState.DONE, RunState.UNDONE})  # or stored before


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as its organisation sees it.

    `problem` is (message, params) for a refused run, or the lines left out of a stored one.
    `counts` holds days, absent, m3, kwh, new, changed, same, ignored, periods and pces of the file;
    also its temperatures, lines left, and deliveries that changed between check and confirmation,
    if any. `version` increases with each check; confirming requires the displayed one.
    """

    id: int
    kind: RunKind
    state: RunState
    file_name: str
    file_size: int
    who: str
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    done: int
    total: int
    counts: Mapping[str, int]
    problem: tuple[str, Mapping[str, object]] | None
    pce: str | None
    task: RunTask = RunTask.STORE
    version: int = 0
    batch: int = 0  # first run of the same deposit
    own: bool = True  # of the viewer's own organisation
    undone_at: datetime | None = None
    undoable_until: datetime | None = None  # deadline for undoing
    has_file: bool = False  # whether its file is still stored
    days: tuple[date | None, date | None] = (None, None)  # first and last day of its file
    point: str | None = None  # PCE of its file, when it has only one
    organisation: str = ""  # organisation of the depositor
    by_distributor: bool = False
    columns: tuple[DepositColumn, ...] = ()  # of its table; none where nobody may say what they are
    column_uses: Mapping[str, str] = field(default_factory=dict)  # said by a person, by place

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def is_unconfirmed(self) -> bool:
        """Return whether nothing is stored yet, and may be."""
        return self.state is RunState.DRAFT or (self.is_busy and self.task is RunTask.CHECK)

    @property
    def is_open(self) -> bool:
        """Return whether its check may still be needed: nothing is stored, and may be."""
        return self.is_unconfirmed or self.state is RunState.REFUSED

    def may_be_undone(self, now: datetime) -> bool:
        """Return whether its own organisation may still undo it."""
        return self.own and self.undoable_until is not None and now < self.undoable_until

    @property
    def may_be_restored(self) -> bool:
        """Return whether an undone run may be stored again."""
        return self.own and self.state is RunState.UNDONE and self.has_file

    @property
    def takes_columns(self) -> bool:
        """Whether a person may still say what its columns are."""
        unread = self.state is RunState.REFUSED and self.has_file
        return self.own and bool(self.columns) and (unread or self.state is RunState.DRAFT)

    @property
    def takes_pce(self) -> bool:
        """Return whether its PCE may be given, or replaced."""
        return self.asks_pce or (self.state is RunState.DRAFT and self.pce is not None)

    @property
    def asks_pce(self) -> bool:
        """Return whether all that the file lacks is a (correct) PCE."""
        return self.problem is not None and asks_pce(*self.problem, self.pce)

    @property
    def asks_columns(self) -> bool:
        """Return whether all that the file lacks is what its columns are."""
        unread = self.state is RunState.REFUSED and self.has_file and bool(self.columns)
        return unread and not self.asks_pce

    @property
    def is_unfinished(self) -> bool:
        """Return whether a person has something to say before it is stored."""
        return self.asks_pce or self.asks_columns or self.state is RunState.DRAFT

    @property
    def is_refused(self) -> bool:
        """Return whether it can only be corrected and deposited again."""
        return self.state is RunState.REFUSED and not self.is_unfinished


def asks_pce(message: str, params: Mapping[str, object], given_pce: str | None) -> bool:
    """Return whether a refusal only concerns a missing PCE, or `given_pce`."""
    return message == ASKS_PCE or (given_pce is not None and params.get("pce") == given_pce)


@dataclass(frozen=True, slots=True)
class DepositLimits:
    """Limits of one deposit and one organisation; a megabyte is 10⁶ bytes."""

    file_megabytes: int = 64
    deposit_megabytes: int = 128
    quota_megabytes: int = 500  # files stored for one organisation
    waiting: int = 100  # unread files of one organisation
    files: int = MOST_FILES

    @property
    def file_octets(self) -> int:
        return self.file_megabytes * 1_000_000

    @property
    def deposit_octets(self) -> int:
        return max(self.deposit_megabytes, self.file_megabytes) * 1_000_000


@dataclass(frozen=True, slots=True)
class DepositUsage:
    """Bytes on disk and unread files of an organisation's deposits."""

    octets: int
    waiting: int


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A deposited file, stored under a random name."""

    name: str  # its owner's name for it, cleaned
    stored_name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredRunFile:
    """Place of a stored file, and its expected digest."""

    stored_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunPart:
    """What a run's file says about one PCE: the results of checking and storing it."""

    run_id: int
    place: int  # of its delivery in the file
    pce: str
    first_day: date | None
    last_day: date | None
    checked: Mapping[str, Any]
    stored: Mapping[str, int] | None
    odd: bool
    accepted: bool  # whether its oddities were accepted


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run claimed by one worker; `done` deliveries are already stored and counted."""

    id: int
    kind: RunKind
    user_id: int
    organisation_id: int
    file_name: str
    stored_name: str
    file_size: int
    sha256: str
    pce: str | None
    done: int
    task: RunTask = RunTask.STORE
    version: int = 0
    column_uses: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """A refused cell: `message` is a French message, `params` its parameters."""

    line: int
    column: str
    message: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet of named columns: `lines` as cells by column, `written` as in the file."""

    header: tuple[str, ...]
    lines: Mapping[int, Mapping[str, object]]
    written: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SheetSorted(Generic[T]):
    """Result of validating a sheet, which the feature's action then stores.

    `new` are lines that create, `changed` those that replace a row, with its id and version;
    `remarks` are French messages with parameters, to read before confirming.
    """

    new: tuple[T, ...] = ()
    changed: tuple[tuple[tuple[int, int], T], ...] = ()
    same: int = 0
    problems: tuple[SheetProblem, ...] = ()
    remarks: tuple[tuple[str, Mapping[str, object]], ...] = ()
