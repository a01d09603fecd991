"""States of the mirror, and the parts of data that it reads."""

from enum import StrEnum


class MirrorPart(StrEnum):
    """What may be mirrored."""

    RIGHTS = "rights"
    INFORMATIVE = "informative"
    PUBLISHED = "published"
    INJECTED = "injected"  # published periods of the gas that a site feeds in
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"


class ConnectionState(StrEnum):
    UNTRIED = "untried"
    WORKING = "working"
    REFUSED = "refused"  # the credentials are not taken: nothing is asked until they change
    DOWN = "down"  # the other side does not answer, or not in its own words


class RoundState(StrEnum):
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"  # the calls of the day are made, or the other side is down: it goes on later
    DONE = "done"
    CUT = "cut"  # another one was opened while it was paused: that one reads what it left
    FAILED = "failed"


class RoundWay(StrEnum):
    NIGHT = "night"
    ASKED = "asked"


class DriftKind(StrEnum):
    """How a right of ours differs from the one there; the first that holds is said."""

    UNKNOWN_HERE = "unknown_here"
    UNKNOWN_THERE = "unknown_there"
    ENDED_HERE = "ended_here"  # by others than its organisation: it is not opened again
    CLOSED_HERE = "closed_here"  # by its organisation, which alone may open it again
    STATE = "state"
    DATES = "dates"
    PERIMETERS = "perimeters"
    PROOF = "proof"


class SendingVerb(StrEnum):
    """What is sent to the other side."""

    DECLARE = "declare"
    REVOKE = "revoke"
    PROVE = "prove"


class Leaving(StrEnum):
    """What becomes of what an organisation declares, revokes and proves."""

    NOWHERE = "nowhere"  # it stays here
    HELD = "held"  # until the distributor takes the credentials
    SOON = "soon"  # within a minute


class SendingState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"  # an answer that never came leaves it there: it is looked for, not resent
    DONE = "done"
    # Its line there may be one that cannot be read, or nothing is sent any more since it may have
    # left: a list that reads looks again, where it is.
    UNSURE = "unsure"
    REFUSED = "refused"  # for good, in the words of the other side
    DROPPED = "dropped"  # of no use any more before it left


MOVING = (SendingState.QUEUED, SendingState.SENDING)
