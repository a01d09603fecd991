"""Types of the comparison with the upstream list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from data.exchange.mirror.types.states import DriftKind
from data.rights.types import EndedBy, RightRole, RightTerms

Field: TypeAlias = tuple[str, str | None, str | None]  # ADICT field, local value, upstream value


@dataclass(frozen=True, slots=True)
class OurRight:
    """A local right, as far as it is compared."""

    id: int
    uid: str
    number: str
    role: RightRole
    created_at: datetime
    terms: RightTerms
    ended_by: EndedBy | None = None  # who ended it here


@dataclass(frozen=True, slots=True)
class Drift:
    """Difference between a local and an upstream right, with all fields; missing uids are ""."""

    kind: DriftKind
    number: str
    right_uid: str
    their_uid: str
    fields: Sequence[Field]

    @property
    def key(self) -> tuple[str, str]:
        return self.right_uid, self.their_uid


@dataclass(frozen=True, slots=True)
class EndsHeld:
    """Rights that a list would end here, too many to be applied automatically."""

    count: int
    round_id: int  # last round that found some of them


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """Differences that somebody asks to repair, with the counts of each kind."""

    ids: Sequence[int]
    counts: Mapping[DriftKind, int]
    kind: DriftKind | None
    seen_count: int  # number shown when requested; 0: not requested
    ending: int  # rights ended here by the repair
    every: bool = False  # all of the kind, or of all kinds
    upto: int = 0  # highest id in the list as displayed
    came: int = 0  # found since, and left out


@dataclass(frozen=True, slots=True)
class Repaired:
    """Result of a repair."""

    done: int
    changed: Sequence[str] = ()  # PCEs whose difference had changed: it is reported again
    has_more: bool = False  # whether the batch limit was reached
    kept_count: int = 0  # ended here: the other side must end them
    proofs: int = 0  # repaired ones whose proof the other side waits for
    came: int = 0  # found since the list was displayed, and left out
    # Rights that were open here and are ended by the repair, reported separately.
    ended: int = field(default=0, compare=False)
