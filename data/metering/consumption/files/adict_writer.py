"""Write ADICT's nd-json: a line a gas day (domain.md §4.6), a line a period (§4.5)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from core.i18n import PARIS
from data.metering.consumption.files.cell_parser import QUALITY_WORDS, STATUS_WORDS
from data.metering.consumption.files.days import GAS_HOUR
from data.metering.consumption.types import (
    DayStatement,
    InjectionStatement,
    PeriodStatement,
    Quality,
    Status,
)

Json = dict[str, object]
Whole = int | None
Figures = tuple[Whole, Whole, Whole, Whole, Whole, Quality, Status, bool]
# indexes before and after (dm³), volume (dm³), energy (Wh), coefficient (1/10,000), origin
_BATCH = 200
_WHY: Json = dict.fromkeys(
    ("raison_releve", "libelle_raison_releve", "qualite_releve", "statut_releve")
)  # unknown facts of a published reading are null
NOUNS = {Quality.MEASURED: "Mesure", Quality.ESTIMATED: "Estime", Quality.CORRECTED: "Corrige"}


def write_adict(
    pce: str, days: Iterable[DayStatement], *, first: date, last: date
) -> Iterator[bytes]:
    """Yield the lines of `days` for the requested period `first`…`last`."""
    period: Json = {
        "valeur": None,
        "date_debut": first.isoformat(),
        "date_fin": last.isoformat(),
    }
    lines: list[str] = []
    for day in days:
        line = {"pce": {"id_pce": pce}, "periode": period, **day_line(day)}
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        if len(lines) == _BATCH:
            yield "".join(lines).encode()
            lines.clear()
    if lines:
        yield "".join(lines).encode()


def day_line(day: DayStatement, *, published: bool = False) -> Json:
    """Return a day's line without its PCE; `published` for a meter read daily (domain.md §1.2)."""
    figures = (
        *(day.index_start_dm3, day.index_end_dm3, day.volume_dm3, day.energy_wh),
        *(day.coefficient_e4, day.quality, day.status, day.rollover),
    )
    return figures_line({}, day.gas_day, figures, published=published)


def figures_line(head: Json, day: date, figures: Figures, *, published: bool) -> Json:
    """Return the line made of `head` and one day's figures; the objects are new at each call.

    Written in one piece for speed: answers hold years of days.
    """
    start, end, volume, energy, coefficient, quality, status, rollover = figures
    opens, closes = _edges(day)
    began, ended = (None if start is None else opens), (None if end is None else closes)
    return {
        **head,
        "releve_debut": {
            "date_releve": began,
            "index_brut_debut": {"valeur_index": _number(start, 1000), "horodate_Index": began},
            "index_converti_debut": {"valeur_index": None, "horodate_Index": None},
        },
        "releve_fin": {
            "date_releve": ended,
            "index_brut_fin": {"valeur_index": _number(end, 1000), "horodate_Index": ended},
            "index_converti_fin": {"valeur_index": None, "horodate_Index": None},
        },
        "consommation": {
            "date_debut_consommation": opens,
            "date_fin_consommation": closes,
            "flag_retour_zero": rollover or None,
            "volume_brut": _number(volume, 1000),
            "coeff_calcul": {
                "coeff_pta": None,
                "valeur_pcs": None,
                "coeff_conversion": _number(coefficient, 10_000),
            },
            "volume_converti": None,
            "energie": _number(energy, 1000),
            "type_qualif_conso": QUALITY_WORDS[quality],
            "sens_flux_gaz": "Consommation",
            "statut_conso": STATUS_WORDS[status] or None,
            "journee_gaziere": day.isoformat(),
            "type_conso": "Publiée" if published else "Informative Journalier",
        },
        "statut_restitution": None,
    }


