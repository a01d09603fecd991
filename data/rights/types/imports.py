"""Types of an import of declarations: columns, repairs and outcomes."""

import dataclasses
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from data.rights.types.states import RightState
from data.runs.types import RunState


class Repair(StrEnum):
    """What a spreadsheet does to a cell, and how it is mended: proposed, never done alone."""

    PCE_ZERO = "pce_zero"  # 13 digits: the first, a zero, was lost
    PCE_POWER = "pce_power"  # 9,9999999910042E+12 whose every digit is there
    PCE_SIGNS = "pce_signs"  # dashes, points, a letter O for a zero, a quote before
    POSTAL_ZERO = "postal_zero"  # 4 digits
    POSTAL_SIGNS = "postal_signs"  # 99 123, 99123 Ville
    EMAIL = "email"  # a name, brackets, `mailto:`, blanks
    PHONE = "phone"  # 9 digits, +33
    ROLE = "role"  # said in other words
    FLAG_EMPTY = "flag_empty"  # an empty cell beside a yes: no
    FLAG_WORD = "flag_word"  # « à la demande du titulaire » is not one; « o », « y », « ok » are
    DATE_WORDS = "date_words"  # 1 septembre 2024
    DATE_YEAR = "date_year"  # 01/09/24
    DATE_MARKS = "date_marks"  # 2027/11/24
    DATE_ORDER = "date_order"  # 09/25/2024: the month first, without a doubt
    DATE_MONTH = "date_month"  # 02/03/2026 in a file that has 09/25/2024: the month first too
    DATE_SERIAL = "date_serial"  # 45536: the days since 1900 of a spreadsheet
    HOLDER_TWICE = "holder_twice"  # the same name as a person and as a company
    DATA_END = "data_end"  # the data would end after the right
    RIGHT_END = "right_end"  # the right would last longer than the distributor allows
    MERGED = "merged"  # the value stands once for several lines
    UNSEEN = "unseen"  # signs without a width, digits of another writing
    FORMULA = "formula"  # what a formula gives, or the text it quotes


class LineState(StrEnum):
    ACCEPTED = "accepted"
    KNOWN = "known"
    REJECTED = "rejected"
    WAITING = "waiting"  # a repair is proposed, or its turn has not come


LINES_SHOWN = 50  # of an import, on a page


class Lines(StrEnum):
    """Which lines of an import one looks at."""

    ALL = "all"
    ACCEPTED = "accepted"
    CHANGED = "changed"  # taken, not as the file has them
    KNOWN = "known"
    REJECTED = "rejected"


class TemplateContents(StrEnum):
    """Which PCE a template is filled with."""

    WITHOUT = "without"  # neither a right that is active, nor one that waits
    ENDING = "ending"  # an active right that ends soon
    ALL = "all"


class Purpose(StrEnum):
    """Declaring to read others' PCE, or bringing one's own: the role that an empty cell means."""

    RIGHTS = "rights"
    HOLDINGS = "holdings"


@dataclass(frozen=True, slots=True)
class Fix:
    """A repair of one cell: what was found, and what is proposed."""

    repair: Repair
    field: str  # of Asked
    cell_text: str
    proposed: str


@dataclass(frozen=True, slots=True)
class ImportPlan:
    """What its owner decided of a file: kept with its run, so that a job reads it the same."""

    purpose: Purpose = Purpose.RIGHTS
    columns: Mapping[str, int] = dataclasses.field(default_factory=dict)  # field of Asked → place
    repairs: frozenset[Repair] = frozenset()  # those that were accepted
    usual: Mapping[str, str] = dataclasses.field(default_factory=dict)  # for empty cells, by field
    edits: Mapping[int, Mapping[str, str]] = dataclasses.field(
        default_factory=dict
    )  # line → field → text
    dropped: frozenset[str] = frozenset()  # the reasons whose lines are left out, as reason_of says


@dataclass(frozen=True, slots=True)
class DetectedColumn:
    """One column of the file as it was found, and what it is taken for."""

    place: int
    letter: str
    label: str
    field: str  # of Asked; "" when it is not read
    sample: tuple[str, ...]
    guessed: bool = True  # not said by the owner


@dataclass(frozen=True, slots=True)
class LineProblem:
    """Why a line is not taken as it is: where, what was found, what was expected."""

    line: int
    number: str  # the PCE as it was written
    state: LineState
    column: str  # « A, N° PCE », as the file names it; "" for what has no column
    field: str
    code: str
    cell_text: str
    expected: str  # what is proposed; "" when it has to be said otherwise
    sentence: str  # French, marked with N_; `params` fill its braces
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)
    repair: Repair | None = None


@dataclass(frozen=True, slots=True)
class LineGroup:
    """The lines that one gesture mends."""

    repair: Repair | None  # None: to be mended in the file
    code: str
    sentence: str
    params: Mapping[str, object]
    count: int
    lines: tuple[LineProblem, ...]  # the first ones


