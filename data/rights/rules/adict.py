"""Convert French literals of ADICT v2 (domain.md §2.2–2.4)."""

from collections.abc import Mapping
from datetime import date, datetime

from core.i18n import PARIS
from data.metering.pces.rules import folded
from data.rights.types import (
    EndSource,
    ProofState,
    RightDataKind,
    RightRole,
    RightRow,
    RightState,
    RightTerms,
)

ROLES: Mapping[RightRole, str] = {
    RightRole.AUTHORISED_SUPPLY: "AUTORISE_CONTRAT_FOURNITURE",
    RightRole.HOLDER_SUPPLY: "DETENTEUR_CONTRAT_FOURNITURE",
    RightRole.AUTHORISED_INJECTION: "AUTORISE_CONTRAT_INJECTION",
    RightRole.HOLDER_INJECTION: "DETENTEUR_CONTRAT_INJECTION",
}
FLAGS: Mapping[RightDataKind, str] = {
    RightDataKind.CONTRACTUAL: "perim_donnees_contractuelles",
    RightDataKind.TECHNICAL: "perim_donnees_techniques",
    RightDataKind.INFORMATIVE: "perim_donnees_informatives",
    RightDataKind.PUBLISHED: "perim_donnees_publiees",
}
STATES: Mapping[RightState, str] = {
    RightState.ACTIVE: "Active",
    RightState.PENDING: "A valider",
    RightState.REVOKED: "Révoquée",
    RightState.RECHECK: "A revérifier",
    RightState.OBSOLETE: "Obsolète",
    RightState.REFUSED: "Refusée",
}
PROOFS: Mapping[ProofState, str] = {
    ProofState.AWAITED: "Preuve en attente",
    ProofState.UNDER_CHECK: "Preuve en cours de vérification",
    ProofState.ACCEPTED: "Preuve Vérifiée OK",
    ProofState.REJECTED: "Preuve Vérifiée KO",
}
SOURCES: Mapping[EndSource, str] = {
    EndSource.HOLDER: "TITULAIRE",
    EndSource.THIRD_PARTY: "TIERS",
    EndSource.DISTRIBUTOR: "GRDF",
    EndSource.DISTRIBUTOR_FOR_HOLDER: "GRDF_DEMANDE_TITULAIRE",
    EndSource.EXPIRY: "EXPIRATION",
    EndSource.MOVE: "DEMENAGEMENT",
    EndSource.PROOF: "PREUVE_KO",
    EndSource.CONTRACT: "FIN_CONTRAT_TIERS",
    EndSource.ABSENCE: "ABSENT_DU_DISTRIBUTEUR",
}
CLOSED: Mapping[RightState, str] = {  # suffixes of `date_…` and `source_…` of a closed right
    RightState.REVOKED: "revocation",
    RightState.OBSOLETE: "passage_a_obsolete",
    RightState.REFUSED: "passage_a_refuse",
}
TRUE, FALSE = "Vrai", "Faux"
_FLAG_WORDS = {"vrai": True, "true": True, "faux": False, "false": False}
_OLDER = {  # spellings of other clients
    "actif": RightState.ACTIVE,
    "revoque": RightState.REVOKED,
    "refuse": RightState.REFUSED,
}
_BY_ROLE = {word: role for role, word in ROLES.items()}
_BY_STATE = {folded(word): state for state, word in STATES.items()} | _OLDER
_BY_PROOF = {folded(word): proof for proof, word in PROOFS.items()}
_BY_SOURCE = {word: source for source, word in SOURCES.items()}


def role_of(word: str) -> RightRole | None:
    return _BY_ROLE.get(word.strip().upper())


def flag_of(word: str) -> bool | None:
    """Read a flag in any case, in French or as JSON spells it; None for any other word."""
    return _FLAG_WORDS.get(word.casefold())


def state_of(word: str) -> RightState | None:
    """Return the state of a word, ignoring accents, case and gender."""
    return _BY_STATE.get(folded(word.strip()))


def proof_of(word: str) -> ProofState | None:
    """Return the proof state of a word, ignoring accents and case."""
    return _BY_PROOF.get(folded(word.strip()))


def source_of(word: str) -> EndSource | None:
    return _BY_SOURCE.get(word.strip().upper())


def ends_told(right: RightRow | RightTerms) -> dict[str, str | None]:
    """Return the ADICT fields of the end of a closed right."""
    values: dict[str, str | None] = {}
    for state, name in CLOSED.items():
        over = right.state is state
        values[f"date_{name}"] = stamp_told(right.closed_at) if over and right.closed_at else None
        values[f"source_{name}"] = SOURCES[right.source] if over and right.source else None
    return values


def perimeters_told(right: RightRow | RightTerms) -> dict[str, str | None]:
    """Return the ADICT fields of the readable data and days."""
    return {
        "perim_donnees_conso_debut": day_told(right.supply_first),
        "perim_donnees_conso_fin": day_told(right.supply_last),
        "perim_donnees_inj_debut": day_told(right.injection_first),
        "perim_donnees_inj_fin": day_told(right.injection_last),
        **{name: TRUE if kind in right.kinds else FALSE for kind, name in FLAGS.items()},
    }


def proof_told(right: RightRow | RightTerms) -> dict[str, str | None]:
    return {
        "statut_controle_preuve": PROOFS[right.proof_state] if right.proof_state else None,
        "date_limite_transmission_preuve": day_told(right.proof_due),
    }


def day_told(day: date | None) -> str | None:
    return day.isoformat() if day else None


def stamp_told(at: datetime) -> str:
    """Format an instant in Paris time."""
    return at.astimezone(PARIS).replace(tzinfo=None).isoformat(" ", "seconds")
