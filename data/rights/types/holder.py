"""What a holder sees of the rights of others, by a letter's link or signed in."""

from dataclasses import dataclass
from datetime import date, datetime

from data.rights.types.states import Kind, RightRole, RightState


@dataclass(frozen=True, slots=True)
class Reader:
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
    kinds: frozenset[Kind]
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
    found: int  # of those that are searched for
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
    readers: tuple[Reader, ...]
    letter: PassportLetter | None = None
    silent: frozenset[str] = frozenset()  # uids that the address of the letter decides no more
