"""The table under the chart: the same selection, newest first, its total at the foot."""

from collections.abc import Sequence
from typing import Any

from dash import Patch
from dash.development.base_component import Component

from components.consumption.ids import Ids
from components.kit import column, grid
from components.kit.grid import AUTO_ROWS, HEAD, ROW
from data.consumption.rules.table import Cell, Column, Kind, Line, columns, lines, total_line
from data.consumption.types import Series, Step
from i18n import N_, _, number, percent

SCROLLED = 560  # px, for more rows than stand whole
TITLES = {
    Step.DAY: N_("Relevés par jour"),
    Step.WEEK: N_("Relevés par semaine"),
    Step.MONTH: N_("Relevés par mois"),
    Step.YEAR: N_("Relevés par an"),
}
_WIDTHS = {"period": 168, "value": 136, "quality": 220, "coverage": 112}
NONE = "–"
Row = dict[str, str]


def title(series: Series) -> str:
    return _(TITLES[series.view.step])


def column_defs(series: Series) -> list[dict[str, Any]]:
    return [_definition(made) for made in shown(series)]


def shown(series: Series) -> list[Column]:
    """By day, coverage says nothing that quality does not."""
    return [
        made
        for made in columns(series)
        if series.view.step is not Step.DAY or made.key != "coverage"
    ]


def _definition(made: Column) -> dict[str, Any]:
    numeric = made.kind is not Kind.TEXT or made.key == "coverage"
    width = _WIDTHS.get(made.key, 120)
    return column(
        made.key,
        _(made.title),
        unit=_(made.unit) if made.unit else None,
        number=numeric,
        strong=made.key == "value",
        width=width,
        flex=2 if made.key == "quality" else 1,
        pinned=made.key == "period",
        minWidth=width if made.key in _WIDTHS else 96,
    )


def rows(series: Series) -> list[Row]:
    made = columns(series)
    keys = {column.key for column in shown(series)}
    return [_row(line, made, keys) for line in lines(series)]


def footer(series: Series) -> list[Row]:
    total = total_line(series)
    if total is None:
        return []
    made = columns(series)
    return [_row(total, made, {column.key for column in shown(series)}) | {"id": "total"}]


def _row(line: Line, made: Sequence[Column], keys: set[str]) -> Row:
    row = {"id": line.key}
    for column_, cell in zip(made, line.cells, strict=True):
        if column_.key in keys:
            row[column_.key] = written(cell, column_.kind)
    if row["value"] == NONE:
        row["value"] = _("absent")
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
        height=height(len(found)),
        pinned_bottom=footer(series),
    )


def options(series: Series) -> Patch:
    """The foot alone, in the options of a grid already shown."""
    patch = Patch()
    patch["pinnedBottomRowData"] = footer(series)
    return patch


def style(series: Series) -> dict[str, str]:
    return {"height": f"{height(len(series.buckets)) / 16:g}rem", "width": "100%"}
