"""Types of pieces, expected proofs and evidence packs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.controls.types.states import ChecklistPoint
from data.rights.types import RightDataKind


class PieceKind(StrEnum):
    """The type of a piece, by its contents."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


MEDIA_TYPES: Mapping[PieceKind, str] = {
    PieceKind.PDF: "application/pdf",
    PieceKind.JPEG: "image/jpeg",
    PieceKind.PNG: "image/png",
}
SUFFIXES: Mapping[PieceKind, tuple[str, ...]] = {  # file extensions, the usual one first
    PieceKind.PDF: (".pdf",),
    PieceKind.JPEG: (".jpg", ".jpeg"),
    PieceKind.PNG: (".png",),
}


@dataclass(frozen=True, slots=True)
class SearchTerms:
    """What the text of a proof should contain, for one right and day."""

    number: str  # of the PCE
    holder: str
    third_party: str
    kinds: frozenset[RightDataKind]
    first: date | None  # of the readable data
    last: date | None
    today: date
    signed_by: date | None = None  # declaration date: a later signature proves nothing


@dataclass(frozen=True, slots=True)
class WordBox:
    """A word and its box, in fractions of the page from left and top."""

    text: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class PageMark:
    """Where a page (from 1) answers a checklist point, as a box like `WordBox`'s."""

    point: ChecklistPoint
    page: int
    x: float
    y: float
    w: float
    h: float


class CheckCode(StrEnum):
    TEXT = "text"  # whether there is any text
    PCE = "pce"
    DATE = "date"
    HOLDER = "holder"
    THIRD_PARTY = "third_party"
    KINDS = "kinds"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class TextCheck:
    """An expected item; when it is missing, the sentence is a warning."""

    code: CheckCode
    is_present: bool
    sentence: str  # French, marked with N_; `params` fill its braces
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """The checks of a proof's text for each control, in order."""

    checks: tuple[tuple[TextCheck, ...], ...]
    numbers: frozenset[str]  # of all PCEs that it names


@dataclass(frozen=True, slots=True)
class CalendarDeadline:
    """A deadline in a calendar."""

    uid: str  # of the control
    number: str  # of the PCE
    label: str  # of the site; "" when it has none
    third_party: str
    deadline: date
    changed_at: datetime  # of the control, so that unchanged content stays equal
    to_check: bool = False  # by the distributor: its proof arrived


@dataclass(frozen=True, slots=True)
class PackedPiece:
    """A file of a deposit with its content."""

    deposit: int  # 1 for the first; 0 for a message attachment
    name: str  # as it was sent
    kind: PieceKind
    sha256: str  # stored on arrival
    sent_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class PackedStep:
    """A state that the control reached."""

    at: datetime
    state: str
    by: str
    motive: str = ""
    text: str = ""
    fact: str = ""  # the journal's name of it
    why: str = ""  # the journal's name of the motive


@dataclass(frozen=True, slots=True)
class PackedMessage:
    """A message that both sides can read; packs hold no internal notes."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class PackedLink:
    """A journal entry: its digest is the SHA-256 of its text.

    The text is JSON with `previous`, the digest of the previous entry, which may be outside the
    pack.
    """

    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class ControlEvidence:
    """The contents of a pack about a control."""

    uid: str  # of the control
    number: str  # of the PCE
    holder: str
    third_party: str
    operator: str
    deadline: date
    as_of: datetime  # of the last change, so that an unchanged control gives the same pack
    steps: tuple[PackedStep, ...]
    messages: tuple[PackedMessage, ...]
    pieces: tuple[PackedPiece, ...]
    links: tuple[PackedLink, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """A fault of a pack: its place, and a French sentence marked with N_."""

    place: str  # a member, or a part of the archive
    sentence: str
