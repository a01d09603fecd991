"""Build the table of a series: the same columns on screen and in the exported file."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from core.i18n import N_, _, number, percent, plural, short_day
from data.metering.consumption.rules.budget_overlay import plan_gap, plan_of
from data.metering.consumption.rules.calendar import same_weekday
from data.metering.consumption.rules.labels import (
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
from data.metering.consumption.rules.reference import compared_day
from data.metering.consumption.types import (
    KEPT,
    REFERENCE,
    DataKind,
    Series,
    SeriesBucket,
    SeriesStep,
    Unit,
)

Cell = str | int | float | None
NONE = "–"  # an unknown value, as opposed to 0


class CellKind(StrEnum):
    """The type and unit of a cell."""

    TEXT = "text"
    THOUSANDTHS = "thousandths"  # Wh, dm³ or g, shown in kWh, m³ or kg
    HUNDREDTHS = "hundredths"  # thousandths shown with two decimals, as euros are
    PERCENT = "percent"
    TEMPERATURE = "temperature"  # 1/100 °C
    COEFFICIENT = "coefficient"  # 1/10,000 kWh/m³


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column; `title` is a French sentence, translated where it is shown."""

    key: str
    title: str
    unit: str = ""
    kind: CellKind = CellKind.TEXT


@dataclass(frozen=True, slots=True)
class TableLine:
    """A row; `key` is its first gas day, empty for the total."""

    key: str
    first: date
    last: date
    cells: tuple[Cell, ...]


UNITS = {Unit.KWH: "kWh", Unit.M3: "m³", Unit.EUR: "€", Unit.CO2: "kg\u00a0CO₂e", Unit.M2: "kWh/m²"}
_FINE = frozenset({Unit.EUR, Unit.M2})
TITLES = {Unit.EUR: N_("Coût"), Unit.CO2: N_("Émissions")}
_BEFORE = {1: N_("N-1, mêmes jours"), 2: N_("N-2, mêmes jours")}
_BEFORE_BY = {  # the earlier days that a bar is compared with
    SeriesStep.DAY: {1: N_("N-1, même date"), 2: N_("N-2, même date")},
    SeriesStep.WEEK: {1: N_("N-1, même semaine"), 2: N_("N-2, même semaine")},
}
_BEFORE_BY_WEEKDAY = {
    1: N_("N-1, même jour de semaine"),
    2: N_("N-2, même jour de semaine"),
}
_COMPARED_DAY = {
    1: N_("Jour comparé, N-1"),
    2: N_("Jour comparé, N-2"),
    REFERENCE: N_("Jour comparé"),
}
_GAP = {1: N_("Écart N-1"), 2: N_("Écart N-2"), REFERENCE: N_("Écart")}
_PERIOD = {
    SeriesStep.DAY: N_("Journée gazière"),
    SeriesStep.WEEK: N_("Semaine"),
    SeriesStep.MONTH: N_("Mois"),
    SeriesStep.YEAR: N_("Année"),
}


def before_name(series: Series, years: int) -> str:
    """Return the name of the compared days: a French sentence, translated where it is shown."""
    view = series.view
    if years == REFERENCE:
        return reference_name(series)
    if view.by_weekday:
        return _BEFORE_BY_WEEKDAY[years]
    return _BEFORE_BY.get(view.step, _BEFORE)[years]


def reference_name(series: Series) -> str:
    """Return `École du Lavoir, mêmes jours` or `du 01/12/2024 au 31/01/2025`, in full."""
    reference = series.reference
    if reference is None:
        return ""
    if (reference.first, reference.last) == (series.first, series.last):
        return _("{name}, mêmes jours", name=reference.name)
    ends = {"first": short_day(reference.first), "last": short_day(reference.last)}
    days = _("du {first} au {last}", **ends)
    return f"{reference.name}, {days}" if reference.is_other else days


def facing_day(day: date, series: Series, years: int) -> date | None:
    """Return the day that a daily bar is compared with."""
    if years != REFERENCE:
        return same_weekday(day, years)
    return compared_day(day, series.reference.runs) if series.reference else None


def _has_other_days(series: Series, years: int) -> bool:
    """Return whether the day compared with is not told by the date of the bar."""
    if years != REFERENCE:
        return series.view.by_weekday
    is_daily = series.view.step is SeriesStep.DAY
    return is_daily and series.reference is not None and series.reference.first != series.first


def daily(series: Series) -> bool:
    """Return whether rows are real gas days, whose indexes and status are exported too."""
    view = series.view
    is_daily_view = view.step is SeriesStep.DAY and view.data is DataKind.INFORMATIVE
    return is_daily_view and not series.prorated and not series.published


