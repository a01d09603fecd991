"""Update the consumption screen when an annotation is saved or removed."""

from typing import Any

from dash.development.base_component import Component

from components.bills.ways import bills_button
from components.consumption import overlay, table
from components.consumption.budget import budget_notes
from components.consumption.figure import figure
from components.consumption.ids import Ids
from components.kit import html, make_static
from components.marks.annotations import (
    annotate_button,
    day_marks,
    may_annotate,
    upcoming_annotations,
)
from components.marks.ids import Ids as MarkIds
from components.marks.links import share_button
from core.access import Viewer
from data.metering.consumption.types import Series


def chart_notes(series: Series) -> list[Component]:
    """Return the texts below the chart."""
    return [*budget_notes(series), *overlay.notes(series), *upcoming_annotations(series)]


def chart_acts(series: Series, viewer: Viewer) -> Component:
    """Return the actions on the days shown; the annotation button is not redrawn."""
    writes = [annotate_button()] if may_annotate(series, viewer) else []
    others = html.Div(sharing_buttons(series, viewer), id=Ids.WAYS, className="marks-ways")
    return html.Div([*writes, others], className="marks-acts")


def sharing_buttons(series: Series, viewer: Viewer) -> list[Component]:
    """Return the buttons to share the days shown and to check a bill."""
    return [*share_button(series, viewer), *bills_button(series, viewer)]


def annotated_parts(series: Series, viewer: Viewer) -> dict[str, Any]:
    """Return the chart and its texts; `assets/consumption.js` applies the part `later`."""
    later: dict[str, dict[str, Any]] = {
        Ids.NOTES: {"children": make_static(chart_notes(series))},
        Ids.TABLE: {
            "columnDefs": table.column_defs(series),
            "rowData": table.rows(series),
            "foot": table.footer(series),
        },
    }
    day = series.view.day
    if day:
        later[MarkIds.DAY] = {"children": make_static(day_marks(series.marks, day, viewer))}
    drawn = {"figure": figure(series, viewer.theme), "over": overlay.overlay(series)}
    return drawn | {"later": later}
