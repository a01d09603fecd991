"""Roles, states, triggers and actors of a right (domain.md §2)."""

from dataclasses import dataclass
from enum import StrEnum


class RightRole(StrEnum):
    """The capacity of the organisation: authorised by the holder, or holder itself."""

    AUTHORISED_SUPPLY = "authorised_supply"
    HOLDER_SUPPLY = "holder_supply"
    AUTHORISED_INJECTION = "authorised_injection"
    HOLDER_INJECTION = "holder_injection"

    @property
    def authorised(self) -> bool:
        """Return whether another holder must consent."""
        return self in {RightRole.AUTHORISED_SUPPLY, RightRole.AUTHORISED_INJECTION}

    @property
    def injection(self) -> bool:
        return self in {RightRole.AUTHORISED_INJECTION, RightRole.HOLDER_INJECTION}


class RightState(StrEnum):
    PENDING = "pending"  # ADICT: A valider
    ACTIVE = "active"
    RECHECK = "recheck"  # ADICT: A revérifier
    REFUSED = "refused"
    REVOKED = "revoked"
    OBSOLETE = "obsolete"

    @property
    def final(self) -> bool:
        """Return whether it is a final state, after which only a new right can be declared."""
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
    DECLARED_DOUBTFUL = "declared_doubtful"  # the holder's identity differs from the contract's
    RELAYED = "relayed"  # to the organisation's mirrored distributor, which asks the holder
    TURNED_DOWN = "turned_down"  # rejected by that distributor
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"  # by the holder
    REVOKED = "revoked"  # by the third party, or by the distributor at the holder's request
    CANCELLED = "cancelled"  # by the third party, before any answer
    # Not sent to the distributor yet when its connection was removed or stopped.
    CONNECTION_FORGOTTEN = "connection_forgotten"
    SENDING_STOPPED = "sending_stopped"
    CONFIRMED = "confirmed"  # the distributor confirmed the identity
    ASKED = "asked"  # the identity is confirmed, and the holder is asked now
    RECALLED = "recalled"  # the holder, who has not answered, is asked again
    DENIED = "denied"  # the identity is wrong
    UNANSWERED = "unanswered"
    EXPIRED = "expired"
    MOVED = "moved"  # the holder left, or the site is out of service
    PROOF_REJECTED = "proof_rejected"
    CONTRACT_ENDED = "contract_ended"  # the third party's own contract with the distributor
    RESTORED = "restored"  # by the third party, undoing its own bulk operation
    ALIGNED = "aligned"  # by the mirror, as its distributor has it


class EndSource(StrEnum):
    """The cause of a final state (`source_*` in the API)."""

    HOLDER = "holder"
    THIRD_PARTY = "third_party"
    DISTRIBUTOR = "distributor"
    DISTRIBUTOR_FOR_HOLDER = "distributor_for_holder"
    EXPIRY = "expiry"
    MOVE = "move"
    PROOF = "proof"
    CONTRACT = "contract"
    ABSENCE = "absence"  # unknown to its distributor


class EndedBy(StrEnum):
    """The side that ended a right."""

    OTHERS = "others"  # its holder, the contract or the site: not the organisation's choice
    ITSELF = "itself"  # its organisation


class DeclarationOrigin(StrEnum):
    """How a right was declared (`parcours` in the API)."""

    DIRECT = "direct"  # form or API
    FILE = "file"
    CONNECT = "connect"
    MIRROR = "mirror"  # found at the distributor, unknown here


class RightDataKind(StrEnum):
    """The four kinds of data that a right may cover."""

    INFORMATIVE = "informative"
    PUBLISHED = "published"
    CONTRACTUAL = "contractual"
    TECHNICAL = "technical"


class ProofState(StrEnum):
    """The state of the control of the consent's proof, changed by the controls feature."""

    AWAITED = "awaited"
    UNDER_CHECK = "under_check"
    ACCEPTED = "accepted"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Move:
    """The next state of a transition, and the cause when it is final."""

    to: RightState
    source: EndSource | None = None