def period_line(period: PeriodStatement, *, daily: bool = False) -> Json:
    """Return a published line without its PCE; `daily` for one gas day of a meter read daily."""
    after = period.last_day + timedelta(days=1)
    edges = _opening(period.first_day), _opening(after)
    consumed = _consumed(edges, period.volume_dm3, period.energy_wh, period.coefficient_e4)
    why = _WHY | {"qualite_releve": NOUNS.get(period.quality)}
    return {
        "releve_debut": _reading("debut", edges[0], period.index_start_dm3, why),
        "releve_fin": _reading("fin", edges[1], period.index_end_dm3, why),
        "consommation": consumed
        | {
            "type_qualif_conso": QUALITY_WORDS[period.quality],
            "statut_conso": STATUS_WORDS[period.status] or None,
            "journee_gaziere": period.first_day.isoformat() if daily else None,
            "type_conso": "Publiée",
        },
        "bordereau_publication": _slip((after - period.first_day).days),
        "statut_restitution": None,
    }


def injection_line(period: InjectionStatement) -> Json:
    """Return a line of injected gas without its PCE (domain.md §4.6) and without indexes."""
    after = period.last_day + timedelta(days=1)
    edges = _opening(period.first_day), _opening(after)
    rebuilt = period.quality is Quality.RECONSTRUCTED  # the format has no word for a reconstruction
    quality = Quality.ESTIMATED if rebuilt else period.quality
    why = _WHY | {"qualite_releve": NOUNS.get(quality)}
    return {
        "releve_debut": _reading("debut", edges[0], None, why),
        "releve_fin": _reading("fin", edges[1], None, why),
        "injection": {
            "date_debut_injection": edges[0],
            "date_fin_injection": edges[1],
            "flag_retour_zero": None,
            "volume_brut": _number(period.volume_dm3, 1000),
            "coeff_calcul": _factors(period.coefficient_e4),
            "volume_converti": _number(period.converted_dm3, 1000),
            "energie": _number(period.energy_wh, 1000),
            "type_qualif_injection": QUALITY_WORDS[quality],
            "sens_flux_gaz": "Production",
            "statut_injection": STATUS_WORDS[period.status] or None,
            "journee_gaziere": None,
            "type_injection": "Publiée",
        },
        "bordereau_publication": _slip((after - period.first_day).days),
        "statut_restitution": None,
    }


def _slip(days: int) -> Json:
    return {
        "date_debut_bordereau": None,
        "date_fin_bordereau": None,
        "nb_jour_gazier": days,
    }


def _factors(coefficient: Whole) -> Json:
    return {
        "coeff_pta": None,
        "valeur_pcs": None,
        "coeff_conversion": _number(coefficient, 10_000),
    }


def _consumed(
    edges: tuple[str, str], volume_dm3: int | None, energy_wh: int | None, coefficient: int | None
) -> Json:
    return {
        "date_debut_consommation": edges[0],
        "date_fin_consommation": edges[1],
        "flag_retour_zero": None,
        "volume_brut": _number(volume_dm3, 1000),
        "coeff_calcul": _factors(coefficient),
        "volume_converti": None,
        "energie": _number(energy_wh, 1000),
        "type_qualif_conso": None,
        "sens_flux_gaz": "Consommation",
    }


@lru_cache(maxsize=2048)
def _edges(gas_day: date) -> tuple[str, str]:
    """Return when a gas day starts and ends, cached since all PCEs share the same days."""
    return _opening(gas_day), _opening(gas_day + timedelta(days=1))


def _opening(day: date) -> str:
    """Return the instant at which a gas day starts, with its UTC offset."""
    return datetime.combine(day, time(GAS_HOUR), PARIS).isoformat()


def _reading(side: str, stamp: str, index_dm3: int | None, why: Json | None = None) -> Json:
    """Return one side's reading; `why` holds the extra fields of a published one."""
    at = None if index_dm3 is None else stamp
    reading: Json = {"date_releve": at}
    if why:
        reading |= why
    reading["index_brut_" + side] = {
        "valeur_index": _number(index_dm3, 1000),
        "horodate_Index": at,
    }
    reading["index_converti_" + side] = {"valeur_index": None, "horodate_Index": None}
    return reading


def _number(value: int | None, factor: int) -> float | None:
    if value is None:
        return None
    return value / factor if value % factor else value // factor
