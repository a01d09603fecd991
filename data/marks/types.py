"""Types of marks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.consumption.types import DataKind, SeriesStep, Unit


class AnnotationKind(StrEnum):
    """What an annotation is about; events of the distributor have kinds of their own."""

    WORKS = "works"
    STOPPED = "stopped"  # the heating
    TENANTS = "tenants"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AnnotationDraft:
    """An annotation as it is written: days, both ends included, what about, and words."""

    first: date
    last: date
    kind: AnnotationKind
    words: str


@dataclass(frozen=True, slots=True)
class Annotation:
    """One that stands, as its reader sees it; `yours` may be changed by them."""

    id: int
    number: str  # of the PCE
    draft: AnnotationDraft
    author: str
    yours: bool


@dataclass(frozen=True, slots=True)
class KeptView:
    """A view that somebody keeps, as its reader sees it.

    `address` opens it; `why` is a French sentence where it may no longer be read, and `params` fill
    it. `name` is empty where it may not be known either.
    """

    id: int
    name: str
    address: str
    shared: bool
    yours: bool
    home: bool
    author: str
    why: str = ""
    number: str = ""  # of the PCE that it shows, if it is of one


@dataclass(frozen=True, slots=True)
class SharedView:
    """What a link shows: a PCE, its days, and how they are drawn; nothing else."""

    number: str
    first: date
    last: date
    step: SeriesStep
    unit: Unit
    data: DataKind


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link that somebody made, as they see it; `ended` says why it opens nothing any more."""

    id: int
    label: str  # the recipient, as its author wrote it
    shared_view: SharedView | None  # None where its PCE may not be read any more
    created_at: datetime
    expires_at: datetime
    opened: int
    opened_at: datetime | None
    ended: str = ""  # a French sentence
