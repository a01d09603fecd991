"""The table of a series: the same columns on screen and in the exported file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from data.consumption.rules.planned import plan_gap, plan_of
from data.consumption.rules.words import (
    amount,
    before,
    climate_gap,
    comparison_of,
    coverage,
    emitted,
    gap,
    has_values,
    period_label,
    quality_words,
)
from data.consumption.types import KEPT, Bucket, DataKind, Series, Step, Unit
from i18n import N_, _, number, percent, plural

Cell = str | int | float | None
NONE = "–"  # what stands for nothing: never 0


class Kind(StrEnum):
    """What a cell holds, and in which unit."""

    TEXT = "text"
    THOUSANDTHS = "thousandths"  # Wh, dm³ or g, shown in kWh, m³ or kg
    EUROS = "euros"  # thousandths of a euro, shown in cents
    PERCENT = "percent"
    TEMPERATURE = "temperature"  # 1/100 °C
    COEFFICIENT = "coefficient"  # 1/10 000 kWh/m³


@dataclass(frozen=True, slots=True)
class Column:
    """`title` is a French sentence, to be translated where it is shown."""

    key: str
    title: str
    unit: str = ""
    kind: Kind = Kind.TEXT


@dataclass(frozen=True, slots=True)
class Line:
    """One row: `key` is its first gas day, empty for the total."""

    key: str
    first: date
    last: date
    cells: tuple[Cell, ...]


UNITS = {Unit.KWH: "kWh", Unit.M3: "m³", Unit.EUR: "€", Unit.CO2: "kg\u00a0CO₂e"}
TITLES = {Unit.EUR: N_("Coût"), Unit.CO2: N_("Émissions")}
_BEFORE = {1: N_("N-1, mêmes jours"), 2: N_("N-2, mêmes jours")}
_BEFORE_BY = {  # which earlier days face those of a bar
    Step.DAY: {1: N_("N-1, même date"), 2: N_("N-2, même date")},
    Step.WEEK: {1: N_("N-1, même semaine"), 2: N_("N-2, même semaine")},
}
_GAP = {1: N_("Écart N-1"), 2: N_("Écart N-2")}
_PERIOD = {
    Step.DAY: N_("Journée gazière"),
    Step.WEEK: N_("Semaine"),
    Step.MONTH: N_("Mois"),
    Step.YEAR: N_("Année"),
}


def before_name(step: Step, years: int) -> str:
    """What is said to be compared: a French sentence, to be translated where it is shown."""
    return _BEFORE_BY.get(step, _BEFORE)[years]


def daily(series: Series) -> bool:
    """Whether the rows are real gas days, which have indexes and a status to export too."""
    view = series.view
    asked = view.step is Step.DAY and view.data is DataKind.INFORMATIVE
    return asked and not series.prorated and not series.published


def export_count(series: Series) -> int:
    """How many lines the exported table has: those of the screen."""
    return len(series.buckets) if has_values(series) else 0


def reading_days(series: Series) -> list[date]:
    """The gas days of a file of readings, oldest first, of a series by day.

    Those before the history or beyond the right to read are not lines of it, nor those not yet
    published: to write them absent would say that they are known to be.
    """
    return [one.first for one in series.buckets if one.days and not one.days_awaited]


@lru_cache(KEPT)
def columns(series: Series) -> tuple[Column, ...]:
    view, unit = series.view, UNITS[series.view.unit]
    kind = Kind.EUROS if view.unit is Unit.EUR else Kind.THOUSANDTHS
    found = [
        Column("period", _PERIOD[view.step]),
        Column("value", TITLES.get(view.unit, N_("Consommation")), unit, kind),
    ]
    for years in view.compare:
        found += [
            Column(f"n{years}", before_name(view.step, years), unit, kind),
            Column(f"g{years}", _GAP[years], "%", Kind.PERCENT),
        ]
    if series.climate and series.climate.by_bar and view.unit is not Unit.EUR:
        found += [
            Column("k1", N_("À climat égal"), "%", Kind.PERCENT),
            Column("c1", N_("Au climat de N-1"), unit, kind),
        ]
    if series.planned:
        found += [
            Column("budget", N_("Budget, mêmes jours"), unit, kind),
            Column("gb", N_("Écart au budget"), "%", Kind.PERCENT),
        ]
    if series.ceilings:
        found.append(Column("limit", N_("Seuil"), unit, Kind.THOUSANDTHS))
    if view.temperature:
        found.append(Column("temp", N_("Température"), "°C", Kind.TEMPERATURE))
    found.append(Column("coef", N_("Coefficient"), "kWh/m³", Kind.COEFFICIENT))
    if series.carbon and view.unit is not Unit.CO2:
        found.append(Column("co2", N_("Émissions"), "kg CO₂e", Kind.THOUSANDTHS))
    found += [
        Column("coverage", N_("Couverture"), N_("j")),
        Column("quality", N_("Qualité")),
    ]
    if any(mark.annotation for mark in series.marks):
        found.append(Column("notes", N_("Annotations")))
    return tuple(found)


def lines(series: Series) -> tuple[Line, ...]:
    """Newest first."""
    made = columns(series)
    return tuple([_line(bucket, series, made) for bucket in reversed(series.buckets)])


def total_line(series: Series) -> Line | None:
    if series.total is None:
        return None
    total = series.total
    made = columns(series)
    keys = [column.key for column in made]
    cells = dict(zip(keys, _line(total, series, made).cells, strict=True))
    cells["period"] = total_words(len(series.buckets))
    cells["quality"] = measured_share(total, published=series.published)
    return Line("", total.first, total.last, tuple(cells.values()))


def total_words(count: int) -> str:
    return plural("Total, {count} ligne", "Total, {count} lignes", count)


def measured_share(bucket: Bucket, *, published: bool = False) -> str:
    """How much of it was measured by the day, and how much is a share of a longer period."""
    if not bucket.days_due:
        return ""
    shared = _share(bucket.days_prorated, bucket.days_due)
    if published:
        return _("{share} % publié, réparti au prorata", share=shared)
    own = bucket.days_measured - bucket.days_prorated
    if bucket.days_prorated and own <= 0:
        return _("{share} % réparti au prorata", share=shared)
    measured = _share(own, bucket.days_due)
    if bucket.days_prorated:
        return _("{share} % mesuré, {shared} % au prorata", share=measured, shared=shared)
    return _("{share} % mesuré", share=measured)


def _share(days: int, of: int) -> str:
    """In percent to the nearest tenth; but 99,97 % is not all of it, nor 0,02 % nothing."""
    tenths = (days * 2000 + of) // (2 * of)
    return number((tenths if days in {0, of} else min(max(tenths, 1), 999)) / 10, 1)


def _line(bucket: Bucket, series: Series, made: Sequence[Column]) -> Line:
    cells = tuple([_CELLS[column.key](bucket, series) for column in made])
    return Line(bucket.first.isoformat(), bucket.first, bucket.last, cells)


def _coverage(bucket: Bucket) -> str | None:
    known, over = coverage(bucket)
    return f"{number(known)}/{number(over)}" if over else None


def _before_of(bucket: Bucket, years: int, unit: Unit) -> Cell:
    comparison = comparison_of(bucket, years)
    return before(comparison, unit) if comparison else None


@lru_cache(KEPT)
def _limits(series: Series) -> Mapping[tuple[date, date], int | None]:
    main = series.ceilings[0].values
    bars = [(bucket.first, bucket.last) for bucket in series.buckets]
    return dict(zip(bars, main, strict=True))


@lru_cache(KEPT)
def _ratios(series: Series) -> Mapping[tuple[date, date], float | None]:
    bars = series.climate.bars if series.climate else ()
    firsts = [(bucket.first, bucket.last) for bucket in series.buckets]
    return dict(zip(firsts, bars, strict=True))


def ratio_of(bucket: Bucket, series: Series) -> float | None:
    """What corrects the weather of a bar, or of their total."""
    if bucket is series.total:
        return series.climate.total if series.climate else None
    return _ratios(series).get((bucket.first, bucket.last))


def _equalised(bucket: Bucket, series: Series) -> Cell:
    """The value of a bar in the climate of the year before, which its days in common tell."""
    ratio, value = ratio_of(bucket, series), amount(bucket, series.view.unit)
    return None if ratio is None or value is None else round(value * ratio)


def _limit_of(bucket: Bucket, series: Series) -> Cell:
    """What the main threshold allows it; limits are not added up."""
    if bucket is series.total:
        return None
    return _limits(series).get((bucket.first, bucket.last))


def _notes_of(bucket: Bucket, series: Series) -> Cell:
    """The words of the annotations of its days; those of all days are not said at the foot."""
    if bucket is series.total:
        return None
    said = [
        mark.after or ""
        for mark in series.marks
        if mark.annotation and mark.day <= bucket.last and (mark.last or mark.day) >= bucket.first
    ]
    return " ; ".join(said) or None


_CELLS: Mapping[str, Callable[[Bucket, Series], Cell]] = {
    "period": lambda bucket, series: period_label(bucket, series.view.step, series.data_until),
    "value": lambda bucket, series: amount(bucket, series.view.unit),
    "n1": lambda bucket, series: _before_of(bucket, 1, series.view.unit),
    "n2": lambda bucket, series: _before_of(bucket, 2, series.view.unit),
    "g1": lambda bucket, series: gap(comparison_of(bucket, 1), series.view.unit),
    "g2": lambda bucket, series: gap(comparison_of(bucket, 2), series.view.unit),
    "k1": lambda bucket, series: climate_gap(
        comparison_of(bucket, 1), ratio_of(bucket, series), series.view.unit
    ),
    "c1": _equalised,
    "budget": plan_of,
    "gb": plan_gap,
    "limit": _limit_of,
    "temp": lambda bucket, _series: bucket.temperature_c100,
    "coef": lambda bucket, _series: bucket.coefficient_e4,
    "co2": emitted,
    "coverage": lambda bucket, _series: _coverage(bucket),
    "quality": quality_words,
    "notes": _notes_of,
}


def written(cell: Cell, kind: Kind) -> str:
    """A cell as a person reads it; a dash for nothing, never 0."""
    if cell is None:
        return NONE
    if isinstance(cell, str):
        return cell
    if kind is Kind.THOUSANDTHS:
        return number(cell / 1000)
    if kind is Kind.EUROS:
        return number(cell / 1000, 2)
    if kind is Kind.PERCENT:
        return percent(cell).rstrip("%").rstrip()
    return number(cell / 100, 1) if kind is Kind.TEMPERATURE else number(cell / 10_000, 2)