@dataclass(frozen=True, slots=True)
class ImportCounts:
    """`lines` is always the sum of the four others."""

    lines: int = 0
    accepted: int = 0
    known: int = 0
    rejected: int = 0
    waiting: int = 0


@dataclass(frozen=True, slots=True)
class Brought:
    """The run that brought a file, and when what it brought was taken back."""

    run_id: int
    undone_at: datetime | None


class Stop(StrEnum):
    """Why a file is not compared with what the distributor knows."""

    FILE = "file"  # it asks too much in vain, whatever the day
    SUM = "sum"  # it would pass alone; with what was tried today it does not
    DAY = "day"  # too much was tried today, whatever it asks


class TryReason(StrEnum):
    """What a line names that the distributor does not know so."""

    PCE = "pce"  # unknown, or not at that postal code
    HOLDER = "holder"  # its name or its address is not that of the contract


@dataclass(frozen=True, slots=True)
class VainTry:
    """One line of a file, or one declaration of the form, that counts as tried in vain."""

    line: int | None
    number: str
    reason: TryReason | None
    file_name: str = ""  # "" of the form
    at: datetime | None = None


TRIES_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Stopped:
    """The one reason, and until when at most it stands; None: as long as the file is so."""

    why: Stop
    until: datetime | None = None
    # What counts today, all of which was told before: the latest first, and how many.
    tries: tuple[VainTry, ...] = field(default=(), compare=False)
    tried: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True)
class ImportPreview:
    """What confirming would do: nothing is written before."""

    run_id: int
    file_name: str
    file_size: int
    deposited_at: datetime
    plan: ImportPlan
    columns: tuple[DetectedColumn, ...]
    missing: tuple[str, ...]  # fields that must have a column and have none
    counts: ImportCounts
    groups: tuple[LineGroup, ...]  # those a repair mends first, then the most numerous
    before: Brought | None  # this very file already
    stopped: Stopped | None = None  # then it is judged by what is written in it alone
    unwritten: int = 0  # lines that nothing stops, whose holder wants no letter
    above: tuple[tuple[int, str], ...] = ()  # each line above the header, and what it says
    relayed: bool = False  # the rights leave for the distributor, which decides

    @property
    def checked(self) -> bool:
        """Against what the distributor knows."""
        return self.stopped is None


@dataclass(frozen=True, slots=True)
class LookupCost:
    """What looking at a file asks of the distributor: counted before anything of it is told."""

    run_id: int
    plan: ImportPlan
    vain: frozenset[str]  # a digest of each PCE not known at its postal code, wrong name, address
    named_count: int  # the other PCE
    lines: Mapping[str, VainTry] = field(default_factory=dict)  # of *vain*, in the file's order


@dataclass(frozen=True, slots=True)
class Undone:
    """What an import undone took back, and how many holders had been told of it already."""

    rights: int
    withdrawn_count: int


class Depends(StrEnum):
    """What depends on an import, that it can no more be undone."""

    LETTER = "letter"  # it left to a holder
    ANSWER = "answer"  # a right moved
    RENEWAL = "renewal"
    PROOF = "proof"
    RELAYED = "relayed"  # the distributor is told of some


@dataclass(frozen=True, slots=True)
class Undo:
    """Whether an import may be taken back whole: until its letters leave, or why no more."""

    may: bool = False
    until: datetime | None = None  # None: no letter waits
    why: Depends | None = None
    relayed: bool = False  # a distributor is to decide of its rights


Spend = Callable[[LookupCost], Stopped | None]  # why the distributor's answer is not told, if so


@dataclass(frozen=True, slots=True)
class Receipt:
    """What became of an import, for ever."""

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
    undo: Undo
    problem: tuple[str, Mapping[str, object]] | None
    own: bool = True  # of the viewer's organisation
    changed: int = 0  # lines taken that are not as the file has them


@dataclass(frozen=True, slots=True)
class ImportedLine:
    """What became of one line: why it was not taken, or what was changed in it before it was."""

    line: int
    number: str
    state: LineState
    problems: tuple[LineProblem, ...]
    uid: str = ""  # of the right, made or known
    began: RightState | None = None  # that right, when it was made; None once it is taken back
    relayed: bool = False  # to the distributor, which decides


@dataclass(frozen=True, slots=True)
class RejectedLine:
    """A line as it was written, and why it was not taken: (sentence, params) of each reason."""

    line: int
    cells: tuple[str, ...]
    reasons: tuple[tuple[str, Mapping[str, object]], ...]


@dataclass(frozen=True, slots=True)
class Rejects:
    """The lines of an import that were not taken, under the header of its file."""

    header: tuple[str, ...]
    xlsx: bool
    lines: tuple[RejectedLine, ...]
