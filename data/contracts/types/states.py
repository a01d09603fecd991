"""States and transitions of contracts and texts, and their actors."""

from enum import StrEnum


class ContractState(StrEnum):
    DRAFT = "draft"
    SENT = "sent"  # its text is frozen and offered for signature
    CLIENT_SIGNED = "client_signed"
    COUNTERSIGNED = "countersigned"  # waiting for its first day
    ACTIVE = "active"
    EXPIRED = "expired"
    TERMINATED = "terminated"
    ABANDONED = "abandoned"  # a renewal that was never sent, or withdrawn

    @property
    def final(self) -> bool:
        return self in {
            ContractState.EXPIRED,
            ContractState.TERMINATED,
            ContractState.ABANDONED,
        }


class ContractTrigger(StrEnum):
    DRAFTED = "drafted"
    SENT = "sent"
    TAKEN_BACK = "taken_back"
    REFUSED_BY_CLIENT = "refused_by_client"
    SIGNED = "signed"
    REFUSED_BY_OPERATOR = "refused_by_operator"
    COUNTERSIGNED = "countersigned"
    STARTED = "started"
    EXPIRED = "expired"
    TERMINATED_BY_CLIENT = "terminated_by_client"
    TERMINATED_BY_OPERATOR = "terminated_by_operator"
    RENEWED = "renewed"
    ABANDONED = "abandoned"
    AMENDED = "amended"  # an amendment is signed by both sides
    INVITED = "invited"  # the people named in the dossier
    TEXT_DOWNLOADED = "text_downloaded"
    PROOF_DOWNLOADED = "proof_downloaded"  # the evidence of a signature


class ContractActor(StrEnum):
    CLIENT = "client"
    OPERATOR = "operator"
    SYSTEM = "system"


class TextKind(StrEnum):
    ORIGINAL = "original"
    AMENDMENT = "amendment"


class TextState(StrEnum):
    """The state of a text: the contract itself or an amendment."""

    OFFERED = "offered"
    CLIENT_SIGNED = "client_signed"
    COUNTERSIGNED = "countersigned"
    TAKEN_BACK = "taken_back"
    REFUSED = "refused"

    @property
    def open(self) -> bool:
        return self in {TextState.OFFERED, TextState.CLIENT_SIGNED}
