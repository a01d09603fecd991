"""Informative nd-json as ADICT gives it, one line a gas day (domain.md §4.6)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from data.consumption.files.cells import QUALITY_WORDS, STATUS_WORDS
from data.consumption.files.days import GAS_HOUR
from data.consumption.types import DayStatement
from i18n import PARIS

Json = dict[str, object]
_BATCH = 200


def write_adict(
    pce: str, days: Iterable[DayStatement], *, first: date, last: date
) -> Iterator[bytes]:
    """The lines of *days*; *first* and *last* are the period that was asked for."""
    period: Json = {
        "valeur": None,
        "date_debut": first.isoformat(),
        "date_fin": last.isoformat(),
    }
    lines: list[str] = []
    for day in days:
        line = {"pce": {"id_pce": pce}, "periode": period, **_line(day)}
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        if len(lines) == _BATCH:
            yield "".join(lines).encode()
            lines.clear()
    if lines:
        yield "".join(lines).encode()


def _line(day: DayStatement) -> Json:
    opens, closes = _opening(day.gas_day), _opening(day.gas_day + timedelta(days=1))
    return {
        "releve_debut": _reading("debut", opens, day.index_start_dm3),
        "releve_fin": _reading("fin", closes, day.index_end_dm3),
        "consommation": {
            "date_debut_consommation": opens,
            "date_fin_consommation": closes,
            "flag_retour_zero": day.rollover or None,
            "volume_brut": _number(day.volume_dm3, 1000),
            "coeff_calcul": {
                "coeff_pta": None,
                "valeur_pcs": None,
                "coeff_conversion": _number(day.coefficient_e4, 10_000),
            },
            "volume_converti": None,
            "energie": _number(day.energy_wh, 1000),
            "type_qualif_conso": QUALITY_WORDS[day.quality],
            "sens_flux_gaz": "Consommation",
            "statut_conso": STATUS_WORDS[day.status] or None,
            "journee_gaziere": day.gas_day.isoformat(),
            "type_conso": "Informative Journalier",
        },
        "statut_restitution": None,
    }


def _opening(day: date) -> str:
    """The instant a gas day starts, with its true offset."""
    return datetime.combine(day, time(GAS_HOUR), PARIS).isoformat()


def _reading(side: str, stamp: str, index_dm3: int | None) -> Json:
    at = None if index_dm3 is None else stamp
    return {
        "date_releve": at,
        f"index_brut_{side}": {"valeur_index": _number(index_dm3, 1000), "horodate_Index": at},
        f"index_converti_{side}": {"valeur_index": None, "horodate_Index": None},
    }


def _number(value: int | None, factor: int) -> float | None:
    if value is None:
        return None
    whole, rest = divmod(value, factor)
    return value / factor if rest else whole