def export_count(series: Series) -> int:
    """Return the number of lines of the exported table, the same as on screen."""
    return len(series.buckets) if has_values(series) else 0


def reading_days(series: Series) -> list[date]:
    """Return the gas days to export as readings, oldest first, of a daily series.

    Days outside the history or the readable days are left out, as are days not yet published, which
    are not known to be absent.
    """
    return [bucket.first for bucket in series.buckets if bucket.days and not bucket.days_awaited]


@lru_cache(KEPT)
def columns(series: Series) -> tuple[TableColumn, ...]:
    view, unit = series.view, UNITS[series.view.unit]
    kind = CellKind.HUNDREDTHS if view.unit in _FINE else CellKind.THOUSANDTHS
    table_columns = [
        TableColumn("period", _PERIOD[view.step]),
        TableColumn("value", TITLES.get(view.unit, N_("Consommation")), unit, kind),
    ]
    if series.costs:
        table_columns.append(
            TableColumn("cost", TITLES[Unit.EUR], UNITS[Unit.EUR], CellKind.HUNDREDTHS)
        )
    for years in view.compared:
        if _has_other_days(series, years):
            table_columns.append(TableColumn(f"d{years}", _COMPARED_DAY[years]))
        table_columns += [
            TableColumn(f"n{years}", before_name(series, years), unit, kind),
            TableColumn(f"g{years}", _GAP[years], "%", CellKind.PERCENT),
        ]
    if series.climate and series.climate.by_bar and view.unit is not Unit.EUR:
        table_columns += [
            TableColumn("k1", N_("À climat égal"), "%", CellKind.PERCENT),
            TableColumn("c1", N_("Au climat de N-1"), unit, kind),
        ]
    table_columns += _beside_columns(series, unit, kind)
    if view.temperature:
        table_columns.append(TableColumn("temp", N_("Température"), "°C", CellKind.TEMPERATURE))
    table_columns.append(TableColumn("coef", N_("Coefficient"), "kWh/m³", CellKind.COEFFICIENT))
    if series.carbon and view.unit is not Unit.CO2:
        table_columns.append(TableColumn("co2", N_("Émissions"), "kg CO₂e", CellKind.THOUSANDTHS))
    table_columns += [
        TableColumn("coverage", N_("Couverture"), N_("j")),
        TableColumn("quality", N_("Qualité")),
    ]
    if any(mark.annotation for mark in series.marks):
        table_columns.append(TableColumn("notes", N_("Annotations")))
    return tuple(table_columns)


def _beside_columns(series: Series, unit: str, kind: CellKind) -> list[TableColumn]:
    """Return the columns of what is drawn with the bars: budget, similar sites, threshold."""
    beside: list[TableColumn] = []
    if series.planned:
        beside += [
            TableColumn("budget", N_("Budget, mêmes jours"), unit, kind),
            TableColumn("gb", N_("Écart au budget"), "%", CellKind.PERCENT),
        ]
    if series.similar and series.similar.is_drawn:
        beside.append(TableColumn("similar", N_("Moitié des semblables"), unit))
    if series.ceilings:
        beside.append(TableColumn("limit", N_("Seuil"), unit, CellKind.THOUSANDTHS))
    return beside


def lines(series: Series) -> tuple[TableLine, ...]:
    """Return the table lines, newest first."""
    table_columns = columns(series)
    return tuple([_line(bucket, series, table_columns) for bucket in reversed(series.buckets)])


def total_line(series: Series) -> TableLine | None:
    if series.total is None:
        return None
    total = series.total
    table_columns = columns(series)
    keys = [column.key for column in table_columns]
    cells = dict(zip(keys, _line(total, series, table_columns).cells, strict=True))
    cells["period"] = total_words(len(series.buckets))
    cells["quality"] = measured_share(total, published=series.published)
    return TableLine("", total.first, total.last, tuple(cells.values()))


def total_words(count: int) -> str:
    return plural("Total, {count} ligne", "Total, {count} lignes", count)


def measured_share(bucket: SeriesBucket, *, published: bool = False) -> str:
    """Return the shares measured daily and shared out from longer periods, as words."""
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
    """Return percent to the nearest tenth; 100 only for all days and 0 only for none."""
    tenths = (days * 2000 + of) // (2 * of)
    return number((tenths if days in {0, of} else min(max(tenths, 1), 999)) / 10, 1)


def _line(bucket: SeriesBucket, series: Series, made: Sequence[TableColumn]) -> TableLine:
    cells = tuple([_CELLS[column.key](bucket, series) for column in made])
    return TableLine(bucket.first.isoformat(), bucket.first, bucket.last, cells)


