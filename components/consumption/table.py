"""The table under the chart: the same selection, newest first, its total at the foot."""

from collections.abc import Sequence
from typing import Any

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.kit import column, grid
from components.kit.grid import AUTO_ROWS, HEAD, PADDING, ROW
from data.consumption.rules.table import Cell, Column, Kind, Line, columns, lines, total_line
from data.consumption.rules.words import comparison_of, has_values, partial, period_label
from data.consumption.types import Bucket, Series, Step
from i18n import N_, _, number, percent

SCROLLED = 560  # px, for more rows than stand whole
TITLES = {
    Step.DAY: N_("Relevés par jour"),
    Step.WEEK: N_("Relevés par semaine"),
    Step.MONTH: N_("Relevés par mois"),
    Step.YEAR: N_("Relevés par an"),
}
_PERIOD_WIDTHS = {Step.DAY: 150, Step.MONTH: 168, Step.WEEK: 150, Step.YEAR: 120}
_WIDTHS = {
    "value": 168,
    "g1": 112,
    "g2": 112,
    "temp": 130,
    "n1": 174,
    "n2": 174,
    "coef": 154,
    "quality": 300,
    "coverage": 112,
}
GAPS = (("g1", 1), ("g2", 2))
PARTIAL = 160  # px, room for the days that a gap stands on
SHORT_QUALITY = 200  # px, where a screen has no more
FIGURE = 7  # px, a character of a period, mostly figures
NONE = "–"
Row = dict[str, str]


def title(series: Series) -> str:
    return _(TITLES[series.view.step])


def column_defs(series: Series) -> list[dict[str, Any]]:
    widths = _WIDTHS | {"period": _period_width(series)}
    compared = [*series.buckets, *([series.total] if series.total else [])]
    for key, years in GAPS:
        if any(partial(bucket, comparison_of(bucket, years)) for bucket in compared):
            widths[key] = PARTIAL
    return [_definition(made, widths[made.key]) for made in shown(series)]


def _period_width(series: Series) -> int:
    """In pixels: a phone pins this column, which must hold its longest words and no more."""
    step = series.view.step
    ends = [series.buckets[0], series.buckets[-1]] if series.buckets else []
    words = [period_label(bucket, step, series.data_until) for bucket in ends]
    return max([_PERIOD_WIDTHS[step], *(len(text) * FIGURE + PADDING for text in words)])


def shown(series: Series) -> list[Column]:
    """By day, coverage says nothing that quality does not."""
    return [
        made
        for made in columns(series)
        if series.view.step is not Step.DAY or made.key != "coverage"
    ]


def _definition(made: Column, width: int) -> dict[str, Any]:
    numeric = made.kind is not Kind.TEXT or made.key == "coverage"
    return column(
        made.key,
        _(made.title),
        unit=_(made.unit) if made.unit else None,
        number=numeric,
        strong=made.key == "value",
        width=width,
        tooltipField=made.key if made.key == "quality" else None,
        pinned=made.key == "period",
        minWidth=SHORT_QUALITY if made.key == "quality" else width,
    )


def rows(series: Series) -> list[Row]:
    if not has_values(series):
        return []
    made = columns(series)
    keys = {column.key for column in shown(series)}
    found = [_row(line, made, keys) for line in lines(series)]
    for row, bucket in zip(found, reversed(series.buckets), strict=True):
        if row["value"] == NONE and bucket.days:
            row["value"] = _("absent") if bucket.days_absent else _("attendu")
        row.update(_gaps(bucket, row))
    return found


def _gaps(bucket: Bucket, row: Row) -> Row:
    """`+1,3 % sur 24 j`: a gap made on fewer days than the figures beside it says so."""
    return {
        key: _("{gap} % sur {count} j", gap=row[key], count=number(days))
        for key, years in GAPS
        if row.get(key, NONE) != NONE and (days := partial(bucket, comparison_of(bucket, years)))
    }


def footer(series: Series) -> list[Row]:
    total = total_line(series)
    if total is None or not has_values(series):
        return []
    made = columns(series)
    row = _row(total, made, {column.key for column in shown(series)}) | {"id": "total"}
    return [row | (_gaps(series.total, row) if series.total else {})]


def _row(line: Line, made: Sequence[Column], keys: set[str]) -> Row:
    row = {"id": line.key}
    for column_, cell in zip(made, line.cells, strict=True):
        if column_.key in keys:
            row[column_.key] = written(cell, column_.kind)
    return row


def written(cell: Cell, kind: Kind) -> str:
    """A cell as a person reads it; a dash for nothing, never 0."""
    if cell is None:
        return NONE
    if isinstance(cell, str):
        return cell
    match kind:
        case Kind.THOUSANDTHS:
            return number(cell / 1000)
        case Kind.PERCENT:
            return percent(cell).rstrip("%").rstrip()
        case Kind.TEMPERATURE:
            return number(cell / 100, 1)
        case _:
            return number(cell / 10_000, 2)


def height(count: int) -> int:
    """In pixels: whole up to AUTO_ROWS, else scrolled."""
    return HEAD + ROW * (count + 1) + 2 if count <= AUTO_ROWS else SCROLLED


def table(series: Series) -> Component:
    found = rows(series)
    return grid(
        Ids.TABLE,
        column_defs(series),
        found,
        page_label=_("Table des relevés, même sélection que le graphique"),
        height=height(max(1, len(found))),
        pinned_bottom=footer(series),
        grid_options={"enableBrowserTooltips": True},
    )


def style(series: Series) -> dict[str, str]:
    count = len(series.buckets) if has_values(series) else 1
    return {"height": f"{height(count) / 16:g}rem", "width": "100%"}
