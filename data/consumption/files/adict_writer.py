"""nd-json as ADICT gives it: a line a gas day (domain.md §4.6), a line a period (§4.5)."""

import json
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta

from data.consumption.files.cells import QUALITY_WORDS, STATUS_WORDS
from data.consumption.files.days import GAS_HOUR
from data.consumption.types import DayStatement, PeriodStatement, Quality
from i18n import PARIS

Json = dict[str, object]
_BATCH = 200
_WHY: Json = dict.fromkeys(
    ("raison_releve", "libelle_raison_releve", "qualite_releve", "statut_releve")
)  # what is not known of a published reading is null
_NOUNS = {Quality.MEASURED: "Mesure", Quality.ESTIMATED: "Estime", Quality.CORRECTED: "Corrige"}


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
        line = {"pce": {"id_pce": pce}, "periode": period, **day_line(day)}
        lines.append(json.dumps(line, ensure_ascii=False, separators=(",", ":")) + "\n")
        if len(lines) == _BATCH:
            yield "".join(lines).encode()
            lines.clear()
    if lines:
        yield "".join(lines).encode()


def day_line(day: DayStatement, *, published: bool = False) -> Json:
    """All of a line but whose it is; *published*: of a meter read each day (domain.md §1.2)."""
    opens, closes = _opening(day.gas_day), _opening(day.gas_day + timedelta(days=1))
    consumed = _consumed((opens, closes), day.volume_dm3, day.energy_wh, day.coefficient_e4)
    return {
        "releve_debut": _reading("debut", opens, day.index_start_dm3),
        "releve_fin": _reading("fin", closes, day.index_end_dm3),
        "consommation": consumed
        | {
            "flag_retour_zero": day.rollover or None,
            "type_qualif_conso": QUALITY_WORDS[day.quality],
            "statut_conso": STATUS_WORDS[day.status] or None,
            "journee_gaziere": day.gas_day.isoformat(),
            "type_conso": "Publiée" if published else "Informative Journalier",
        },
        "statut_restitution": None,
    }


def period_line(period: PeriodStatement, *, daily: bool = False) -> Json:
    """All of a published line but whose it is; *daily*: a gas day of a meter read each day."""
    after = period.last_day + timedelta(days=1)
    edges = _opening(period.first_day), _opening(after)
    consumed = _consumed(edges, period.volume_dm3, period.energy_wh, period.coefficient_e4)
    why = _WHY | {"qualite_releve": _NOUNS.get(period.quality)}
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
        "bordereau_publication": {
            "date_debut_bordereau": None,
            "date_fin_bordereau": None,
            "nb_jour_gazier": (after - period.first_day).days,
        },
        "statut_restitution": None,
    }


def _consumed(
    edges: tuple[str, str], volume_dm3: int | None, energy_wh: int | None, coefficient: int | None
) -> Json:
    return {
        "date_debut_consommation": edges[0],
        "date_fin_consommation": edges[1],
        "flag_retour_zero": None,
        "volume_brut": _number(volume_dm3, 1000),
        "coeff_calcul": {
            "coeff_pta": None,
            "valeur_pcs": None,
            "coeff_conversion": _number(coefficient, 10_000),
        },
        "volume_converti": None,
        "energie": _number(energy_wh, 1000),
        "type_qualif_conso": None,
        "sens_flux_gaz": "Consommation",
    }


def _opening(day: date) -> str:
    """The instant a gas day starts, with its true offset."""
    return datetime.combine(day, time(GAS_HOUR), PARIS).isoformat()


def _reading(side: str, stamp: str, index_dm3: int | None, why: Json | None = None) -> Json:
    """*why*, of a published one, is what else is said of it."""
    at = None if index_dm3 is None else stamp
    return {
        "date_releve": at,
        **(why or {}),
        f"index_brut_{side}": {"valeur_index": _number(index_dm3, 1000), "horodate_Index": at},
        f"index_converti_{side}": {"valeur_index": None, "horodate_Index": None},
    }


def _number(value: int | None, factor: int) -> float | None:
    if value is None:
        return None
    whole, rest = divmod(value, factor)
    return value / factor if rest else whole
