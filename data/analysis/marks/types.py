"""Types of marks."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.metering.consumption.types import DataKind, SeriesStep, Unit


class AnnotationKind(StrEnum):
    """Subject of an annotation; the distributor's events have their own kinds."""

    WORKS = "works"
    STOPPED = "stopped"  # heating stopped
    TENANTS = "tenants"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class AnnotationDraft:
    """Content of an annotation: its days, ends included, its kind and its text."""

    first: date
    last: date
    kind: AnnotationKind
    words: str
    shared: bool = False  # with the distributor's staff


@dataclass(frozen=True, slots=True)
class Annotation:
    """An annotation as its reader sees it; `yours` when they may change it."""

    id: int
    number: str  # PCE number
    draft: AnnotationDraft
    author: str
    yours: bool


@dataclass(frozen=True, slots=True)
class KeptView:
    """A saved view as its reader sees it.

    `address` opens it. `why` is a French message, filled with `number`, when it is no longer
    readable; `name` is empty when it may not be shown either.
    """

    id: int
    name: str
    address: str
    shared: bool
    yours: bool
    home: bool
    author: str
    why: str = ""
    number: str = ""  # PCE number, if the view is of one PCE


@dataclass(frozen=True, slots=True)
class SharedView:
    """What a link shows: a PCE, its days, and how they are drawn."""

    number: str
    first: date
    last: date
    step: SeriesStep
    unit: Unit
    data: DataKind


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link as its maker sees it; `ended` says why it no longer opens."""

    id: int
    label: str  # recipient, as typed by the maker
    shared_view: SharedView | None  # None when its PCE is no longer readable
    created_at: datetime
    expires_at: datetime
    opened: int
    opened_at: datetime | None
    ended: str = ""  # French message
