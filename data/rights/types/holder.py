"""Types of the holder's pages: rights of others, by a letter's link or signed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.states import RightDataKind, RightRole, RightState


@dataclass(frozen=True, slots=True)
class DataReader:
    """One line of the readers' log that the holder sees."""

    at: datetime
    organisation: str
    action: str
    number: str


@dataclass(frozen=True, slots=True)
class ReaderOfOurs:
    """An organisation that may read PCE that the viewer's holds, and how many."""

    name: str
    pces: int


@dataclass(frozen=True, slots=True)
class PassportRight:
    """One right as its holder reads it."""

    uid: str
    number: str
    site: str
    third_party: str
    state: RightState
    kinds: frozenset[RightDataKind]
    starts_on: date | None
    ends_on: date | None
    first: date | None
    last: date | None
    injection: bool
    created_at: datetime
    closed_at: datetime | None
    answer_due: date | None
    answered_at: datetime | None = None
    # In the asker's words; "" when it did not say, None of what it holds itself.
    purpose: str | None = None
    place: str = ""  # as its holder knows it; `site` is what the asker calls it


@dataclass(frozen=True, slots=True)
class HeldRight:
    """A right of somebody else on a PCE that the viewer's organisation holds."""

    right: PassportRight
    asker: int  # the organisation that it is for
    alias: str  # the holder's own name for the site
    role: RightRole
    consented_on: date | None  # the day that the asker says
    read_at: datetime | None = None  # last, by that organisation

    @property
    def answerable(self) -> bool:
        return self.right.state is RightState.PENDING

    @property
    def withdrawable(self) -> bool:
        """What somebody holds in their own name is the distributor's to settle."""
        return self.right.state is RightState.ACTIVE and self.role.authorised


@dataclass(frozen=True, slots=True)
class HeldCounts:
    """How many rights of others there are on what the viewer's organisation holds."""

    waiting: int = 0  # for its answer
    checked: int = 0  # by the distributor, first
    active: int = 0
    over: int = 0

    @property
    def all(self) -> int:
        return self.waiting + self.checked + self.active + self.over


HELD_LINES = HELD_READS = 50  # of a page; of a page of the readers' log
READ_NAMED = 500  # PCE named of one act; of the others, how many
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class HeldRead:
    """One act of the readers' log: what one person read or exported at once."""

    at: datetime
    organisation: str
    action: str
    number: str  # of its PCE, or the first of them
    alias: str  # of the same, by the holder's own words
    pces: int
    id: int


@dataclass(frozen=True, slots=True)
class ReadPces:
    """The PCE of one act: number and name, the first ones."""

    act: HeldRead
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HeldView:
    """A page of them, as far as a search asks, and the readers' log."""

    counts: HeldCounts  # of all of them
    match_count: int  # of those that are searched for
    rights: tuple[HeldRight, ...]
    readers: tuple[HeldRead, ...]
    text: str = ""
    page: int = 1
    reads: int = 1  # the page of the log
    more_reads: bool = False


@dataclass(frozen=True, slots=True)
class PassportLetter:
    """The letter of a holder's link; *stopped* when its reader wants no other."""

    id: int
    stopped: bool
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Passport:
    """What the holder's link opens: the rights it is about, and who read what."""

    rights: tuple[PassportRight, ...]
    readers: tuple[DataReader, ...]
    letter: PassportLetter | None = None
    silent: frozenset[str] = frozenset()  # uids that the address of the letter decides no more


class LetterPart(StrEnum):
    """Where a right of a letter stands for its reader; the values are those of the address."""

    WAITING = "attente"  # for the reader's answer
    OPEN = "ouverts"  # may be withdrawn
    ELSEWHERE = "ailleurs"  # decided in the holder's own account
    CLOSED = "clos"


LETTER_LINES = 50  # delivery points on one page of a letter; a shorter letter has one page
LETTER_TOWNS = 100  # towns on one page
LETTER_TERMS = 20  # different sets of terms said before the points; of the others, how many


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which delivery points of a large letter are meant: a part, one of its towns, a search."""

    part: LetterPart | None = None
    town: str | None = None  # `LetterTown.key`
    text: str = ""
    page: int = 1

    @property
    def lists_points(self) -> bool:
        """Whether points are listed one by one; otherwise their towns are."""
        return self.town is not None or bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class LetterTown:
    """The points of one town; of those whose address is not told, of one postal code."""

    name: str  # "" where only the postal code may be told
    code: str  # the department of a town, or the whole postal code
    count: int
    mark: str

    @property
    def key(self) -> str:
        return f"{self.code}:{self.name}"


@dataclass(frozen=True, slots=True)
class LetterScope:
    """What an answer for many points is about, and the mark of exactly those that were shown."""

    count: int
    mark: str
    terms: tuple[tuple[PassportRight, int], ...]  # one right of each set of terms, and how many
    town_count: int
    towns: tuple[LetterTown, ...]  # of this page
    first: date | None  # of the data, the earliest of all points
    last: date | None
    ends_first: date | None  # ends of the rights: the earliest, the latest
    ends_last: date | None
    due: date | None  # the earliest day an answer is waited for


@dataclass(frozen=True, slots=True)
class LetterView:
    """One page of a large letter."""

    third_party: str
    counts: Mapping[LetterPart, int]
    criteria: LetterFilter  # as it was read: its part is one that has points, its page exists
    scope: LetterScope
    pages: int
    rights: tuple[PassportRight, ...]
    readers: tuple[DataReader, ...]  # of `rights`
    letter: PassportLetter | None


@dataclass(frozen=True, slots=True)
class LetterAnswer:
    """What became of one block of an answer: how many were answered; the others had changed."""

    answered: int
    changed_before: int
