"""Describe the expected value of a cell, and group lines refused for the same reason."""

from collections.abc import Mapping
from datetime import date
from zlib import crc32

from core.i18n import N_, _, numeric_day
from data.rights.rules.adict import FLAGS
from data.rights.rules.columns import LABELS
from data.rights.rules.fields import day_of
from data.rights.types import LineProblem, RightDataKind

TWICE, WIDE, FORMULA, BOTH_WAYS = "9000000021", "9000000022", "9000000023", "9000000028"
UNKNOWN = "1000000006"
DATES = (
    *("date_debut_droit_acces", "date_fin_droit_acces", "date_consentement"),
    *("perim_donnees_conso_debut", "perim_donnees_conso_fin"),
    *("perim_donnees_inj_debut", "perim_donnees_inj_fin"),
)
_BEFORE, _AFTER = N_("aujourd’hui ou avant"), N_("aujourd’hui ou après")
_BY_FIELD: Mapping[str, str] = {
    "id_pce": N_("14 chiffres, ou GI et 6 chiffres"),
    "code_postal": N_("5 chiffres"),
    "courriel_titulaire": N_("une adresse comme nom@site.fr"),
    "numero_telephone_mobile_titulaire": N_("06 ou 07, et 8 chiffres"),
    "role_tiers": N_("un des quatre rôles du modèle"),
    "raison_sociale": N_("une raison sociale, ou un nom"),
    **dict.fromkeys(FLAGS.values(), N_("OUI ou NON")),
    **dict.fromkeys(DATES, N_("JJ/MM/AAAA")),
}
_BY_CODE: Mapping[str, str] = {
    UNKNOWN: N_("un PCE connu, à son code postal"),
    "1000000003": N_("aucun droit actif sur ce PCE"),
    "1000000004": N_("un contrat de fourniture en cours"),
    "1000000039": N_("l’un des deux seulement"),
    "9000000007": N_("l’adresse du titulaire, non la vôtre"),
    "9000000010": N_("OUI à une sorte au moins"),
    "9000000016": N_("{years} ans au plus après le début"),
    "9000000019": N_("aucune demande en attente sur ce PCE"),
    "1000000013": N_("un PCE que son titulaire n’a pas fermé"),
    "9000000025": N_("une adresse moins sollicitée, ou demain"),
    TWICE: N_("une seule ligne par PCE"),
    WIDE: N_("{expected} cellules"),
    FORMULA: N_("la valeur elle-même"),
    BOTH_WAYS: N_("AAAA-MM-JJ"),
}
# By code and field, for valid cells that contradict another cell or today.
_BY_PLACE: Mapping[tuple[str, str], str] = {
    ("9000000014", "date_debut_droit_acces"): _BEFORE,
    ("9000000014", "date_fin_droit_acces"): _AFTER,
    ("1000000022", "perim_donnees_conso_debut"): _BEFORE,
    ("1000000022", "perim_donnees_inj_debut"): _BEFORE,
    ("1000000022", "perim_donnees_conso_fin"): N_("après le début, dans les dates du droit"),
    ("1000000022", "perim_donnees_inj_fin"): N_("après le début, dans les dates du droit"),
    ("9000000009", FLAGS[RightDataKind.INFORMATIVE]): N_("NON"),
    **{("9000000012", name): N_("une cellule vide") for name in DATES},
    ("9000000000", "date_consentement"): _BEFORE,
}
_TITLES: Mapping[str, str] = {
    UNKNOWN: N_("PCE inconnu, ou pas à ce code postal"),
    TWICE: N_("PCE en double dans le fichier"),
    WIDE: N_("Plus de cellules que l’en-tête"),
    FORMULA: N_("Formule au lieu d’une valeur"),
    BOTH_WAYS: N_("Date ambiguë"),
}
_SPOILT: Mapping[str, str] = {
    "id_pce": N_("PCE mal écrit"),
    "code_postal": N_("Code postal mal écrit"),
    "courriel_titulaire": N_("Adresse électronique mal écrite"),
    "numero_telephone_mobile_titulaire": N_("Mobile mal écrit"),
    "role_tiers": N_("Rôle inconnu"),
    **dict.fromkeys(FLAGS.values(), N_("Oui ou non mal écrit")),
    **dict.fromkeys(DATES, N_("Date mal écrite")),
}


def expected_of(problem: LineProblem) -> str:
    """Return what to write instead: a French sentence filled by the params of the problem."""
    if "most" in problem.params:
        return N_("{most} caractères au plus")
    ill_written = "found" in problem.params or not problem.cell_text
    here = "" if ill_written else _BY_PLACE.get((problem.code, problem.field), "")
    return here or _BY_CODE.get(problem.code) or _BY_FIELD.get(problem.field, "")


def title_of(problem: LineProblem) -> str:
    """Return the common title of lines refused for the same reason."""
    if "most" in problem.params:
        return N_("Texte trop long")
    common = _TITLES.get(problem.code) or _SPOILT.get(problem.field)
    return common or N_("Valeur à corriger")


def reason_of(problem: LineProblem) -> str:
    """Return a short id of the reason: the code, and which of its sentences."""
    return f"{problem.code}-{crc32(problem.sentence.encode()):08x}"


def column_words(problem: LineProblem) -> str:
    """Return `E, Mail` as the file names the column, else with our own label."""
    label = _(LABELS[problem.field]) if problem.field in LABELS else ""
    if ", " in problem.column:
        return problem.column
    return ", ".join(filter(None, (problem.column, label)))


def expected_words(problem: LineProblem) -> str:
    """Return the proposed value, dates as in a sheet; else what to write, in words."""
    if problem.expected and problem.field in DATES and day_of(problem.expected):
        return numeric_day(date.fromisoformat(problem.expected))
    sentence = "" if problem.expected or not problem.code else expected_of(problem)
    return _(sentence, **problem.params) if sentence else problem.expected
