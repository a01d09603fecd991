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
        """Return whether its rights can be restored."""
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
    KEPT = "kept"  # done, but changed since and therefore not restored


IMMEDIATE = 50  # rights: a smaller operation runs within the request


@dataclass(frozen=True, slots=True)
class ChosenRight:
    """What decides whether an operation applies to a right."""

    id: int
    uid: str
    number: str
    state: RightState


@dataclass(frozen=True, slots=True)
class ActSplit:
    """The rights of a selection that an operation applies to, and the others with reasons."""

    chosen: int
    fit: tuple[ChosenRight, ...]
    exclusions: tuple[tuple[ChosenRight, str], ...]  # each with its reason, a French sentence
    mark: str  # identifies exactly the chosen rights
    relayed: int = 0  # those of `fit` that another distributor decides on

    @property
    def reasons(self) -> Mapping[str, int]:
        """Return the number of rights skipped for each reason, most frequent first."""
        counts: dict[str, int] = {}
        for _right, reason in self.exclusions:
            counts[reason] = counts.get(reason, 0) + 1
        return dict(sorted(counts.items(), key=lambda one: -one[1]))


@dataclass(frozen=True, slots=True)
class ClaimedAct:
    """An operation that is being processed."""

    id: int
    act: BulkAct
    user_id: int
    ends_on: date | None
    undo_until: datetime | None
    undoing: bool = False  # its rights are being restored
    many: bool = True  # more than IMMEDIATE


@dataclass(frozen=True, slots=True)
class ActRow:
    """An operation in the list."""

    id: int
    act: BulkAct
    state: ActState
    who: str
    chosen: int
    created_at: datetime


@dataclass(frozen=True, slots=True)
class ActHolder:
    """The outcome for the rights of one holder."""

    name: str
    done: int
    left_count: int


@dataclass(frozen=True, slots=True)
class ActReceipt:
    """The progress and outcome of an operation."""

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
    """A right of an operation, for its file."""

    number: str
    site: str
    holder: str
    state: ActLineState
    reason: str
    params: Mapping[str, object]  # of that sentence
