"""What annotations change on the consumption screen once one was written or taken away."""

from typing import Any

from dash.development.base_component import Component

from components.bills.ways import bills_button
from components.consumption import overlay, table
from components.consumption.budget import budget_notes
from components.consumption.figure import figure
from components.consumption.ids import Ids
from components.kit import html, settle
from components.marks.annotations import ahead, day_marks
from components.marks.ids import Ids as MarkIds
from components.marks.links import share_button
from data.access import Viewer
from data.consumption.types import Series


def chart_notes(series: Series, viewer: Viewer) -> list[Component]:
    """What stands under the chart, the way to share its days, and to hold a bill against them."""
    told = [*budget_notes(series), *overlay.notes(series), *ahead(series)]
    return [*told, *_ways(series, viewer)]


def _ways(series: Series, viewer: Viewer) -> list[Component]:
    ways = [*share_button(series, viewer), *bills_button(series, viewer)]
    return [html.Div(ways, className="marks-acts")] if ways else []


def annotated(series: Series, viewer: Viewer) -> dict[str, Any]:
    """The chart and its words; *later* is for `assets/consumption.js` to put."""
    later: dict[str, dict[str, Any]] = {
        Ids.NOTES: {"children": settle(chart_notes(series, viewer))},
        Ids.TABLE: {
            "columnDefs": table.column_defs(series),
            "rowData": table.rows(series),
            "foot": table.footer(series),
        },
    }
    day = series.view.day
    if day:
        later[MarkIds.DAY] = {"children": settle(day_marks(series.marks, day, viewer))}
    drawn = {"figure": figure(series, viewer.theme), "over": overlay.overlay(series)}
    return drawn | {"later": later}
