"""Columns of a file of declarations (domain.md §7), and the headers they accept."""

import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from functools import cache

from core.i18n import N_
from data.metering.pces.rules import folded
from data.rights.types import DeclarationForm, Purpose

LABELS: Mapping[str, str] = {
    "id_pce": N_("PCE"),
    "libelle_site": N_("Libellé du site"),
    "role_tiers": N_("Rôle du tiers"),
    "raison_sociale": N_("Raison sociale du titulaire"),
    "nom_titulaire": N_("Nom du titulaire"),
    "code_postal": N_("Code postal"),
    "courriel_titulaire": N_("Courriel du titulaire"),
    "numero_telephone_mobile_titulaire": N_("Téléphone mobile"),
    "date_debut_droit_acces": N_("Début du droit d’accès"),
    "date_fin_droit_acces": N_("Fin du droit d’accès"),
    "perim_donnees_conso_debut": N_("Début des données de consommation"),
    "perim_donnees_conso_fin": N_("Fin des données de consommation"),
    "perim_donnees_inj_debut": N_("Début des données d’injection"),
    "perim_donnees_inj_fin": N_("Fin des données d’injection"),
    "perim_donnees_contractuelles": N_("Données contractuelles"),
    "perim_donnees_techniques": N_("Données techniques"),
    "perim_donnees_informatives": N_("Données informatives"),
    "perim_donnees_publiees": N_("Données publiées"),
    "date_consentement": N_("Date du consentement"),
    "finalite": N_("Finalité"),
}
REASON = "Motif"  # in our own files of rejected lines: ignored
_OTHERS: Mapping[str, tuple[str, ...]] = {
    "id_pce": ("numero de pce", "n° pce", "numero pce", "point de comptage", "id pce"),
    "libelle_site": ("site", "nom du site", "libelle", "alias"),
    "role_tiers": ("role", "role du tiers", "type de droit"),
    "raison_sociale": ("raison sociale", "titulaire", "societe", "denomination du client"),
    "nom_titulaire": ("nom", "nom titulaire", "nom du client"),
    "code_postal": ("cp", "code postal du site", "code postal du pce"),
    "courriel_titulaire": ("email", "e-mail", "mail", "courriel", "adresse electronique"),
    "numero_telephone_mobile_titulaire": (
        "telephone",
        "mobile",
        "portable",
        "tel",
        "numero telephone titulaire",
    ),
    "date_debut_droit_acces": (
        "debut du droit",
        "date de debut d'acces",
        "debut d'acces",
        "date debut droit",
        "debut droit d'acces",
    ),
    "date_fin_droit_acces": (
        "fin du droit",
        "date de fin d'acces",
        "fin d'acces",
        "date fin droit",
        "fin droit d'acces",
    ),
    "perim_donnees_conso_debut": ("debut donnees conso", "debut conso", "debut des donnees"),
    "perim_donnees_conso_fin": ("fin donnees conso", "fin conso", "fin des donnees"),
    "perim_donnees_inj_debut": ("debut donnees injection", "debut injection"),
    "perim_donnees_inj_fin": ("fin donnees injection", "fin injection"),
    "perim_donnees_contractuelles": ("contractuelles", "contrat"),
    "perim_donnees_techniques": ("techniques", "technique"),
    "perim_donnees_informatives": ("informatives", "journalieres"),
    "perim_donnees_publiees": ("publiees", "facturees"),
    "date_consentement": ("consentement", "date de consentement", "date du consentement"),
    "finalite": ("finalites", "usage", "pour quoi faire", "but"),
}
# Words without meaning for a column, and synonyms.
_EMPTY = frozenset({"de", "d", "du", "des", "l", "le", "la", "les", "en", "a", "date", "jour"})
_SAME: Mapping[str, str] = {
    **dict.fromkeys(("mail", "email", "mel", "electronique"), "courriel"),
    **dict.fromkeys(("tel", "telephone", "portable", "gsm"), "mobile"),
    **dict.fromkeys(("cp", "postale", "postaux"), "postal"),
    **dict.fromkeys(("client", "abonne", "titulaires"), "titulaire"),
    **dict.fromkeys(("conso", "consos", "consommations"), "consommation"),
    **dict.fromkeys(("injections", "inj"), "injection"),
    **dict.fromkeys(("droits",), "droit"),
    **dict.fromkeys(("donnee", "perim", "perimetre"), "donnees"),
}
_IMPLIED = ("acces", "droit"), ("adresse", "courriel"), ("code", "postal"), ("numero", "mobile")
_EXAMPLE = re.compile(r"exemple\s*:\s*(?:\d{14}|GI\d{6})", re.IGNORECASE)
_LIKE = 0.86  # minimum similarity (0 to 1) of a header to a label
_HOLDER = frozenset({"id_pce", "code_postal"})
_AUTHORISED = _HOLDER | {
    "courriel_titulaire",
    "date_debut_droit_acces",
    "date_fin_droit_acces",
}


