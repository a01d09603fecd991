"""Detect columns without a header, by their contents, then by the template's order."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence

from data.metering.pces.rules import is_number, normalised
from data.rights.rules.addresses import email_of
from data.rights.rules.adict import FALSE, FLAGS, TRUE, role_of
from data.rights.rules.columns import LABELS
from data.rights.rules.fields import day_of
from data.rights.rules.repairs import READERS, repair_value

_POSTAL = re.compile(r"\d{5}", re.ASCII)
# a PCE as spreadsheets write it
_POWER = re.compile(r"\d(?:[.,]\d+)?E\+?1[23]", re.ASCII | re.IGNORECASE)
_PHONE = re.compile(r"0[67]\d{8}", re.ASCII)
_SERIAL = 5  # digits: a date serial number looks like a postal code
_TEXT, _EMPTY = "libelle_site", ""
_NAMES = 2  # a site and a holder
_RIGHT = ("date_debut_droit_acces", "date_fin_droit_acces")
_SUPPLY = ("perim_donnees_conso_debut", "perim_donnees_conso_fin")
_INJECTION = ("perim_donnees_inj_debut", "perim_donnees_inj_fin")
_CONSENT = ("date_consentement",)
_DAYS, _FLAG = _RIGHT[0], next(iter(FLAGS.values()))
_TOLD = ("id_pce", "courriel_titulaire", "numero_telephone_mobile_titulaire", _DAYS)


def is_value(text: str) -> bool:
    """Return whether a cell is a value rather than a column name."""
    return "@" in text or text.isdigit() or _is_flag(text) or _is_told(text)


def reads_as_data(cells: Iterable[str], labels: int) -> bool:
    """Return whether a line is data, although `labels` of its cells are known column names.

    It must hold a PCE (possibly without leading zero) or two other values; titles often hold a
    date.
    """
    texts = [cell for cell in cells if cell]
    values = sum(map(_is_told, texts))
    sure = any(map(_HOLDS["id_pce"], texts)) or (values > 1 and not labels)
    return sure and values > labels


def guess_columns(rows: Sequence[Sequence[str]], width: int) -> dict[str, int]:
    """Guess the column of each field of DeclarationForm from the first `rows`, for confirmation.

    Ambiguous columns are left out, unless they are in the template's place.
    """
    places = range(width)
    sorts = [_sort([row[place] for row in rows if place < len(row)]) for place in places]
    if _as_template(sorts):
        return dict(zip(LABELS, places, strict=False))
    columns: dict[str, int] = {}
    for sort in _HOLDS.keys() | {_TEXT}:
        same_sort = [place for place in places if sorts[place] == sort]
        if sort == _TEXT and len(same_sort) > _NAMES and same_sort[-1] == width - 1:
            same_sort.pop()  # the last text of a line is a remark
        fields = _SEVERAL[sort].get(len(same_sort), ()) if sort in _SEVERAL else (sort,)
        columns |= zip(fields, same_sort, strict=False)
    return columns


def _sort(cells: Sequence[str]) -> str:
    """Return the first field that most of the cells match, "" without cells."""
    texts = [cell for cell in cells if cell]
    if not texts:
        return _EMPTY
    sorts = (name for name, holds in _HOLDS.items() if 2 * sum(map(holds, texts)) > len(texts))
    return next(sorts, _TEXT)


def _as_template(sorts: Sequence[str]) -> bool:
    """Return whether every column matches the template's at its place, the last two optional."""
    if not len(LABELS) - 2 <= len(sorts) <= len(LABELS):
        return False
    pairs = zip(LABELS, sorts, strict=False)
    return all(sort == _EMPTY or READERS.get(name) is READERS.get(sort) for name, sort in pairs)


def _column_matches(name: str, text: str) -> str:
    value, repair, proposed = repair_value(name, text)
    return proposed if repair else value


def _is_told(text: str) -> bool:
    """Return whether `text` is of a kind that no word is."""
    return bool(_POSTAL.fullmatch(text)) or any(_HOLDS[name](text) for name in _TOLD)


def _is_flag(text: str) -> bool:
    value, repair, _ = repair_value(_FLAG, text)
    return repair is None and value in {TRUE, FALSE}


_HOLDS: Mapping[str, Callable[[str], bool]] = {
    "id_pce": lambda text: (
        is_number(normalised(_column_matches("id_pce", text))) or bool(_POWER.fullmatch(text))
    ),
    "code_postal": lambda text: bool(_POSTAL.fullmatch(_column_matches("code_postal", text))),
    "courriel_titulaire": lambda text: bool(email_of(_column_matches("courriel_titulaire", text))),
    "numero_telephone_mobile_titulaire": lambda text: bool(
        _PHONE.fullmatch(
            re.sub(r"[\s.]", "", _column_matches("numero_telephone_mobile_titulaire", text))
        )
    ),
    "role_tiers": lambda text: role_of(_column_matches("role_tiers", text)) is not None,
    _DAYS: lambda text: len(text) > _SERIAL and day_of(_column_matches(_DAYS, text)) is not None,
    _FLAG: _is_flag,
}
# Fields, in the template's order, of a given number of columns of one kind.
_SEVERAL: Mapping[str, Mapping[int, Sequence[str]]] = {
    _TEXT: {
        1: ("raison_sociale",),
        2: ("libelle_site", "raison_sociale"),
        3: ("libelle_site", "raison_sociale", "nom_titulaire"),
        4: ("libelle_site", "raison_sociale", "nom_titulaire", "finalite"),
    },
    _DAYS: {
        2: _RIGHT,
        3: _RIGHT + _CONSENT,
        4: _RIGHT + _SUPPLY,
        5: _RIGHT + _SUPPLY + _CONSENT,
        6: _RIGHT + _SUPPLY + _INJECTION,
        7: _RIGHT + _SUPPLY + _INJECTION + _CONSENT,
    },
    _FLAG: {4: tuple(FLAGS.values())},
}
