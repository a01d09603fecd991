"""Types of an import of declarations and of reminders: lines, repairs and outcomes."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from data.rights.types.right import Delays, RightState
from data.runs.types import RunState


class Repair(StrEnum):
    """A typical spreadsheet damage and its repair, which is proposed rather than applied."""

    PCE_ZERO = "pce_zero"  # 13 digits: the leading zero was lost
    PCE_POWER = "pce_power"  # 9,9999999910042E+12 with all digits present
    PCE_SIGNS = "pce_signs"  # dashes, points, a letter O for a zero, a leading quote
    POSTAL_ZERO = "postal_zero"  # 4 digits
    POSTAL_SIGNS = "postal_signs"  # 99 123, 99123 Ville
    EMAIL = "email"  # a name, brackets, `mailto:`, blanks
    PHONE = "phone"  # 9 digits, +33
    ROLE = "role"  # in other words
    FLAG_EMPTY = "flag_empty"  # an empty cell beside a yes: no
    FLAG_WORD = "flag_word"  # « o », « y », « ok » are a flag; « à la demande du titulaire » is not
    DATE_WORDS = "date_words"  # 1 septembre 2024
    DATE_YEAR = "date_year"  # 01/09/24
    DATE_MARKS = "date_marks"  # 2027/11/24
    DATE_ORDER = "date_order"  # 09/25/2024: certainly month first
    DATE_MONTH = "date_month"  # 02/03/2026 in a file with 09/25/2024: month first too
    DATE_SERIAL = "date_serial"  # 45536: a spreadsheet's serial number
    HOLDER_TWICE = "holder_twice"  # the same name as a person and as a company
    DATA_END = "data_end"  # the data would end after the right
    RIGHT_END = "right_end"  # the right would be longer than the distributor allows
    MERGED = "merged"  # a merged cell holds the value for several lines
    UNSEEN = "unseen"  # invisible characters, digits of another script
    FORMULA = "formula"  # the value of a formula, or the text it quotes


class LineState(StrEnum):
    ACCEPTED = "accepted"
    KNOWN = "known"
    REJECTED = "rejected"
    WAITING = "waiting"  # a repair is proposed, or the line is not processed yet


LINES_SHOWN = 50  # lines of an import on a page


class Lines(StrEnum):
    """The filter for the lines of an import."""

    ALL = "all"
    ACCEPTED = "accepted"
    CHANGED = "changed"  # accepted with changes
    KNOWN = "known"
    REJECTED = "rejected"


class TemplateContents(StrEnum):
    """The PCEs that a template is filled with."""

    WITHOUT = "without"  # without an active or waiting right
    ENDING = "ending"  # with an active right that ends soon
    ALL = "all"


class Purpose(StrEnum):
    """Declare rights on others' PCEs, or add own PCEs; decides the role of an empty cell."""

    RIGHTS = "rights"
    HOLDINGS = "holdings"


@dataclass(frozen=True, slots=True)
class Fix:
    """The repair of one cell: its text and the proposal."""

    repair: Repair
    field: str  # of DeclarationForm
    cell_text: str
    proposed: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """The owner's decisions about a file, stored with its run so that the job applies them."""

    purpose: Purpose = Purpose.RIGHTS
    # field of DeclarationForm → column index
    columns: Mapping[str, int] = dataclasses.field(default_factory=dict)
    repairs: frozenset[Repair] = frozenset()  # accepted ones
    # defaults of empty cells, by field
    usual: Mapping[str, str] = dataclasses.field(default_factory=dict)
    edits: Mapping[int, Mapping[str, str]] = dataclasses.field(
        default_factory=dict
    )  # line → field → text
    dropped: frozenset[str] = frozenset()  # reasons (`reason_of`) whose lines are left out


@dataclass(frozen=True, slots=True)
class DetectedColumn:
    """A column of the file and the field assigned to it."""

    place: int
    letter: str
    label: str
    field: str  # of DeclarationForm; "" when ignored
    sample: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line is not accepted as it is: place, text, expected value."""

    line: int
    number: str  # the PCE as it was written
    state: LineState
    column: str  # « A, N° PCE » as in the file; "" without column
    field: str
    code: str
    cell_text: str
    expected: str  # the proposal; "" when it must be put in words
    sentence: str  # French, marked with N_; `params` fill its braces
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class LineGroup:
    """Lines with one common remedy."""

    repair: Repair | None  # None: correct them in the file
    code: str
    sentence: str
    params: Mapping[str, object]
    count: int
    lines: tuple[LineProblem, ...]  # the first ones


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """The counts of lines; `lines` is always the sum of the four others."""

    lines: int = 0
    accepted: int = 0
    known: int = 0
    rejected: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class EarlierImport:
    """The run that imported a file before, and when it was undone."""

    run_id: int
    undone_at: datetime | None


class Stop(StrEnum):
    """Why a file is not compared with the distributor's data."""

    FILE = "file"  # too many failed lookups in it alone
    SUM = "sum"  # too many with those of the day
    DAY = "day"  # too many today, whatever the file


