"""The floor of `bench.adict`: a Flask view that runs one SELECT and streams ADICT's lines.

No token, no right, no count, nothing logged; a connection kept open, and a dictionary a line.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any

import orjson
from flask import Flask, Response, request

from core.database import Database
from core.i18n import PARIS

_SQL = (
    "SELECT gas_day, index_start_dm3, index_end_dm3, volume_dm3, energy_wh, coefficient_e4,"
    " temperature_c100, quality, status, flags FROM readings"
    " WHERE pce_id = {0} AND gas_day BETWEEN {0} AND {0} ORDER BY gas_day"
)
_QUALITY = {4: "Mesuré"}  # the days of the bench are all measured and definitive
_STATUS = {2: "Définitive"}


def bare_view(database: Database, pce_id: int, number: str) -> Flask:
    """`/year?first=…&last=…`, and nothing else."""
    server = Flask(__name__)
    driver: Any = database.engine.raw_connection()
    sql = _SQL.format("?" if database.sqlite else "%s")

    @server.get("/year")
    def year() -> Response:
        first, last = request.args["first"], request.args["last"]
        cursor = driver.cursor()
        cursor.execute(sql, (pce_id, first, last))
        period = {"valeur": first[:4], "date_debut": first, "date_fin": last}
        lines = _lines(cursor.fetchall(), number, period)
        return Response(lines, mimetype="application/x-ndjson")

    return server


def _lines(rows: Sequence[Any], number: str, period: dict[str, Any]) -> Iterator[bytes]:
    kept = []
    for row in rows:
        line = _line(row, number, period)
        kept.append(orjson.dumps(line, option=orjson.OPT_APPEND_NEWLINE))
        if len(kept) == 100:
            yield b"".join(kept)
            kept.clear()
    yield b"".join(kept)


def _line(row: Sequence[Any], number: str, period: dict[str, Any]) -> dict[str, Any]:
    day, start, end, volume, energy, coefficient, _temperature, quality, status, _flags = row
    day = date.fromisoformat(day) if isinstance(day, str) else day
    opens = datetime.combine(day, time(6), PARIS).isoformat()
    closes = datetime.combine(day + timedelta(days=1), time(6), PARIS).isoformat()
    return {
        "pce": {"id_pce": number},
        "periode": period,
        "releve_debut": {
            "date_releve": opens,
            "index_brut_debut": {"valeur_index": _number(start, 1000), "horodate_Index": opens},
            "index_converti_debut": {"valeur_index": None, "horodate_Index": None},
        },
        "releve_fin": {
            "date_releve": closes,
            "index_brut_fin": {"valeur_index": _number(end, 1000), "horodate_Index": closes},
            "index_converti_fin": {"valeur_index": None, "horodate_Index": None},
        },
        "consommation": {
            "date_debut_consommation": opens,
            "date_fin_consommation": closes,
            "flag_retour_zero": None,
            "volume_brut": _number(volume, 1000),
            "coeff_calcul": {
                "coeff_pta": None,
                "valeur_pcs": None,
                "coeff_conversion": _number(coefficient, 10_000),
            },
            "volume_converti": None,
            "energie": _number(energy, 1000),
            "type_qualif_conso": _QUALITY[quality],
            "sens_flux_gaz": "Consommation",
            "statut_conso": _STATUS[status],
            "journee_gaziere": day.isoformat(),
            "type_conso": "Informative Journalier",
        },
        "statut_restitution": None,
    }


def _number(value: int, factor: int) -> float:
    return value / factor if value % factor else value // factor
