"""Render the table under the chart: the same selection, newest first, with its total."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.consumption.limits import list_exceeded
from components.kit import column, grid
from components.kit.grid import AUTO_ROWS, CHARACTER, HEAD, PADDING, ROW
from core.i18n import N_, _, number, weekday_short
from data.metering.consumption.rules.labels import (
    absence_word,
    comparison_of,
    has_values,
    partial_days,
    period_label,
)
from data.metering.consumption.rules.table import (
    NONE,
    CellKind,
    TableColumn,
    TableLine,
    columns,
    facing_day,
    lines,
    total_line,
    total_words,
    written,
)
from data.metering.consumption.types import REFERENCE, Series, SeriesBucket, SeriesStep, Unit

SCROLLED = 560  # px, for more rows than fit
CARD = 1316  # px inside the card of a wide page
TITLES = {
    SeriesStep.DAY: N_("Relevés par jour"),
    SeriesStep.WEEK: N_("Relevés par semaine"),
    SeriesStep.MONTH: N_("Relevés par mois"),
    SeriesStep.YEAR: N_("Relevés par an"),
}
_PERIOD_WIDTHS = {
    SeriesStep.DAY: 156,
    SeriesStep.MONTH: 168,
    SeriesStep.WEEK: 150,
    SeriesStep.YEAR: 120,
}
_WIDTHS = {
    "value": 168,
    "cost": 112,
    "limit": 112,
    "similar": 128,
    "budget": 186,
    "gb": 112,
    "g1": 112,
    "g2": 112,
    "k1": 112,
    "c1": 168,
    "temp": 130,
    "d1": 150,
    "d2": 150,
    "d0": 150,
    "n0": 186,
    "g0": 112,
    "n1": 174,
    "n2": 174,
    "coef": 154,
    "quality": 300,
    "coverage": 112,
    "notes": 240,
}
WIDER = 24  # px, extra width allowed for a header on one line
_CLOSE = {  # when two years are compared, headers take two lines
    "value": 148,
    "cost": 108,
    "limit": 96,
    "similar": 112,
    "budget": 138,
    "gb": 96,
    "n1": 118,
    "n2": 118,
    "n0": 142,
    "g0": 96,
    "g1": 96,
    "g2": 96,
    "k1": 96,
    "temp": 116,
    "coef": 116,
    "coverage": 108,
}
GAPS = (("g1", 1), ("g2", 2), ("g0", REFERENCE))
SHORT_QUALITY = 200  # px, on narrow screens
FIGURE, EDGE = 7.5, 34  # px: a character of a period or header; padding around either, at most
# On a phone: width in px, the three main columns within 326; longer text wraps.
_PHONE = {
    "value": 104,
    "cost": 96,
    "limit": 96,
    "similar": 112,
    "budget": 112,
    "gb": 96,
    "g1": 96,
    "d1": 104,
    "d2": 104,
    "d0": 104,
    "n0": 118,
    "g0": 96,
    "n1": 100,
    "g2": 96,
    "n2": 100,
    "k1": 96,
    "c1": 112,
    "temp": 112,
    "coef": 104,
    "coverage": 104,
    "quality": 240,
    "notes": 240,
}
_PHONE_PERIODS = {
    SeriesStep.DAY: 112,
    SeriesStep.MONTH: 112,
    SeriesStep.WEEK: 128,
    SeriesStep.YEAR: 100,
}
_FIRST = (
    "period",
    "value",
    "g1",
    "cost",
    "k1",
    "d1",
    "n1",
    "g2",
    "n2",
    "g0",
    "d0",
    "n0",
)  # first on a phone; then the usual order
_SHORT = {"value": N_("Conso."), "temp": N_("Temp."), "coef": N_("Coeff.")}
_TIP_ONLY = frozenset({"c1"})  # in the tooltip and files only
_FOLDING = ("coverage", "budget", "temp")  # in this order: quality, the gap and the chart say them
_TIP_ONLY_PRICED = _TIP_ONLY | {"coef"}  # beside costs, for which it makes room
_WRAPPED = frozenset({"period", "quality", "d0", "d1", "d2", "g0", "g1", "g2", "gb", "k1", "notes"})
Row = dict[str, Any]


def title(series: Series) -> str:
    return _(TITLES[series.view.step])


def column_defs(series: Series) -> list[dict[str, Any]]:
    equalised = series.climate is not None and series.climate.by_bar
    lines = series.ceilings or series.planned or series.costs
    close = len(series.view.compared) > 1 or bool(lines) or equalised
    widths = _WIDTHS | (_CLOSE if close else {}) | {"period": _period_width(series)}
    phone = _PHONE | {"period": _PHONE_PERIODS[series.view.step]}
    table_columns = displayed_columns(series)
    own_widths = {
        table_column.key: _width(table_column, widths[table_column.key], close=close)
        for table_column in table_columns
    }
    hidden_keys = _TIP_ONLY_PRICED if series.costs else _TIP_ONLY
    hidden_keys |= _folded({key: own_widths[key] for key in own_widths.keys() - hidden_keys})
    return [
        _definition(table_column, own_widths[table_column.key], phone[table_column.key])
        | {"hide": table_column.key in hidden_keys}
        for table_column in table_columns
    ]


def _folded(widths: Mapping[str, int]) -> frozenset[str]:
    """Return the columns left to the tooltip and files, so that the others fit in the card."""
    least = {key: SHORT_QUALITY if key == "quality" else width for key, width in widths.items()}
    folded: list[str] = []
    for key in _FOLDING:
        if sum(width for name, width in least.items() if name not in folded) <= CARD:
            break
        folded.append(key)
    return frozenset(folded)


def _width(table_column: TableColumn, width: int, *, close: bool) -> int:
    """Return the width of a column, increased a little if its header then fits on one line."""
    needed_width = _head_width(table_column)
    return needed_width if not close and width < needed_width <= width + WIDER else width


def _head_width(table_column: TableColumn, figure: float = FIGURE) -> int:
    words = (
        f"{_(table_column.title)} {_(table_column.unit)}"
        if table_column.unit
        else _(table_column.title)
    )
    return round(len(words) * figure + PADDING)


def _may_wrap(table_column: TableColumn, width: int) -> bool:
    """Return whether a header may need several lines; overestimates rather than cut a unit."""
    return _head_width(table_column, CHARACTER) - PADDING + EDGE > width


def _period_width(series: Series) -> int:
    """Return the width in px of the period column, from its longest text."""
    step = series.view.step
    ends = [series.buckets[0], series.buckets[-1]] if series.buckets else []
    words = [period_label(bucket, step, series.data_until) for bucket in ends]
    if step is SeriesStep.DAY:
        words = [f"mer. {text}" for text in words]
    words.append(total_words(len(series.buckets)))
    return max([_PERIOD_WIDTHS[step], *(round(len(text) * FIGURE + EDGE) for text in words)])


def displayed_columns(series: Series) -> list[TableColumn]:
    """Return the columns shown.

    By day, coverage repeats quality; emissions are below the chart.
    """
    hidden = {"co2", "coverage"} if series.view.step is SeriesStep.DAY else {"co2"}
    return [table_column for table_column in columns(series) if table_column.key not in hidden]


def _definition(table_column: TableColumn, width: int, phone: int) -> dict[str, Any]:
    """Return a column; `assets/consumption.js` applies its `context` on a phone."""
    numeric = table_column.kind is not CellKind.TEXT or table_column.key == "coverage"
    return column(
        table_column.key,
        # A narrow header breaks between words, not before the figure of N-1
        re.sub(r"-(?=\d)", "\u2011", _(table_column.title)),
        unit=_(table_column.unit) if table_column.unit else None,
        number=numeric,
        strong=table_column.key == "value",
        renderer="KitText" if table_column.key == "value" else None,
        width=width,
        pinned=table_column.key == "period",
        minWidth=SHORT_QUALITY if table_column.key == "quality" else width,
        context={
            "phone": phone,
            "rank": _FIRST.index(table_column.key) if table_column.key in _FIRST else len(_FIRST),
            "short": _(_SHORT[table_column.key]) if table_column.key in _SHORT else None,
        },
        wrapHeaderText=_may_wrap(table_column, width),
        autoHeaderHeight=_may_wrap(table_column, width),
        wrapText=table_column.key in _WRAPPED,
        autoHeight=table_column.key in _WRAPPED,
    )


def rows(series: Series) -> list[Row]:
    if not has_values(series):
        return []
    table_columns = columns(series)
    keys = {column.key for column in displayed_columns(series)}
    table_rows = [_row(line, table_columns, keys) for line in lines(series)]
    for row, bucket in zip(table_rows, reversed(series.buckets), strict=True):
        if row["value"] == NONE and bucket.days:
            row["value"] = absence_of(bucket, series.view.unit)
        row.update(_gaps(bucket, row))
    if series.view.step is SeriesStep.DAY:
        _name_weekdays(series, table_rows)
    for rank, _value, _limit in list_exceeded(series):
        row = table_rows[-1 - rank]  # newest first
        row["value"] = {"text": row["value"], "mark": "▲"}
    return table_rows


def _name_weekdays(series: Series, table_rows: Sequence[Row]) -> None:
    """Write the weekday before each day, and before the day it is compared with."""
    for row, bucket in zip(table_rows, reversed(series.buckets), strict=True):
        row["period"] = f"{weekday_short(bucket.first)} {row['period']}"
        for years in series.view.compared:
            then = facing_day(bucket.first, series, years)
            if then and f"d{years}" in row:
                row[f"d{years}"] = f"{weekday_short(then)} {row[f'd{years}']}"


def absence_of(bucket: SeriesBucket, unit: Unit) -> str:
    """Return why a bar has no value: absent, awaited, or without price or surface."""
    if bucket.days_unpriced:
        return absence_word(unit).lower()
    return _("absent") if bucket.days_absent else _("attendu")


def _gaps(bucket: SeriesBucket, row: Row) -> Row:
    """Return gaps such as `+1,3 % sur 24 j`, with their days if fewer than the figures'."""
    return {
        key: _("{gap} % sur {count} j", gap=row[key], count=number(days))
        for key, years in GAPS
        if row.get(key, NONE) != NONE
        and (days := partial_days(bucket, comparison_of(bucket, years)))
    }


