"""Types of a bulk operation on rights: outcome of each right, reasons and progress."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from data.rights.types.states import RightState


class BulkAct(StrEnum):
    CANCEL = "cancel"
    REVOKE = "revoke"
    RENEW = "renew"
    REMIND = "remind"

    @property
    def undoable(self) -> bool:
        """Whether its rights can be put back as they were."""
        return self in {BulkAct.CANCEL, BulkAct.REVOKE}


class ActState(StrEnum):
    RECEIVED = "received"
    WORKING = "working"
    DONE = "done"
    STOPPED = "stopped"  # by a person, before its end
    UNDOING = "undoing"
    UNDONE = "undone"


class ActLineState(StrEnum):
    TO_DO = "to_do"
    DONE = "done"
    LEFT = "left"
    UNDONE = "undone"
    KEPT = "kept"  # done, and not put back when the others were: it changed since


IMMEDIATE = 50  # rights: a smaller act runs within the request


@dataclass(frozen=True, slots=True)
class ChosenRight:
    """What tells whether an act applies to a right."""

    id: int
    uid: str
    number: str
    state: RightState


@dataclass(frozen=True, slots=True)
class ActSplit:
    """What an act would do of a choice: to which rights, and why not to the others."""

    chosen: int
    fit: tuple[ChosenRight, ...]
    exclusions: tuple[tuple[ChosenRight, str], ...]  # each with its reason, a French sentence
    mark: str  # stands for exactly the rights chosen
    relayed: int = 0  # of `fit`, those that another distributor decides

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many rights each reason leaves, the most frequent first."""
        counts: dict[str, int] = {}
        for _right, reason in self.exclusions:
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: -one[1]))


@dataclass(frozen=True, slots=True)
class ClaimedAct:
    """An act that one job works on."""

    id: int
    act: BulkAct
    user_id: int
    ends_on: date | None
    undo_until: datetime | None
    undoing: bool = False  # its rights are to be put back
    many: bool = True  # more than IMMEDIATE


@dataclass(frozen=True, slots=True)
class ActRow:
    """One act in the list of them."""

    id: int
    act: BulkAct
    state: ActState
    who: str
    chosen: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActHolder:
    """What became of the rights of one holder."""

    name: str
    done: int
    left_count: int


@dataclass(frozen=True, slots=True)
class ActReceipt:
    """How far an act is, what it did and what it left, for ever."""

    id: int
    act: BulkAct
    state: ActState
    who: str
    chosen: int
    counts: Mapping[ActLineState, int]
    reasons: tuple[tuple[str, int], ...]
    holders: tuple[ActHolder, ...]
    holder_count: int
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    undo_until: datetime | None
    undone_at: datetime | None
    ends_on: date | None

    @property
    def busy(self) -> bool:
        return self.state in {ActState.RECEIVED, ActState.WORKING, ActState.UNDOING}


@dataclass(frozen=True, slots=True)
class ActLine:
    """One right of an act, for its file."""

    number: str
    site: str
    holder: str
    state: ActLineState
    reason: str
    params: Mapping[str, object]  # of that sentence
