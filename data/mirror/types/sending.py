"""Types of a message to the upstream."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.mirror.types.states import SendingVerb
from data.rights.types import RightRole


@dataclass(frozen=True, slots=True)
class KeptPiece:
    """A piece of proof, as it is kept here."""

    name: str
    mime: str
    key: str  # in the storage
    sha256: str


@dataclass(frozen=True, slots=True)
class ClaimedSending:
    """A sending that this process has in hand, with all that it takes to send it."""

    id: int
    organisation_id: int
    right_id: int
    verb: SendingVerb
    created_at: datetime
    claimed_at: datetime  # by this process: another that has it since says another instant
    left_at: datetime | None  # when it may have reached there first, before this time; None: never
    unread: int  # looks for it, in vain, at lists of which a line cannot be read
    is_outgoing: bool  # else it is only looked for: nothing is to leave any more
    number: str
    role: RightRole
    starts_on: date | None
    ends_on: date | None
    their_uid: str = ""  # of what is revoked or proved
    body: Mapping[str, str] | None = None  # of a declaration, in ADICT's names
    pieces: Sequence[KeptPiece] = ()
    follows: date | None = None  # the last day of the right that it renews, which is open there
    first_proof: bool = False  # nothing was sent there for this control before


@dataclass(frozen=True, slots=True)
class SendingTurn:
    """What a turn of the queue did."""

    done: int = 0
    refused: int = 0
    later: int = 0
