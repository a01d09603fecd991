"""The words of marks."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class AnnotationKind(StrEnum):
    """What an annotation is about; events of the distributor have kinds of their own."""

    WORKS = "works"
    STOPPED = "stopped"  # the heating
    TENANTS = "tenants"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Draft:
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
    draft: Draft
    author: str
    yours: bool
