"""Serialize a right for ADICT (domain.md §2.3, §4.3)."""

from datetime import time

from api.adict.literals import ORIGINS
from data.rights.rules.adict import (
    ROLES,
    STATES,
    day_told,
    ends_told,
    perimeters_told,
    proof_told,
    stamp_told,
)
from data.rights.types import RightRow

Json = dict[str, object]


def right_told(row: RightRow) -> Json:
    """Return a right as a line of the list."""
    return {
        "id_droit_acces": row.uid,
        "id_pce": row.number,
        "role_tiers": ROLES[row.role],
        "raison_sociale_du_tiers": row.third_party,
        **_holder(row),
        **perimeters_told(row),
        "date_creation": stamp_told(row.created_at),
        "date_debut_droit_acces": day_told(row.starts_on),
        "date_fin_droit_acces": day_told(row.ends_on),
        "etat_droit_acces": STATES[row.state],
        **ends_told(row),
        "date_fin_autorisation": f"{row.ends_on} {time()}" if row.ends_on else None,
        "parcours": ORIGINS[row.origin],
        **proof_told(row),
    }


def declared_told(row: RightRow) -> Json:
    """Return the answer to a declaration."""
    return {
        "id_droit_acces": row.uid,
        "id_pce": row.number,
        "role_tiers": ROLES[row.role],
        "etat_droit_acces": STATES[row.state],
        "date_creation_droit_acces": stamp_told(row.created_at),
        "date_debut_droit_acces": day_told(row.starts_on),
        "date_fin_droit_acces": day_told(row.ends_on),
        **_holder(row),
        **perimeters_told(row),
        "parcours": ORIGINS[row.origin],
    }


def _holder(row: RightRow) -> Json:
    return {
        "nom_titulaire": row.person or None,
        "raison_sociale_du_titulaire": row.company or None,
        "courriel_titulaire": row.email,
        "code_postal": row.postal_code,
        "numero_telephone_mobile_titulaire": row.phone or None,
    }
