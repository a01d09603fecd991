"""Match headers by their text, whatever their order, accents, case or superscripts."""

import re
from collections.abc import Mapping, Sequence

from core.i18n import N_
from data.consumption.files.cell_parser import fold
from data.runs.files.refusals import RefusedCell, quoted_value

_UNIT = re.compile(r"\(([^)]*)\)")
FIELDS: Mapping[str, str] = {
    "pce": "pce",
    "n° pce": "pce",
    "no pce": "pce",
    "numero pce": "pce",
    "numero de pce": "pce",
    "alias": "alias",
    "libelle": "alias",
    "libelle du logement": "alias",
    "journee gaziere": "day",
    "date de releve": "day",
    "index debut": "start",
    "index de debut": "start",
    "index de debut de periode": "start",
    "index fin": "end",
    "index de fin": "end",
    "index de fin de periode": "end",
    "volume": "volume",
    "volume consomme": "volume",
    "energie": "energy",
    "energie consommee": "energy",
    "coefficient": "coefficient",
    "coefficient de conversion": "coefficient",
    "temperature": "temperature",
    "temperature locale": "temperature",
    "qualification": "quality",
    "qualification du releve": "quality",
    "statut": "status",
    "source": "source",
    "gas_day": "day",  # names in the international CSV
    "index_start_m3": "start",
    "index_end_m3": "end",
    "volume_m3": "volume",
    "energy_kwh": "energy",
    "coefficient_kwh_m3": "coefficient",
    "temperature_c": "temperature",
    "quality": "quality",
    "status": "status",
}
_UNITS: Mapping[str, frozenset[str]] = {
    "start": frozenset({"m3"}),
    "end": frozenset({"m3"}),
    "volume": frozenset({"m3"}),
    "energy": frozenset({"kwh", "kwh pcs"}),
    "coefficient": frozenset({"kwh/m3"}),
    "temperature": frozenset({"°c", "c"}),
}


def bare(cell: object) -> str:
    """Return a header's folded text without unit and colon."""
    return _UNIT.sub("", fold(cell)).strip(" :*") if isinstance(cell, str) else ""


def columns_of(row: Sequence[object]) -> dict[str, int]:
    """Return the position of each known column.

    Raise RefusedCell for a duplicate or another unit.
    """
    places: dict[str, int] = {}
    for position, cell in enumerate(row):
        field = FIELDS.get(bare(cell))
        if field is None:
            continue
        if field in places:
            raise RefusedCell(
                N_("Ligne {line} : la colonne « {column} » y est deux fois. Gardez-en une seule."),
                column=quoted_value(cell),
            )
        check_unit(field, str(cell))
        places[field] = position
    return places


def check_unit(field: str, header: str) -> None:
    unit = _UNIT.search(fold(header))
    if unit and field in _UNITS and unit[1].strip() not in _UNITS[field]:
        raise RefusedCell(
            N_(
                "Ligne {line}, colonne « {column} » : l’unité « {found} » n’est pas celle attendue"
                " (kWh pour l’énergie, m3 pour les volumes et les index)."
            ),
            column=quoted_value(header),
            found=quoted_value(unit[1]),
        )


def require(places: Mapping[str, int], headers_by_field: Mapping[str, str]) -> None:
    """Raise RefusedCell naming the first column of `headers_by_field` that is missing."""
    for field, header in headers_by_field.items():
        if field not in places:
            raise RefusedCell(
                N_(
                    "Ligne {line} : il manque la colonne « {column} ». Reprenez le fichier tel que"
                    " le portail ou l’Espace Client le donne."
                ),
                column=header,
            )
