"""Types of personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

ERASED_MAIL = "erased.example"  # domain of the address of an erased account


class DataClass(StrEnum):
    """Data that are kept for the same reason, as long."""

    ACCOUNT = "account"
    SESSIONS = "sessions"
    TRIES = "tries"
    INVITATIONS = "invitations"
    JOURNAL = "journal"
    NOTICES = "notices"
    FILES = "files"
    RECEIPTS = "receipts"
    RIGHTS = "rights"
    LETTERS = "letters"
    STOPS = "stops"
    PROOFS = "proofs"
    CONTRACTS = "contracts"
    READINGS = "readings"
    REQUESTS = "requests"
    WORK = "work"  # what an organisation makes here: PCE, thresholds, episodes


class LegalBasis(StrEnum):
    """Why the law lets the portal hold them (GDPR, article 6)."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGAL = "legal"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class RetentionSpan:
    """So many days or years; none of either is without limit."""

    days: int = 0
    years: int = 0

    @property
    def endless(self) -> bool:
        return not (self.days or self.years)

    def before(self, now: datetime) -> datetime | None:
        """What is older than this is over; None when nothing ever is."""
        if self.endless:
            return None
        past = now - timedelta(days=self.days)
        try:
            return past.replace(year=past.year - self.years)
        except ValueError:  # 29 February
            return past.replace(year=past.year - self.years, day=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """How long each class is kept, as the settings in force say."""

    erasure_days: int = 7  # between an erasure that is asked for and its doing
    file_days: int = 7  # the personal data archive
    accounts_years: int = 3  # after an account is cut
    journal_years: int = 5
    notices_days: int = 400
    receipts_days: int = 400
    export_days: int = 7
    letters_years: int = 3
    rights_years: int = 5
    proofs_years: int = 5
    contracts_years: int = 10
    readings_years: int = 0


@dataclass(frozen=True, slots=True)
class ClassRule:
    """A class of data: its purpose and retention; sentences are translated when shown."""

    key: DataClass
    what: str
    purpose: str
    basis: LegalBasis
    since: str  # what the period runs from
    lasts: Callable[[Periods], RetentionSpan]


class ErasureFate(StrEnum):
    """What an erasure makes of the rows about a person."""

    ERASED = "erased"
    BLANKED = "blanked"  # the row stays, and says nobody's name any more
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person known by an account, by an address, or both."""

    email: str  # lower case
    user_id: int | None = None
    name: str = ""
    organisation_id: int | None = None
    organisation: str = ""
    limited: bool = False  # to the PCE of some tags: see data/tag_limits.py


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class RequestState(StrEnum):
    WAITING = "waiting"
    READY = "ready"  # the archive may be fetched
    OVER = "over"  # it is kept no more
    DONE = "done"  # erased
    CANCELLED = "cancelled"


class IdentityCheck(StrEnum):
    """How the operator checked the identity of a person without an account."""

    REPLY = "reply"  # answered from that very address
    CALLED = "called"  # called back on a number known before
    PAPER = "paper"  # showed an identity document


@dataclass(frozen=True, slots=True)
class Request:
    """Something asked for, as its person or who runs the portal sees it."""

    id: int
    kind: RequestKind
    state: RequestState
    user_id: int | None
    email: str  # "" once it is erased
    check: IdentityCheck | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    kept_until: datetime | None
    file_size: int
    problem: str  # a marked sentence: why it waits longer; "" if nothing is wrong
    asked_by: int | None = None
    outside: bool = False  # an archive made before its person was limited to tags

    @property
    def open(self) -> bool:
        return self.state is RequestState.WAITING


@dataclass(frozen=True, slots=True)
class StoredArchive:
    """An archive that may be fetched."""

    stored_name: str
    sha256: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ArchiveOrder:
    """An archive that is to be made."""

    request_id: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class MadeArchive:
    """An archive on the disk, and how many rows of each sort are in it."""

    stored_name: str
    file_size: int
    sha256: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SubjectRequestForm:
    """What who runs the portal asks for somebody else."""

    kind: RequestKind
    email: str
    check: str
    reference: str


@dataclass(frozen=True, slots=True)
class Extract:
    """The rows of one sort about a person; each value is what JSON can hold."""

    name: str
    data_class: DataClass
    fate: ErasureFate
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RetentionVerdict:
    """What a night did of one class: how many it erased, how many are left and the oldest."""

    key: DataClass
    erased: int
    remaining_count: int
    overdue_count: int  # past their time, kept because something still stands on them
    oldest: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The last night's report of every class."""

    at: datetime
    verdicts: tuple[RetentionVerdict, ...]


@dataclass(frozen=True, slots=True)
class Alone:
    """What stays behind when the only person of an organisation leaves it."""

    contracted_until: date | None  # of a contract in force
    invitations: int  # that may still be accepted


@dataclass(frozen=True, slots=True)
class Goes:
    """How many rows of a class an erasure would make nobody's, or keep."""

    key: DataClass
    erased: bool
    count: int
