"""Types of a message to the upstream."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from data.exchange.mirror.types.states import SendingVerb
from data.rights.types import RightRole


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
