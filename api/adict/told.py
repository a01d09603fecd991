"""A right as ADICT tells it (domain.md §2.3, §4.3)."""

from datetime import date, datetime, time

from api.adict.words import ORIGINS
from data.rights.rules.adict import FALSE, FLAGS, PROOFS, ROLES, SOURCES, STATES, TRUE
from data.rights.types import RightRow, RightState
from i18n import PARIS

Json = dict[str, object]
_CLOSED = {
    "revocation": RightState.REVOKED,
    "passage_a_obsolete": RightState.OBSOLETE,
    "passage_a_refuse": RightState.REFUSED,
}


def right_told(row: RightRow) -> Json:
    """A line of the list."""
    return {
        "id_droit_acces": row.uid,
        "id_pce": row.number,
        "role_tiers": ROLES[row.role],
        "raison_sociale_du_tiers": row.third_party,
        **_holder(row),
        **_perimeters(row),
        "date_creation": _stamp(row.created_at),
        "date_debut_droit_acces": _day(row.starts_on),
        "date_fin_droit_acces": _day(row.ends_on),
        "etat_droit_acces": STATES[row.state],
        **_ends(row),
        "date_fin_autorisation": f"{row.ends_on} {time()}" if row.ends_on else None,
        "parcours": ORIGINS[row.origin],
        "statut_controle_preuve": PROOFS[row.proof_state] if row.proof_state else None,
        "date_limite_transmission_preuve": _day(row.proof_due),
    }


def declared_told(row: RightRow) -> Json:
    """What a declaration is answered."""
    return {
        "id_droit_acces": row.uid,
        "id_pce": row.number,
        "role_tiers": ROLES[row.role],
        "etat_droit_acces": STATES[row.state],
        "date_creation_droit_acces": _stamp(row.created_at, "T"),
        "date_debut_droit_acces": _day(row.starts_on),
        "date_fin_droit_acces": _day(row.ends_on),
        **_holder(row),
        **_perimeters(row),
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


def _perimeters(row: RightRow) -> Json:
    flags = {name: TRUE if kind in row.kinds else FALSE for kind, name in FLAGS.items()}
    return {
        **flags,
        "perim_donnees_conso_debut": _day(row.supply_first),
        "perim_donnees_conso_fin": _day(row.supply_last),
        "perim_donnees_inj_debut": _day(row.injection_first),
        "perim_donnees_inj_fin": _day(row.injection_last),
    }


def _ends(row: RightRow) -> Json:
    """When a right that is over ended, and to what that is put down."""
    told: Json = {}
    for name, state in _CLOSED.items():
        over = row.state is state
        told[f"date_{name}"] = _stamp(row.closed_at) if over and row.closed_at else None
        told[f"source_{name}"] = SOURCES[row.source] if over and row.source else None
    return told


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _stamp(at: datetime, between: str = " ") -> str:
    """The instant as a clock of Paris shows it."""
    return at.astimezone(PARIS).replace(tzinfo=None).isoformat(between, "seconds")
