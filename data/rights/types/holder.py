"""Types of the holder's pages and letters: rights of others, by a link or signed in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.right import RightDataKind, RightRole, RightState


@dataclass(frozen=True, slots=True)
class DataReader:
    """A line of the readers' log that the holder sees."""

    at: datetime
    organisation: str
    action: str
    number: str


@dataclass(frozen=True, slots=True)
class ReaderOfOurs:
    """An organisation that can read PCEs held by the viewer's, and how many."""

    name: str
    pces: int


@dataclass(frozen=True, slots=True)
class PassportRight:
    """A right as its holder sees it."""

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
    # In the third party's words; "" when not stated, None for its own rights.
    purpose: str | None = None
    place: str = ""  # in the holder's words; `site` is the third party's name for it


@dataclass(frozen=True, slots=True)
class HeldRight:
    """A right of another organisation on a PCE that the viewer's organisation holds."""

    right: PassportRight
    asker: int  # id of the third party's organisation
    alias: str  # the holder's own name for the site
    role: RightRole
    consented_on: date | None  # as stated by the third party
    read_at: datetime | None = None  # last read by that organisation

    @property
    def answerable(self) -> bool:
        return self.right.state is RightState.PENDING

    @property
    def withdrawable(self) -> bool:
        """Return whether the holder can revoke it.

        Rights held in own name are the distributor's to settle.
        """
        return self.right.state is RightState.ACTIVE and self.role.authorised


@dataclass(frozen=True, slots=True)
class HeldCounts:
    """The numbers of rights of others on PCEs that the viewer's organisation holds."""

    waiting: int = 0  # for its answer
    checked: int = 0  # by the distributor first
    active: int = 0
    over: int = 0

    @property
    def all(self) -> int:
        return self.waiting + self.checked + self.active + self.over


HELD_LINES = HELD_READS = 50  # lines of a page, and of a page of the readers' log
READ_NAMED = 500  # PCEs listed for one action; the others are counted
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class HeldRead:
    """An action of the readers' log: what a person read or exported at once."""

    at: datetime
    organisation: str
    action: str
    number: str  # of its first PCE
    alias: str  # of the same PCE, in the holder's words
    pces: int
    id: int


@dataclass(frozen=True, slots=True)
class ReadPces:
    """The first PCEs of an action: number and name."""

    act: HeldRead
    named: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class HeldView:
    """A page of these rights matching a search, with the readers' log."""

    counts: HeldCounts  # of all of them
    match_count: int  # of the search
    rights: tuple[HeldRight, ...]
    readers: tuple[HeldRead, ...]
    text: str = ""
    page: int = 1
    reads: int = 1  # page of the log
    more_reads: bool = False


@dataclass(frozen=True, slots=True)
class PassportLetter:
    """The letter of a holder's link; `stopped` when its recipient opted out."""

    id: int
    stopped: bool
    language: str = "fr"


@dataclass(frozen=True, slots=True)
class Passport:
    """What a holder's link opens: its rights, and who read what."""

    rights: tuple[PassportRight, ...]
    readers: tuple[DataReader, ...]
    letter: PassportLetter | None = None
    silent: frozenset[str] = frozenset()  # uids that the letter's address can no longer decide on


class LetterPart(StrEnum):
    """The state of a letter's right for its reader; the values appear in addresses."""

    WAITING = "attente"  # for the reader's answer
    OPEN = "ouverts"  # can be withdrawn
    ELSEWHERE = "ailleurs"  # decided in the holder's own account
    CLOSED = "clos"


LETTER_LINES = 50  # delivery points per page of a letter; a shorter letter has one page
LETTER_TOWNS = 100  # towns per page
LETTER_TERMS = 20  # different terms listed before the points; the others are counted


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """The selected delivery points of a large letter: a part, one of its towns, a search."""

    part: LetterPart | None = None
    town: str | None = None  # `LetterTown.key`
    text: str = ""
    page: int = 1

    @property
    def lists_points(self) -> bool:
        """Return whether points are listed one by one; otherwise their towns are."""
        return self.town is not None or bool(self.text.strip())


@dataclass(frozen=True, slots=True)
class LetterTown:
    """The points of a town, or of a postal code when their address may not be shown."""

    name: str  # "" where only the postal code may be shown
    code: str  # the department of a town, or the whole postal code
    count: int
    mark: str

    @property
    def key(self) -> str:
        return f"{self.code}:{self.name}"


@dataclass(frozen=True, slots=True)
class LetterScope:
    """What an answer for many points applies to, with the mark of exactly those shown."""

    count: int
    mark: str
    terms: tuple[tuple[PassportRight, int], ...]  # one right for each set of terms, and the count
    town_count: int
    towns: tuple[LetterTown, ...]  # of this page
    first: date | None  # of the data, the earliest of all points
    last: date | None
    ends_first: date | None  # ends of the rights: the earliest, the latest
    ends_last: date | None
    due: date | None  # the earliest deadline for an answer


@dataclass(frozen=True, slots=True)
class LetterView:
    """A page of a large letter."""

    third_party: str
    counts: Mapping[LetterPart, int]
    criteria: LetterFilter  # as applied: an existing page of a part that has points
    scope: LetterScope
    pages: int
    rights: tuple[PassportRight, ...]
    readers: tuple[DataReader, ...]  # of `rights`
    letter: PassportLetter | None


@dataclass(frozen=True, slots=True)
class LetterAnswer:
    """The outcome of a block of an answer; rights that had changed are counted apart."""

    answered: int
    changed_before: int


class LetterKind(StrEnum):
    CONSENT = "consent"  # do you accept?
    INFORMED = "informed"  # a right is now active
    RECEIPT = "receipt"  # for the holder's answer or withdrawal
    ENDED = "ended"
    REMINDER = "reminder"  # you have not answered

    @property
    def asks(self) -> bool:
        """Return whether it asks for an answer."""
        return self in ASKS


ASKS = frozenset({LetterKind.CONSENT, LetterKind.REMINDER})


@dataclass(frozen=True, slots=True)
class RightLetter:
    """A claimed letter, before it is written in the recipient's language."""

    id: int
    kind: LetterKind
    email: str
    language: str
    token: str = field(repr=False)
    message_id: str
    attempts: int
    rights: tuple[PassportRight, ...]


@dataclass(frozen=True, slots=True)
class LetterStop:
    """Whether the recipient of a letter opted out, and since when."""

    mailbox: str = field(repr=False)
    language: str
    at: datetime | None
    answers: bool = True  # whether its address can still decide on its requests