class TryReason(StrEnum):
    """What a line states that does not match the distributor's data."""

    PCE = "pce"  # unknown, or not at that postal code
    HOLDER = "holder"  # its name or address is not the contract's


@dataclass(frozen=True, slots=True)
class FailedLookup:
    """A line of a file, or a declaration of the form, that counts as a failed lookup."""

    line: int | None
    number: str
    reason: TryReason | None
    file_name: str = ""  # "" for the form
    at: datetime | None = None


TRIES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Stopped:
    """The reason of refusal and its latest end; None while the file is unchanged."""

    why: Stop
    until: datetime | None = None
    # Today's failed lookups, all shown before: the latest ones, and their number.
    tries: tuple[FailedLookup, ...] = field(default=(), compare=False)
    tried: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What confirming an import would do; nothing is written before."""

    run_id: int
    file_name: str
    file_size: int
    deposited_at: datetime
    plan: ImportPlan
    columns: tuple[DetectedColumn, ...]
    missing: tuple[str, ...]  # required fields without column
    counts: ImportCounts
    groups: tuple[LineGroup, ...]  # repairable ones first, then the most numerous
    before: EarlierImport | None  # an earlier import of the same file
    stopped: Stopped | None = None  # set when lines are only checked by themselves
    unwritten: int = 0  # valid lines whose holder opted out of letters
    above: tuple[tuple[int, str], ...] = ()  # each line above the header, with its text
    relayed: bool = False  # the rights are sent to the distributor, which decides

    @property
    def checked(self) -> bool:
        """Return whether lines were compared with the distributor's data."""
        return self.stopped is None


@dataclass(frozen=True, slots=True)
class LookupCost:
    """The lookups of a file, counted before any result is shown."""

    run_id: int
    plan: ImportPlan
    vain: frozenset[str]  # digests of unknown PCEs, wrong names and wrong addresses
    named_count: int  # number of other PCEs
    lines: Mapping[str, FailedLookup] = field(default_factory=dict)  # of `vain`, in file order


@dataclass(frozen=True, slots=True)
class UndoResult:
    """The cancelled rights of an import, and how many holders had been notified."""

    rights: int
    withdrawn_count: int


class Depends(StrEnum):
    """What prevents undoing an import."""

    LETTER = "letter"  # sent to a holder
    ANSWER = "answer"  # a right changed its state
    RENEWAL = "renewal"
    PROOF = "proof"
    RELAYED = "relayed"  # the distributor was informed of some


@dataclass(frozen=True, slots=True)
class UndoState:
    """Whether an import can still be undone, until when, or what prevents it."""

    may: bool = False
    until: datetime | None = None  # None: no letter waits
    why: Depends | None = None
    relayed: bool = False  # a distributor decides on its rights


# counts the lookups; returns why the result must be hidden, if so
Spend = Callable[[LookupCost], Stopped | None]


@dataclass(frozen=True, slots=True)
class CheckTerms:
    """What lines are checked with before anything is written."""

    delays: Delays
    now: datetime
    spend: Spend


@dataclass(frozen=True, slots=True)
class Receipt:
    """The outcome of an import."""

    run_id: int
    file_name: str
    who: str
    plan: ImportPlan
    state: RunState
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    counts: ImportCounts
    groups: tuple[LineGroup, ...]
    undone_at: datetime | None
    undo: UndoState
    problem: tuple[str, Mapping[str, object]] | None
    own: bool = True  # of the viewer's organisation
    changed: int = 0  # lines accepted with changes


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """The outcome of a line: why it was rejected, or what was changed before."""

    line: int
    number: str
    state: LineState
    problems: tuple[LineProblem, ...]
    uid: str = ""  # of the right, created or existing
    began: RightState | None = None  # initial state of a created right; None once cancelled
    relayed: bool = False  # to the distributor, which decides


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A rejected line as in the file, with the (sentence, params) of each reason."""

    line: int
    cells: tuple[str, ...]
    reasons: tuple[tuple[str, Mapping[str, object]], ...]


@dataclass(frozen=True, slots=True)
class Rejects:
    """The rejected lines of an import under the header of its file."""

    header: tuple[str, ...]
    xlsx: bool
    lines: tuple[RejectedLine, ...]


@dataclass(frozen=True, slots=True)
class Recall:
    """What reminding the holders of chosen rights would do."""

    due: tuple[str, ...]  # the uids that may be asked about again
    recent_count: int  # asked about in the last days
    stopped: int  # whose holder opted out of letters
    idle: int  # that wait for no holder
    relayed: int = 0  # whose holder the distributor asks


@dataclass(frozen=True, slots=True)
class Recalled:
    """The outcome of a reminder."""

    written: int  # rights
    limited: int  # whose mailbox reached its daily limit
    preview: Recall
    uids: tuple[str, ...] = ()  # the rights written about
