"""Roles, states, triggers and actors of a right (domain.md §2)."""

from dataclasses import dataclass
from enum import StrEnum


class RightRole(StrEnum):
    """In what name the organisation asks: allowed by the holder, or holder itself."""

    AUTHORISED_SUPPLY = "authorised_supply"
    HOLDER_SUPPLY = "holder_supply"
    AUTHORISED_INJECTION = "authorised_injection"
    HOLDER_INJECTION = "holder_injection"

    @property
    def authorised(self) -> bool:
        """The holder is somebody else, who must say yes."""
        return self in {RightRole.AUTHORISED_SUPPLY, RightRole.AUTHORISED_INJECTION}

    @property
    def injection(self) -> bool:
        return self in {RightRole.AUTHORISED_INJECTION, RightRole.HOLDER_INJECTION}


class RightState(StrEnum):
    PENDING = "pending"  # A valider
    ACTIVE = "active"
    RECHECK = "recheck"  # A revérifier
    REFUSED = "refused"
    REVOKED = "revoked"
    OBSOLETE = "obsolete"

    @property
    def final(self) -> bool:
        """Nothing leaves it: a new right must be declared."""
        return self in {RightState.REFUSED, RightState.REVOKED, RightState.OBSOLETE}

    @property
    def waiting(self) -> bool:
        """Return whether an answer is pending."""
        return self in {RightState.PENDING, RightState.RECHECK}


class RightActor(StrEnum):
    THIRD_PARTY = "third_party"
    HOLDER = "holder"
    DISTRIBUTOR = "distributor"
    SYSTEM = "system"


class RightTrigger(StrEnum):
    """What happens to a right."""

    DECLARED = "declared"  # the holder is asked
    DECLARED_HOLDER = "declared_holder"  # by the holder itself: nobody is asked
    DECLARED_DOUBTFUL = "declared_doubtful"  # what tells the holder is not all the contract's
    RELAYED = "relayed"  # to the distributor that the organisation mirrors, which asks
    TURNED_DOWN = "turned_down"  # by that distributor, which took no right
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the holder
    REVOKED = "revoked"  # by the third party, or by the distributor at the holder's request
    CANCELLED = "cancelled"  # by the third party, before anybody answered
    # What had not left for the distributor, with what would have sent it.
    CONNECTION_FORGOTTEN = "connection_forgotten"
    SENDING_STOPPED = "sending_stopped"
    CONFIRMED = "confirmed"  # the distributor found that the identity is right
    ASKED = "asked"  # the identity is right, and the holder is asked now
    RECALLED = "recalled"  # the holder, who has not answered, is asked again
    DENIED = "denied"  # the identity is wrong
    UNANSWERED = "unanswered"
    EXPIRED = "expired"
    MOVED = "moved"  # the holder left, or the site is out of service
    PROOF_REJECTED = "proof_rejected"
    CONTRACT_ENDED = "contract_ended"  # the third party's own, with the distributor
    RESTORED = "restored"  # by the third party, which undoes its own act on many rights
    ALIGNED = "aligned"  # made as its distributor has it: the mirror


class EndSource(StrEnum):
    """What a final state is put down to (`source_*` at the border)."""

    HOLDER = "holder"
    THIRD_PARTY = "third_party"
    DISTRIBUTOR = "distributor"
    DISTRIBUTOR_FOR_HOLDER = "distributor_for_holder"
    EXPIRY = "expiry"
    MOVE = "move"
    PROOF = "proof"
    CONTRACT = "contract"
    ABSENCE = "absence"  # its distributor knows nothing of it


class EndedBy(StrEnum):
    """The side that ended a right."""

    OTHERS = "others"  # its holder, the contract, the site: its organisation has no say in it
    ITSELF = "itself"  # its organisation


class DeclarationOrigin(StrEnum):
    """By which way a right was declared (`parcours` at the border)."""

    DIRECT = "direct"  # form or API
    FILE = "file"
    CONNECT = "connect"
    MIRROR = "mirror"  # the distributor had it, and it was not known here


class RightDataKind(StrEnum):
    """The four kinds of data that a right may cover."""

    INFORMATIVE = "informative"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"


class ProofState(StrEnum):
    """Where the control of the consent's proof stands; the controls feature moves it."""

    AWAITED = "awaited"
    UNDER_CHECK = "under_check"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Move:
    """Where a trigger leads, and to what it is put down when that is the end."""

    to: RightState
    source: EndSource | None = None