def fields_named(header: str) -> str:
    """Return the normalised form by which headers are stored and compared."""
    return " ".join(folded(header.replace("’", "'").replace("_", " ").strip(" *:")).split())


_NAMES: Mapping[str, str] = {
    fields_named(word): name
    for name, label in LABELS.items()
    for word in (name, label, *_OTHERS[name])
}


def _core(name: str) -> tuple[str, ...]:
    """Return the significant words of a header, sorted: « Fin droit » equals « Fin du droit »."""
    raw_words = re.findall(r"[a-z0-9°]+", name.replace("e-mail", "email"))
    words = {_SAME.get(word, word) for word in raw_words if word not in _EMPTY}
    words -= {word for word, by in _IMPLIED if by in words}
    return tuple(sorted(words))


@cache
def _cores() -> Mapping[tuple[str, ...], str]:
    """Return the field of each set of words that has only one."""
    fields_by_core: dict[tuple[str, ...], set[str]] = {}
    for name, field in _NAMES.items():
        fields_by_core.setdefault(_core(name), set()).add(field)
    return {
        core: fields.copy().pop() for core, fields in fields_by_core.items() if len(fields) == 1
    }


def _named(name: str) -> str | None:
    """Return the field that a header names, by our words or synonyms."""
    return _NAMES.get(name) or _cores().get(_core(name))


def example(cells: Iterable[str]) -> bool:
    """Return whether a line is an example of the template, to be ignored."""
    return any(_EXAMPLE.fullmatch(cell.strip()) for cell in cells if ":" in cell)


def machine_names(cells: Sequence[str]) -> bool:
    """Return whether a line is the template's second one, with ADICT names."""
    texts = [cell.strip() for cell in cells if cell.strip()]
    return bool(texts) and all(cell in LABELS for cell in texts)


def guess(headers: Sequence[str], known_labels: Mapping[str, str]) -> dict[str, int]:
    """Guess each field's column; `known_labels` is what the organisation assigned before."""
    names = [fields_named(header) for header in headers]
    places: dict[str, int] = {}
    for way in (known_labels.get, _NAMES.get, _named):
        for place, name in enumerate(names):
            field = way(name)
            if field and field in LABELS and place not in places.values():
                places.setdefault(field, place)
    for place, name in enumerate(names):
        near = get_close_matches(name, _NAMES, n=1, cutoff=_LIKE) if len(name) > 3 else []  # noqa: PLR2004
        if near and place not in places.values() and name != fields_named(REASON):
            places.setdefault(_NAMES[near[0]], place)
    return places


def likeness(headers: Sequence[str], known_labels: Mapping[str, str]) -> int:
    """Count the known labels of `headers`: the header is the line with most."""
    names = {fields_named(header) for header in headers if header}
    return sum(bool(name in known_labels or _named(name)) for name in names)


def missing(columns: Mapping[str, int], usual: Mapping[str, str], purpose: Purpose) -> list[str]:
    """Return the required fields without column or default value."""
    required_fields = _HOLDER if purpose is Purpose.HOLDINGS else _AUTHORISED
    given_fields = set(columns) | {name for name, text in usual.items() if text}
    absent = [name for name in LABELS if name in required_fields and name not in given_fields]
    if required_fields is not _HOLDER and not given_fields & {"raison_sociale", "nom_titulaire"}:
        absent.append("raison_sociale")
    return absent


def header_given(header: Sequence[str], columns: Mapping[str, int]) -> tuple[str, ...]:
    """Return the header for returned lines: `header`, or our labels when the file has none."""
    if any(header):
        return tuple(header)
    labels = {place: LABELS[name] for name, place in columns.items()}
    return tuple(labels.get(place, "") for place in range(len(header)))


def letter(place: int) -> str:
    """Return a spreadsheet column name: A, B… AA."""
    name = ""
    number = place + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


FIELDS: tuple[str, ...] = tuple(DeclarationForm.__dataclass_fields__)