def footer(series: Series) -> list[Row]:
    total = total_line(series)
    if total is None or not has_values(series):
        return []
    table_columns = columns(series)
    row = _row(total, table_columns, {column.key for column in displayed_columns(series)}) | {
        "id": "total"
    }
    return [row | (_gaps(series.total, row) if series.total else {})]


def _row(line: TableLine, table_columns: Sequence[TableColumn], keys: set[str]) -> Row:
    row = {"id": line.key}
    for column_, cell in zip(table_columns, line.cells, strict=True):
        if column_.key in keys:
            row[column_.key] = written(cell, column_.kind)
    return row


def height(series: Series) -> str:
    """Return the height reserved until the table has loaded; wrapped text makes it taller."""
    count = len(series.buckets) if has_values(series) else 1
    pixels = HEAD + ROW * (count + 1) + 2 if count <= AUTO_ROWS else SCROLLED
    return f"{pixels / 16:g}rem"


def table(series: Series) -> Component:
    table_rows = rows(series)
    return grid(
        Ids.TABLE,
        column_defs(series),
        table_rows,
        page_label=_("Table des relevés, même sélection que le graphique"),
        height=SCROLLED if len(table_rows) > AUTO_ROWS else None,
        pinned_bottom=footer(series),
    )


def style(series: Series) -> dict[str, str | None]:
    """Return the height for scrolling; without it, all rows are shown."""
    scrolled = has_values(series) and len(series.buckets) > AUTO_ROWS
    return {"height": height(series) if scrolled else None, "width": "100%"}
