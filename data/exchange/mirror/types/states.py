"""States of the mirror, and the parts of data that it reads."""

from enum import StrEnum


class MirrorPart(StrEnum):
    """What can be mirrored."""

    RIGHTS = "rights"
    INFORMATIVE = "informative"
    PUBLISHED = "published"
    INJECTED = "injected"  # published periods of gas fed in by a site
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"


class ConnectionState(StrEnum):
    UNTRIED = "untried"
    WORKING = "working"
    REFUSED = "refused"  # the credentials are refused: nothing is called until they change
    DOWN = "down"  # the other side does not answer, or not in ADICT's format


class RoundState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"  # call limit reached, or the other side is down: it resumes later
    DONE = "done"
    CUT = "cut"  # another round was opened while it was paused, and reads what it left
    FAILED = "failed"


class RoundWay(StrEnum):
    NIGHT = "night"
    ASKED = "asked"


class DriftKind(StrEnum):
    """Difference between a local and an upstream right; the first that applies is reported."""

    UNKNOWN_HERE = "unknown_here"
    UNKNOWN_THERE = "unknown_there"
    ENDED_HERE = "ended_here"  # by others than its organisation: it is not reopened
    CLOSED_HERE = "closed_here"  # by its organisation, which alone may reopen it
    STATE = "state"
    DATES = "dates"
    PERIMETERS = "perimeters"
    PROOF = "proof"


class SendingVerb(StrEnum):
    """Kind of message to the other side."""

    DECLARE = "declare"
    REVOKE = "revoke"
    PROVE = "prove"


class Leaving(StrEnum):
    """What happens to an organisation's declarations, ends and proofs."""

    NOWHERE = "nowhere"  # they stay here
    HELD = "held"  # until the distributor accepts the credentials
    SOON = "soon"  # within a minute


class SendingState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # also without an answer: it is then searched for, not sent again
    DONE = "done"
    # Its upstream line may be unreadable, or sending stopped after it may have left: a readable
    # list searches again.
    UNSURE = "unsure"
    REFUSED = "refused"  # definitively, with an upstream message
    DROPPED = "dropped"  # no longer needed before it left


MOVING = (SendingState.QUEUED, SendingState.SENDING)
