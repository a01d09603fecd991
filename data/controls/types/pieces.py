"""Types of pieces, expected proofs and evidence packs."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum

from data.controls.types.states import ChecklistPoint
from data.rights.types import RightDataKind


class PieceKind(StrEnum):
    """What a piece is, by its octets."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"


MEDIA_TYPES: Mapping[PieceKind, str] = {
    PieceKind.PDF: "application/pdf",
    PieceKind.JPEG: "image/jpeg",
    PieceKind.PNG: "image/png",
}
SUFFIXES: Mapping[PieceKind, tuple[str, ...]] = {  # of names, the usual one first
    PieceKind.PDF: (".pdf",),
    PieceKind.JPEG: (".jpg", ".jpeg"),
    PieceKind.PNG: (".png",),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """What the text of a proof should name: of one right, on one day."""

    number: str  # of the PCE
    holder: str
    third_party: str
    kinds: frozenset[RightDataKind]
    first: date | None  # of the data that may be read
    last: date | None
    today: date
    signed_by: date | None = None  # it was declared by then: signed later, it proves nothing of it


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page, and its box in fractions of the page from its left and its top."""

    text: str
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class PageMark:
    """Where a page, from 1, says what a point of the checklist asks; the box as of a `Word`."""

    point: ChecklistPoint
    page: int
    x: float
    y: float
    w: float
    h: float


class CheckCode(StrEnum):
    TEXT = "text"  # there is something to read at all
    PCE = "pce"
    DATE = "date"
    HOLDER = "holder"
    THIRD_PARTY = "third_party"
    KINDS = "kinds"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class TextCheck:
    """One thing looked for in a text; when it is not found, the sentence is a warning."""

    code: CheckCode
    is_present: bool
    sentence: str  # French, marked with N_; `params` fill its braces
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Findings:
    """What the text of a proof says of each control that was asked about, in their order."""

    checks: tuple[tuple[TextCheck, ...], ...]
    numbers: frozenset[str]  # of all the PCE that it names


@dataclass(frozen=True, slots=True)
class CalendarDeadline:
    """A deadline in somebody's calendar."""

    uid: str  # of the control
    number: str  # of the PCE
    label: str  # of the site; "" when it has none
    third_party: str
    deadline: date
    changed_at: datetime  # of the control: what is told of it does not change by itself
    to_check: bool = False  # by the distributor: its proof came


@dataclass(frozen=True, slots=True)
class PackedPiece:
    """A file of a deposit, with its octets."""

    deposit: int  # 1 for the first; 0 for what was joined to a message
    name: str  # as it was sent
    kind: PieceKind
    sha256: str  # kept since it came
    sent_at: datetime
    content: bytes


@dataclass(frozen=True, slots=True)
class PackedStep:
    """A state that the control came to."""

    at: datetime
    state: str
    by: str
    motive: str = ""
    text: str = ""
    fact: str = ""  # what the journal calls it
    why: str = ""  # what it calls the motive


@dataclass(frozen=True, slots=True)
class PackedMessage:
    """A message that both sides read; internal notes have no place in a pack."""

    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True)
class PackedLink:
    """An entry of the journal: its digest is the SHA-256 of the text that was written of it.

    The text is JSON with `previous`, the digest of the entry before, be it in the pack or not.
    """

    text: str
    digest: str


@dataclass(frozen=True, slots=True)
class ControlEvidence:
    """All that a pack holds of one control."""

    uid: str  # of the control
    number: str  # of the PCE
    holder: str
    third_party: str
    operator: str
    deadline: date
    as_of: datetime  # of what was written last: nothing new, the same pack
    steps: tuple[PackedStep, ...]
    messages: tuple[PackedMessage, ...]
    pieces: tuple[PackedPiece, ...]
    links: tuple[PackedLink, ...]


@dataclass(frozen=True, slots=True)
class Flaw:
    """What is wrong with a pack: where, and a French sentence marked with N_."""

    place: str  # a member, or a part of the archive
    sentence: str
