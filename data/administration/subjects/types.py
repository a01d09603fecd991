"""Types of personal data."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

ERASED_MAIL = "erased.example"  # domain of the address of an erased account


class DataClass(StrEnum):
    """Data kept for the same reason and duration."""

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
    WORK = "work"  # objects that an organisation creates: PCEs, thresholds, episodes


class LegalBasis(StrEnum):
    """Legal basis on which the portal holds data (GDPR, article 6)."""

    CONTRACT = "contract"
    CONSENT = "consent"
    LEGAL = "legal"
    INTEREST = "interest"


@dataclass(frozen=True, slots=True)
class RetentionSpan:
    """Number of days or years; unlimited when both are 0."""

    days: int = 0
    years: int = 0

    @property
    def endless(self) -> bool:
        return not (self.days or self.years)

    def before(self, now: datetime) -> datetime | None:
        """Return the time before which data are expired; None when they never expire."""
        if self.endless:
            return None
        past = now - timedelta(days=self.days)
        try:
            return past.replace(year=past.year - self.years)
        except ValueError:  # 29 February
            return past.replace(year=past.year - self.years, day=28)


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """Retention period of each class, from the settings in force."""

    erasure_days: int = 7  # between the request for an erasure and its execution
    file_days: int = 7  # the personal data archive
    accounts_years: int = 3  # after an account is disabled
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
    since: str  # start of the period
    lasts: Callable[[Periods], RetentionSpan]


class ErasureFate(StrEnum):
    """What an erasure does with rows about a person."""

    ERASED = "erased"
    BLANKED = "blanked"  # the row stays, without the name
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Subject:
    """A person known by an account, an address, or both."""

    email: str  # lower case
    user_id: int | None = None
    name: str = ""
    organisation_id: int | None = None
    organisation: str = ""
    limited: bool = False  # to the PCEs with some tags: see data/tag_limits.py


class RequestKind(StrEnum):
    EXPORT = "export"
    ERASURE = "erasure"


class RequestState(StrEnum):
    WAITING = "waiting"
    READY = "ready"  # the archive may be downloaded
    OVER = "over"  # the archive is deleted
    DONE = "done"  # erased
    CANCELLED = "cancelled"


class IdentityCheck(StrEnum):
    """How the operator checked the identity of a person without an account."""

    REPLY = "reply"  # answered from that very address
    CALLED = "called"  # called back on a number known before
    PAPER = "paper"  # showed an identity document


@dataclass(frozen=True, slots=True)
class SubjectRequestRow:
    """A request as its person or the operator sees it."""

    id: int
    kind: RequestKind
    state: RequestState
    user_id: int | None
    email: str  # "" once erased
    check: IdentityCheck | None
    created_at: datetime
    due_at: datetime
    ended_at: datetime | None
    kept_until: datetime | None
    file_size: int
    problem: str  # marked message: why it waits longer; "" when there is no problem
    asked_by: int | None = None
    outside: bool = False  # the archive was made before its person was limited to tags

    @property
    def open(self) -> bool:
        return self.state is RequestState.WAITING


@dataclass(frozen=True, slots=True)
class StoredArchive:
    """An archive available for download."""

    stored_name: str
    sha256: str
    ended_at: datetime


@dataclass(frozen=True, slots=True)
class ArchiveOrder:
    """An archive to make."""

    request_id: int
    subject: Subject


@dataclass(frozen=True, slots=True)
class MadeArchive:
    """A finished archive on disk, and its number of rows by kind."""

    stored_name: str
    file_size: int
    sha256: str
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class SubjectRequestForm:
    """The operator's request for somebody else."""

    kind: RequestKind
    email: str
    check: str
    reference: str


@dataclass(frozen=True, slots=True)
class Extract:
    """Rows of one kind about a person, with JSON values."""

    name: str
    data_class: DataClass
    fate: ErasureFate
    columns: tuple[str, ...]
    rows: tuple[Mapping[str, object], ...] = field(default=(), repr=False)


@dataclass(frozen=True, slots=True)
class RetentionVerdict:
    """One night's result for a class: how many rows were erased, how many are left, the oldest."""

    key: DataClass
    erased: int
    remaining_count: int
    overdue_count: int  # past their period, but still referred to
    oldest: datetime | None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """The last night's result for every class."""

    at: datetime
    verdicts: tuple[RetentionVerdict, ...]


@dataclass(frozen=True, slots=True)
class OrphanedDuties:
    """Duties left behind when the only person of an organisation leaves it."""

    contracted_until: date | None  # end of a contract in force
    invitations: int  # pending invitations


@dataclass(frozen=True, slots=True)
class ErasureCount:
    """Number of rows of a class that an erasure would make anonymous, or keep."""

    key: DataClass
    erased: bool
    count: int
