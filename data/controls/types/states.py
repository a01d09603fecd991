"""States, decisions and journal facts of a control (domain.md §3)."""

from dataclasses import dataclass
from enum import StrEnum


class ControlStep(StrEnum):
    """What moves a control from one state to another."""

    ASKED = "asked"  # drawn: a proof is awaited
    SENT = "sent"  # a deposit came
    ACCEPTED = "accepted"
    AGAIN = "again"  # another piece is asked for
    REJECTED = "rejected"
    LATE = "late"  # nothing came in time


class Side(StrEnum):
    """The actor of a step of a control."""

    THIRD_PARTY = "third_party"
    DISTRIBUTOR = "distributor"
    SYSTEM = "system"


class Stage(StrEnum):
    """Where an Active right stands in its days; only these are controlled."""

    CURRENT = "current"  # it has begun
    COMING = "coming"  # it begins after today
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
    """Why a proof is refused, or another piece asked for."""

    HOLDER = "holder"  # is not the contract's
    NUMBER = "number"  # the PCE is absent, or another
    THIRD_PARTY = "third_party"  # is not named
    PERIMETER = "perimeter"  # the data, or their period, are not covered
    DATE = "date"  # absent, or after the right
    SIGNATURE = "signature"
    UNREADABLE = "unreadable"
    OTHER = "other"  # said in words
    NOTHING_SENT = "nothing_sent"  # by the clock alone


class ChecklistPoint(StrEnum):
    """The points of the checklist, in its order."""

    HOLDER = "holder"
    NUMBER = "number"
    THIRD_PARTY = "third_party"
    PERIMETER = "perimeter"
    DATE = "date"
    SIGNATURE = "signature"


class Fact(StrEnum):
    """What an entry of the journal tells."""

    OPENED = "opened"  # a campaign
    ASKED = "asked"
    SENT = "sent"
    WRITTEN = "written"  # a message
    NOTED = "noted"  # an internal note: the distributor's alone
    CHECKED = "checked"  # the answers to the checklist, when it is decided: the distributor's alone
    ASSIGNED = "assigned"  # the distributor's alone
    REMINDED = "reminded"
    ACCEPTED = "accepted"
    AGAIN = "again"
    REJECTED = "rejected"
    LATE = "late"
    UNDONE = "undone"  # a decision
    APPLIED = "applied"  # a decision, for good
    CLOSED = "closed"  # the right ended otherwise
    PACKED = "packed"  # an evidence pack was given

    @property
    def internal(self) -> bool:
        """Whether only the distributor may know of it."""
        return self in {Fact.NOTED, Fact.CHECKED, Fact.ASSIGNED}


class Urgency(StrEnum):
    """How near a deadline is; `LATE` is past."""

    LATE = "late"
    URGENT = "urgent"
    SOON = "soon"
    CALM = "calm"


class DrawMethod(StrEnum):
    """How the rights of a campaign were chosen."""

    SAMPLE = "sample"
    LIST = "list"
    ONE = "one"
    UPSTREAM = "upstream"  # by another distributor, which decides of them


@dataclass(frozen=True, slots=True)
class ProofDelays:
    """Settings of the operator; days are working days."""

    days: int = 20  # that a third party has to send a proof
    resubmission_days: int = 10  # at least, when another piece is asked for
    grace: int = 5  # past the deadline, before nothing sent is a refusal
    undo_minutes: int = 10  # that a decision may be undone, and waits before its effects
