"""States, decisions and journal facts of a control (domain.md §3)."""

from dataclasses import dataclass
from enum import StrEnum


class ControlStep(StrEnum):
    """A step from one state of a control to another."""

    ASKED = "asked"  # drawn: a proof is awaited
    SENT = "sent"  # a deposit arrived
    ACCEPTED = "accepted"
    AGAIN = "again"  # another piece is requested
    REJECTED = "rejected"
    LATE = "late"  # nothing arrived in time


class Side(StrEnum):
    """The actor of a step of a control."""

    THIRD_PARTY = "third_party"
    DISTRIBUTOR = "distributor"
    SYSTEM = "system"


class Stage(StrEnum):
    """The place of today in the validity of an active right."""

    CURRENT = "current"  # it has started
    COMING = "coming"  # it starts later
    ENDING = "ending"  # its last day is near


class ControlVerdict(StrEnum):
    """The three decisions of an account manager."""

    ACCEPT = "accept"
    AGAIN = "again"
    REJECT = "reject"

    @property
    def step(self) -> ControlStep:
        return _STEPS[self]


_STEPS = {
    ControlVerdict.ACCEPT: ControlStep.ACCEPTED,
    ControlVerdict.AGAIN: ControlStep.AGAIN,
    ControlVerdict.REJECT: ControlStep.REJECTED,
}


class Motive(StrEnum):
    """Why a proof is refused, or another piece requested."""

    HOLDER = "holder"  # is not the contract's
    NUMBER = "number"  # the PCE is missing or different
    THIRD_PARTY = "third_party"  # is not named
    PERIMETER = "perimeter"  # the data or their period are not covered
    DATE = "date"  # missing, or after the right
    SIGNATURE = "signature"
    UNREADABLE = "unreadable"
    OTHER = "other"  # explained in words
    NOTHING_SENT = "nothing_sent"  # by the clock only


class ChecklistPoint(StrEnum):
    """The points of the checklist, in order."""

    HOLDER = "holder"
    NUMBER = "number"
    THIRD_PARTY = "third_party"
    PERIMETER = "perimeter"
    DATE = "date"
    SIGNATURE = "signature"


class Fact(StrEnum):
    """The kind of a journal entry."""

    OPENED = "opened"  # a campaign
    ASKED = "asked"
    SENT = "sent"
    WRITTEN = "written"  # a message
    NOTED = "noted"  # an internal note, for the distributor only
    CHECKED = "checked"  # the checklist answers at a decision, for the distributor only
    ASSIGNED = "assigned"  # for the distributor only
    REMINDED = "reminded"
    ACCEPTED = "accepted"
    AGAIN = "again"
    REJECTED = "rejected"
    LATE = "late"
    UNDONE = "undone"  # a decision
    APPLIED = "applied"  # a decision took effect
    CLOSED = "closed"  # the right ended otherwise
    PACKED = "packed"  # an evidence pack was downloaded

    @property
    def internal(self) -> bool:
        """Return whether only the distributor may see it."""
        return self in {Fact.NOTED, Fact.CHECKED, Fact.ASSIGNED}


class Urgency(StrEnum):
    """How near a deadline is; `LATE` is past."""

    LATE = "late"
    URGENT = "urgent"
    SOON = "soon"
    CALM = "calm"


class DrawMethod(StrEnum):
    """How the rights of a campaign were selected."""

    SAMPLE = "sample"
    LIST = "list"
    ONE = "one"
    UPSTREAM = "upstream"  # by another distributor, which decides


@dataclass(frozen=True, slots=True)
class ProofDelays:
    """The operator's settings; days are working days."""

    days: int = 20  # for a third party to send a proof
    resubmission_days: int = 10  # at least, when another piece is requested
    grace: int = 5  # after the deadline, before a missing proof is refused
    undo_minutes: int = 10  # during which a decision can be undone and has no effect
