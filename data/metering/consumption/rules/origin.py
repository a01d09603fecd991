"""Explain a figure: its days, its sum and its rules."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from core.i18n import N_
from data.metering.consumption.rules.view import day_in
from data.metering.consumption.types import (
    DayStatement,
    Figure,
    FigureOrigin,
    Quality,
    Series,
    SeriesBucket,
    Unit,
    View,
)
from data.provenance import DataSource

_GAS_DAY = N_("Chaque journée gazière va de 6 h à 6 h le lendemain, heure de Paris.")
_IN_FORCE = N_(
    "La valeur d’une journée est celle en vigueur : celle du distributeur avant celle déposée par"
    " une organisation, une définitive avant une provisoire, puis la plus récente ; les autres"
    " sont conservées."
)
_KWH = N_("L’énergie est en kWh PCS, telle que publiée : elle n’est pas recalculée.")
_M3 = N_("Le volume est en m³, tel que publié ; à défaut, l’écart des deux index.")
_MADE_OF = N_(
    "En € ou en kg CO₂e, le chiffre vient de cette énergie, avec les prix datés ou le facteur"
    " indiqués plus bas."
)
_NEVER_ZERO = N_("Une journée sans valeur n’est pas comptée, et ne vaut jamais zéro.")
_ESTIMATED = N_("Les journées estimées (E) comptent comme les autres.")
_REBUILT = N_(
    "Les journées reconstituées (R) partagent l’écart des index entre les jours qui manquaient."
)
_DEPOSITED = N_(
    "Des journées comptées ont été déposées par une organisation, ou reconstituées d’après"
    " elles : le distributeur ne les a pas publiées. La colonne « Source » les indique."
)
_SHARED = N_(
    "Les données connues seulement par période sont réparties également entre les jours sans"
    " relevé."
)


def in_energy(view: View) -> View:
    """Return `view` in kWh if its unit is computed from energy: readings are energies."""
    return view if view.unit in {Unit.KWH, Unit.M3} else replace(view, unit=Unit.KWH)


def stretch(series: Series, figure: str) -> tuple[SeriesBucket | None, date, date] | None:
    """Return the bar, first day and last day of a figure of `series`.

    The bar is None for the month.
    """
    headline = series.headline
    if figure == Figure.MONTH:
        return (None, headline.month, headline.until) if headline else None
    wholes = {
        Figure.YEAR: series.year,
        Figure.TOTAL: series.total,
        Figure.SHOWN: series.period_bucket,
    }
    if figure in wholes:
        return _is_whole(wholes[Figure(figure)])
    first = day_in(figure)
    return _is_whole(next((bucket for bucket in series.buckets if bucket.first == first), None))


def _is_whole(bucket: SeriesBucket | None) -> tuple[SeriesBucket, date, date] | None:
    return (bucket, bucket.first, bucket.last) if bucket else None


def amount_of(day: DayStatement, unit: Unit) -> int | None:
    return day.energy_wh if unit is Unit.KWH else day.volume_dm3


def running(days: Sequence[DayStatement], unit: Unit) -> list[tuple[DayStatement, int]]:
    """Return each day with a value and the running sum up to it."""
    running_totals, total = [], 0
    for day in days:
        value = amount_of(day, unit)
        if value is not None:
            total += value
            running_totals.append((day, total))
    return running_totals


def missing_in(
    days: Sequence[DayStatement], unit: Unit, first: date, last: date
) -> tuple[date, ...]:
    """Return the days of `first`…`last` without a value."""
    known_days = {day.gas_day for day in days if amount_of(day, unit) is not None}
    every = (first + timedelta(days=n) for n in range((last - first).days + 1))
    return tuple(day for day in every if day not in known_days)


def rules_of(origin: FigureOrigin) -> list[str]:
    """Return the rules that apply to the figure, as French sentences."""
    qualities = {day.quality for day in origin.days}
    unit = origin.series.view.unit
    return [
        _GAS_DAY,
        _KWH if unit is Unit.KWH else _M3,
        *([_MADE_OF] if origin.turned else []),
        *([_IN_FORCE] if origin.days else []),
        *([_NEVER_ZERO] if origin.missing else []),
        *([_ESTIMATED] if Quality.ESTIMATED in qualities else []),
        *([_REBUILT] if Quality.RECONSTRUCTED in qualities else []),
        *([_DEPOSITED] if any(day.source is DataSource.DEPOSIT for day in origin.days) else []),
        *([_SHARED] if origin.prorated else []),
    ]
