"""The French literals of ADICT v2, at the border (domain.md §2.2–2.4)."""

import unicodedata
from collections.abc import Mapping

from data.rights.types import Kind, Origin, ProofState, RightRole, RightState, Source

ROLES: Mapping[RightRole, str] = {
    RightRole.AUTHORISED_SUPPLY: "AUTORISE_CONTRAT_FOURNITURE",
    RightRole.HOLDER_SUPPLY: "DETENTEUR_CONTRAT_FOURNITURE",
    RightRole.AUTHORISED_INJECTION: "AUTORISE_CONTRAT_INJECTION",
    RightRole.HOLDER_INJECTION: "DETENTEUR_CONTRAT_INJECTION",
}
STATES: Mapping[RightState, str] = {
    RightState.PENDING: "A valider",
    RightState.ACTIVE: "Active",
    RightState.RECHECK: "A revérifier",
    RightState.REFUSED: "Refusée",
    RightState.REVOKED: "Révoquée",
    RightState.OBSOLETE: "Obsolète",
}
SOURCES: Mapping[Source, str] = {
    Source.HOLDER: "TITULAIRE",
    Source.THIRD_PARTY: "TIERS",
    Source.DISTRIBUTOR: "GRDF",
    Source.DISTRIBUTOR_FOR_HOLDER: "GRDF_DEMANDE_TITULAIRE",
    Source.EXPIRY: "EXPIRATION",
    Source.MOVE: "DEMENAGEMENT",
    Source.PROOF: "PREUVE_KO",
    Source.CONTRACT: "FIN_CONTRAT_TIERS",
}
ORIGINS: Mapping[Origin, str] = {
    Origin.DIRECT: "TIERS_DIRECT",
    Origin.FILE: "PORTAIL_MASSE",
    Origin.CONNECT: "CLIENT_CONNECT",
}
PROOFS: Mapping[ProofState, str] = {
    ProofState.AWAITED: "Preuve en attente",
    ProofState.UNDER_CHECK: "Preuve en cours de vérification",
    ProofState.ACCEPTED: "Preuve Vérifiée OK",
    ProofState.REJECTED: "Preuve Vérifiée KO",
}
FLAGS: Mapping[Kind, str] = {
    Kind.CONTRACTUAL: "perim_donnees_contractuelles",
    Kind.TECHNICAL: "perim_donnees_techniques",
    Kind.INFORMATIVE: "perim_donnees_informatives",
    Kind.PUBLISHED: "perim_donnees_publiees",
}
TRUE, FALSE = "Vrai", "Faux"
_BY_ROLE = {word: role for role, word in ROLES.items()}


def _plain(word: str) -> str:
    """Accents, case and a feminine ending aside: `Révoqué` and `Revoquee` are the same."""
    parts = unicodedata.normalize("NFKD", word.strip().casefold())
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).rstrip("e")


_BY_STATE = {_plain(word): state for state, word in STATES.items()} | {"actif": RightState.ACTIVE}


def role_of(word: str) -> RightRole | None:
    return _BY_ROLE.get(word.strip().upper())


def state_of(word: str) -> RightState | None:
    """The state that *word* means, however it is accented; None when it means none."""
    return _BY_STATE.get(_plain(word))


def flag_of(word: str) -> bool | None:
    return {TRUE: True, FALSE: False}.get(word)
