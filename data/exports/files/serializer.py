"""Serialize parts as lines of CSV, or as ADICT's nd-json (domain.md §4.5 to §4.8)."""

import csv
import json
from collections.abc import Iterator, Mapping
from datetime import date
from io import StringIO
from typing import Any

from data.exports.files.columns import COLUMNS, cells_of, csv_cell
from data.exports.types import Content, ExportSpec, PceExtract
from data.metering.consumption.files.adict_writer import figures_line, period_line
from data.metering.consumption.types import Flag, PeriodKind, PeriodStatement, Quality, Status
from data.metering.pces.types import Frequency

BOM = "\ufeff"
END = "\r\n"
Json = dict[str, Any]
_QUALITIES = {int(quality): quality for quality in Quality}
_STATUSES = {int(status): status for status in Status}


def csv_head(content: Content) -> bytes:
    return (BOM + ";".join(column.title for column in COLUMNS[content]) + END).encode()


def csv_part(content: Content, part: PceExtract) -> bytes:
    """Return the lines of one PCE; lines formatted by the database are used as they are."""
    if not part.count:
        return b""
    if part.text:
        return (part.text + END).encode("utf-8", "replace")
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator=END)
    sorts = [column.sort for column in COLUMNS[content]]
    for row in part.rows:
        cells = cells_of(content, part, row)
        writer.writerow([csv_cell(cell, sort) for cell, sort in zip(cells, sorts, strict=False)])
    return buffer.getvalue().encode("utf-8", "replace")


def ndjson_part(spec: ExportSpec, part: PceExtract) -> bytes:
    """Return a line for each day, period or PCE, in the format of the distributor's API."""
    return "".join(
        json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n"
        for line in lines_of(spec, part)
    ).encode("utf-8", "replace")


def lines_of(spec: ExportSpec, part: PceExtract) -> Iterator[Json]:
    """Yield the same as objects, for `api/adict`."""
    lines: Iterator[Json] = _LINES[spec.content](spec, part)
    return lines


def _headed(spec: ExportSpec, part: PceExtract) -> Json:
    period = {
        "valeur": None,
        "date_debut": _iso(spec.first),
        "date_fin": _iso(spec.last),
    }
    return {"pce": {"id_pce": part.scope.number}, "periode": period}


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _days(spec: ExportSpec, part: PceExtract) -> Iterator[Json]:
    head, published = _headed(spec, part), part.scope.frequency is Frequency.DAILY
    rollover = int(Flag.ROLLOVER)  # an integer is faster than a flag of the class
    for day, start, end, volume, energy, factor, _temperature, *codes in part.rows:
        quality, status, flags = _QUALITIES[codes[0]], _STATUSES[codes[1]], codes[3]
        day_values = start, end, volume, energy, factor, quality, status, bool(flags & rollover)
        yield figures_line(head, day, day_values, published=published)


def _periods(spec: ExportSpec, part: PceExtract) -> Iterator[Json]:
    head, daily = _headed(spec, part), part.scope.frequency is Frequency.DAILY
    for first, last, start, end, volume, energy, coefficient, quality, status, _source in part.rows:
        statement = PeriodStatement(
            PeriodKind.PUBLISHED, first, last, energy, volume, start, end, coefficient,
            _QUALITIES[quality], _STATUSES[status],
        )  # fmt: skip
        yield head | period_line(statement, daily=daily)


def _contract(_spec: ExportSpec, part: PceExtract) -> Iterator[Json]:
    for tariff, _supplier, profile, car, future, cja, commissioned, _ended in part.rows:
        yield {
            "pce": {"id_pce": part.scope.number},
            "donnees_contractuelles": {
                "date_mes": _iso(commissioned),
                "tarif_acheminement": tariff or None,
                "date_publication": None,
                "consommation_journaliere_plafond": None,
                "car": {"car_actuelle": car, "car_future": future},
                "cja": {"cja": cja, "cja_journaliere": None, "cja_mensuelle": None},
                "profil": {
                    "profil_type_actuel": profile or None,
                    "date_debut_profil_type_actuel": None,
                    "date_fin_profil_type_actuel": None,
                    "profil_type_futur": None,
                },
                "modulation": dict.fromkeys(
                    ("modulation_n_1", "modulation_n_2", "modulation_n_3", "assiette")
                ),
            },
            "statut_restitution": None,
        }


def _meter(_spec: ExportSpec, part: PceExtract) -> Iterator[Json]:
    for street, postal_code, city, frequency, serial, _digits, *technical_cells in part.rows:
        calibre, flow, pressure, pitd, pitd_name, mission = (
            word or None for word in technical_cells
        )
        number, road = _street(street)
        yield {
            "pce": {"id_pce": part.scope.number},
            "donnees_techniques": {
                "situation_compteur": {
                    "numero_rue": number,
                    "nom_rue": road,
                    "complement_adresse": None,
                    "code_postal": postal_code or None,
                    "commune": city or None,
                },
                "caracteristiques_compteur": {
                    "frequence": frequency,
                    "client_sensible_mig": mission,
                    "code_calibre": calibre,
                    "code_debit": flow,
                    "code_debit_normalise": None,
                    "pression_livraison": pressure.replace(",", ".") if pressure else None,
                    "matricule_compteur": serial or None,
                },
                "pitd": {"identifiant_pitd": pitd, "libelle_pitd": pitd_name},
                "regime_propriete": dict.fromkeys(
                    f"regime_propriete_{what}"
                    for what in ("compteur", "convertisseur", "poste", "enregistreur")
                ),
            },
            "statut_restitution": None,
        }


def _street(street: str) -> tuple[str | None, str | None]:
    """Return number and name of a street, when the address starts with a number."""
    number, _space, road = street.partition(" ")
    return (number, road or None) if number[:1].isdigit() else (None, street or None)


_LINES: Mapping[Content, Any] = {
    Content.DAILY: _days,
    Content.PUBLISHED: _periods,
    Content.CONTRACTUAL: _contract,
    Content.TECHNICAL: _meter,
}
