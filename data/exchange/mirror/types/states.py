"""States of the mirror, its messages to the upstream, and its comparison with its list."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import TypeAlias

from data.rights.types import EndedBy, RightRole, RightTerms


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


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """A stored piece of proof."""

    name: str
    mime: str
    key: str  # in the storage
    sha256: str


@dataclass(frozen=True, slots=True)
class ClaimedSending:
    """A claimed message, with all that is needed to send it."""

    id: int
    organisation_id: int
    right_id: int
    verb: SendingVerb
    created_at: datetime
    tried_at: datetime  # of this attempt
    left_at: datetime | None  # first time it may have arrived, before this attempt; None: never
    unread: int  # failed searches in lists with an unreadable line
    is_outgoing: bool  # else it is only searched for, and must not be sent
    number: str
    role: RightRole
    starts_on: date | None
    ends_on: date | None
    their_uid: str = ""  # of what is revoked or proved
    body: Mapping[str, str] | None = None  # of a declaration, in ADICT's names
    pieces: Sequence[KeptPiece] = ()
    follows: date | None = None  # last day of the right that it renews, which is open upstream
    first_proof: bool = False  # nothing was sent for this control before


@dataclass(frozen=True, slots=True)
class SendingTurn:
    """Result of a turn of the queue."""

    done: int = 0
    refused: int = 0
    later: int = 0


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
