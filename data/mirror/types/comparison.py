"""Types of the comparison with the upstream list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeAlias

from data.mirror.types.states import DriftKind
from data.rights.types import EndedBy, RightRole, RightTerms

Field: TypeAlias = tuple[str, str | None, str | None]  # of ADICT; ours, theirs


@dataclass(frozen=True, slots=True)
class OurRight:
    """A right of ours, as far as it is compared."""

    id: int
    uid: str
    number: str
    role: RightRole
    created_at: datetime
    terms: RightTerms
    ended_by: EndedBy | None = None  # whose word ended it here


@dataclass(frozen=True, slots=True)
class Drift:
    """How a right of ours differs from the one there, every field of it; ids are "" for none."""

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
    """Rights that a list would end here, too many at once to be done unasked."""

    count: int
    round_id: int  # the last that found some of them


@dataclass(frozen=True, slots=True)
class RepairRequest:
    """Differences that somebody asks to repair: so many of each kind."""

    ids: Sequence[int]
    counts: Mapping[DriftKind, int]
    kind: DriftKind | None
    seen_count: int  # how many were said when it was asked; 0: it was not
    ending: int  # rights that end here by it
    every: bool = False  # all those of the kind, or of all kinds
    upto: int = 0  # of these, those that were there when their list was drawn, by their ids
    came: int = 0  # since: they are left


@dataclass(frozen=True, slots=True)
class Repaired:
    """What a repair did, and what it left."""

    done: int
    changed: Sequence[str] = ()  # PCE whose difference was another by then: it is said anew
    has_more: bool = False  # so many are done at once, and there are more
    kept_count: int = 0  # that ended here: the other side has to end them
    proofs: int = 0  # of those done, whose proof the other side waits for
    came: int = 0  # since the list of them was drawn: nobody has read them
    # Rights that were open here, and are over by it: told beside what was done.
    ended: int = field(default=0, compare=False)
