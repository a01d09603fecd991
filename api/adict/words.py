"""The French literals of ADICT v2 that the API writes and reads (domain.md §2.3, §2.4, §3.1)."""

from collections.abc import Mapping

from data.pces.rules import folded
from data.rights.rules.adict import PROOFS, STATES
from data.rights.types import Origin, ProofState, RightState

ORIGINS: Mapping[Origin, str] = {
    Origin.DIRECT: "TIERS_DIRECT",
    Origin.FILE: "PORTAIL_MASSE",
    Origin.CONNECT: "CLIENT_CONNECT",
    Origin.MIRROR: "MIROIR",
}
_OLDER = {  # as other clients spell them
    "actif": RightState.ACTIVE,
    "revoque": RightState.REVOKED,
    "refuse": RightState.REFUSED,
}
_BY_STATE = {folded(word): state for state, word in STATES.items()} | _OLDER
_BY_PROOF = {folded(word): proof for proof, word in PROOFS.items()}


def state_of(word: str) -> RightState | None:
    """Whatever its accents and its case."""
    return _BY_STATE.get(folded(word.strip()))


def proof_of(word: str) -> ProofState | None:
    return _BY_PROOF.get(folded(word.strip()))
