"""Types of runs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any, Generic, TypeVar

from core.i18n import N_

T = TypeVar("T")

ASKS_PCE = N_("Ce fichier n’indique pas son PCE : saisissez-le, la lecture reprendra.")
# Why values that differ from those in force did not win: the names of counts.
IGNORED = ("contested", "provisional", "older", "blank")
MOST_FILES = 50  # in one deposit
MOST_SHOWN = MOST_FILES  # runs in the list of a page: all those that one deposit opens


class RunKind(StrEnum):
    READINGS = "readings"
    RIGHTS = "rights"


class RunTask(StrEnum):
    """What the job does of a run when it takes it."""

    CHECK = "check"  # say what a file of readings would change, and change nothing
    STORE = "store"
    UNDO = "undo"


class RunState(StrEnum):
    DRAFT = "draft"  # looked at by its owner, who has not confirmed it
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    REFUSED = "refused"
    DROPPED = "dropped"  # a draft given up
    UNDONE = "undone"  # stored, then taken back


BUSY = frozenset({RunState.RECEIVED, RunState.WORKING})
STORED = frozenset({RunState.DONE, RunState.UNDONE})  # or it was


@dataclass(frozen=True, slots=True)
class RunRow:
    """One run as its organisation sees it; `problem` is (sentence, params) when refused.

    It says the lines left out of one that is done. `counts` holds days, absent, m3, kwh, new,
    changed, same, ignored, periods and pces of the file; its temperatures, lines left, and the
    deliveries of which something moved between check and confirmation, if any.
    `version` counts how often the run changed hands: who confirms names the one that they saw.
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
    batch: int = 0  # the first run of the same deposit
    own: bool = True  # of the viewer's own organisation
    undone_at: datetime | None = None
    undoable_until: datetime | None = None  # while what it stored may be taken back
    has_file: bool = False  # its file is still there
    days: tuple[date | None, date | None] = (None, None)  # the first and the last one of its file
    point: str | None = None  # the PCE of its file, where there is one only
    organisation: str = ""  # whose word it is
    by_distributor: bool = False

    @property
    def is_busy(self) -> bool:
        return self.state in BUSY

    @property
    def is_unconfirmed(self) -> bool:
        """Whether nothing of it is stored yet, and may be."""
        return self.state is RunState.DRAFT or (self.is_busy and self.task is RunTask.CHECK)

    @property
    def is_open(self) -> bool:
        """Whether its check is still to be read: nothing of it is stored, and some of it may be."""
        return self.is_unconfirmed or self.state is RunState.REFUSED

    def may_be_undone(self, now: datetime) -> bool:
        """Whether what it stored may still be taken back, by its own organisation."""
        return self.own and self.undoable_until is not None and now < self.undoable_until

    @property
    def may_be_restored(self) -> bool:
        """Whether what was taken back may be stored again."""
        return self.own and self.state is RunState.UNDONE and self.has_file

    @property
    def takes_pce(self) -> bool:
        """Whether its PCE may be said, or said anew: it lacks one, or was given one with it."""
        return self.asks_pce or (self.state is RunState.DRAFT and self.pce is not None)

    @property
    def asks_pce(self) -> bool:
        """Whether all that the file lacks is its PCE, or one better than that given with it."""
        return self.problem is not None and asks_pce(*self.problem, self.pce)


def asks_pce(message: str, params: Mapping[str, object], given_pce: str | None) -> bool:
    """Whether a refusal only wants a PCE, or one better than that *given_pce* with the file."""
    return message == ASKS_PCE or (given_pce is not None and params.get("pce") == given_pce)


@dataclass(frozen=True, slots=True)
class DepositLimits:
    """What one deposit, and one organisation, may bring; sizes in megabytes of 10⁶ octets."""

    file_megabytes: int = 64
    deposit_megabytes: int = 128
    quota_megabytes: int = 500  # of files kept for one organisation
    waiting: int = 100  # files of one organisation not yet read
    files: int = MOST_FILES

    @property
    def file_octets(self) -> int:
        return self.file_megabytes * 1_000_000

    @property
    def deposit_octets(self) -> int:
        return max(self.deposit_megabytes, self.file_megabytes) * 1_000_000


@dataclass(frozen=True, slots=True)
class DepositUsage:
    """What an organisation's deposits hold already: octets on the disk, files not yet read."""

    octets: int
    waiting: int


@dataclass(frozen=True, slots=True)
class StoredUpload:
    """A deposited file, safe in its folder under a random name."""

    name: str  # what its owner calls it, cleaned
    stored_name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class StoredRunFile:
    """Where a kept file is, and what it must still be."""

    stored_name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class RunPart:
    """What the file of a run says of one PCE: what its check found, what storing it did."""

    run_id: int
    place: int  # of its delivery in the file
    pce: str
    first_day: date | None
    last_day: date | None
    checked: Mapping[str, Any]
    stored: Mapping[str, int] | None
    odd: bool
    accepted: bool  # that it looks odd was seen, and it is wanted all the same


@dataclass(frozen=True, slots=True)
class ClaimedRun:
    """A run that one job works on; `done` deliveries are already stored and counted."""

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


@dataclass(frozen=True, slots=True)
class SheetProblem:
    """A cell that cannot be taken: `message` is a French sentence, `params` fill its braces."""

    line: int
    column: str
    message: str
    params: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet of named columns, read whole: `lines` as cells by column, `written` as they stood."""

    header: tuple[str, ...]
    lines: Mapping[int, Mapping[str, object]]
    written: Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class SheetSorted(Generic[T]):
    """What a sheet would do; what it keeps is for the action of its feature.

    `new` are lines that create, `changed` those that replace a row, by what identifies it;
    `remarks` are French sentences, and their blanks, to read before it is confirmed.
    """

    new: tuple[T, ...] = ()
    changed: tuple[tuple[tuple[int, int], T], ...] = ()
    same: int = 0
    problems: tuple[SheetProblem, ...] = ()
    remarks: tuple[tuple[str, Mapping[str, object]], ...] = ()