def _coverage(bucket: SeriesBucket) -> str | None:
    known_days, over = coverage(bucket)
    return f"{number(known_days)}/{number(over)}" if over else None


def _before_of(bucket: SeriesBucket, years: int, unit: Unit) -> Cell:
    comparison = comparison_of(bucket, years)
    return before(comparison, unit) if comparison else None


def _compared_day(bucket: SeriesBucket, series: Series, years: int) -> Cell:
    """Return the day that a daily bar is compared with; the total has none."""
    then = None if bucket is series.total else facing_day(bucket.first, series, years)
    return short_day(then) if then else None


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


def ratio_of(bucket: SeriesBucket, series: Series) -> float | None:
    """Return the climate ratio of a bar, or of the total."""
    if bucket is series.total:
        return series.climate.total if series.climate else None
    return _ratios(series).get((bucket.first, bucket.last))


@lru_cache(KEPT)
def _costs(series: Series) -> Mapping[tuple[date, date], int | None]:
    bars = series.costs.bars if series.costs else ()
    firsts = [(bucket.first, bucket.last) for bucket in series.buckets]
    return dict(zip(firsts, bars, strict=True))


def cost_of(bucket: SeriesBucket, series: Series) -> Cell:
    """Return the cost of a bar, or of the total, in thousandths of a euro."""
    if bucket is series.total:
        return series.costs.total if series.costs else None
    return _costs(series).get((bucket.first, bucket.last))


def _equalised(bucket: SeriesBucket, series: Series) -> Cell:
    """Return the value of a bar in the climate of the year before, from the shared days' ratio."""
    ratio, value = ratio_of(bucket, series), amount(bucket, series.view.unit)
    return None if ratio is None or value is None else round(value * ratio)


def _limit_of(bucket: SeriesBucket, series: Series) -> Cell:
    """Return the limit of the main threshold for a bar; limits are not summed for the total."""
    if bucket is series.total:
        return None
    return _limits(series).get((bucket.first, bucket.last))


@lru_cache(KEPT)
def _bands(series: Series) -> Mapping[tuple[date, date], tuple[int, int] | None]:
    values = series.similar.values if series.similar else ()
    bars = [(bucket.first, bucket.last) for bucket in series.buckets]
    return dict(zip(bars, values, strict=True))


def _similar_of(bucket: SeriesBucket, series: Series) -> Cell:
    """Return the middle half of similar sites for a bar, as `9,8 – 13,2`; the total has none."""
    band = None if bucket is series.total else _bands(series).get((bucket.first, bucket.last))
    if band is None:
        return None
    decimals = 2 if series.view.unit is Unit.M2 else 0
    low, high = (number(value / 1000, decimals) for value in band)
    return f"{low} – {high}"


def _notes_of(bucket: SeriesBucket, series: Series) -> Cell:
    """Return the annotations of the bar's days; the total has none."""
    if bucket is series.total:
        return None
    labels = [
        mark.after or ""
        for mark in series.marks
        if mark.annotation and mark.day <= bucket.last and (mark.last or mark.day) >= bucket.first
    ]
    return " ; ".join(labels) or None


_CELLS: Mapping[str, Callable[[SeriesBucket, Series], Cell]] = {
    "period": lambda bucket, series: period_label(bucket, series.view.step, series.data_until),
    "value": lambda bucket, series: amount(bucket, series.view.unit),
    "cost": cost_of,
    "d0": lambda bucket, series: _compared_day(bucket, series, REFERENCE),
    "n0": lambda bucket, series: _before_of(bucket, REFERENCE, series.view.unit),
    "g0": lambda bucket, series: gap(comparison_of(bucket, REFERENCE), series.view.unit),
    "d1": lambda bucket, series: _compared_day(bucket, series, 1),
    "d2": lambda bucket, series: _compared_day(bucket, series, 2),
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
    "similar": _similar_of,
    "limit": _limit_of,
    "temp": lambda bucket, _series: bucket.temperature_c100,
    "coef": lambda bucket, _series: bucket.coefficient_e4,
    "co2": emitted,
    "coverage": lambda bucket, _series: _coverage(bucket),
    "quality": quality_words,
    "notes": _notes_of,
}


def written(cell: Cell, kind: CellKind) -> str:
    """Format a cell for display; an unknown value is a dash, never 0."""
    if cell is None:
        return NONE
    if isinstance(cell, str):
        return cell
    if kind is CellKind.THOUSANDTHS:
        return number(cell / 1000)
    if kind is CellKind.HUNDREDTHS:
        return number(cell / 1000, 2)
    if kind is CellKind.PERCENT:
        return percent(cell).rstrip("%").rstrip()
    return number(cell / 100, 1) if kind is CellKind.TEMPERATURE else number(cell / 10_000, 2)
