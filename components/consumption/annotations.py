"""Update the consumption screen when an annotation is saved or removed."""

from datetime import date
from typing import Any

from dash.development.base_component import Component

from components.consumption import overlay, table
from components.consumption.budget import budget_notes
from components.consumption.figure import figure
from components.consumption.ids import Ids
from components.consumption.kpis import freshness_note
from components.kit import data, icon_button, make_static
from components.marks.annotations import (
    annotate_button,
    day_marks,
    may_annotate,
    upcoming_annotations,
)
from components.marks.ids import Ids as MarkIds
from core.access import Viewer
from core.i18n import _
from data.metering.consumption.types import Series


def chart_notes(series: Series, today: date) -> list[Component]:
    """Return the texts below the chart."""
    return [
        freshness_note(series, today),
        *budget_notes(series),
        *overlay.notes(series),
        *upcoming_annotations(series),
    ]


def annotate_act(series: Series, viewer: Viewer) -> list[Component]:
    """Return the button of the form, which is not redrawn."""
    return [annotate_button()] if may_annotate(series, viewer) else []


def annotate_here(series: Series, viewer: Viewer) -> list[Component]:
    """Return the button that assets/consumption-chart.js puts on top of the bar pointed at.

    The keyboard has N instead, so it is no stop of the Tab key.
    """
    if not may_annotate(series, viewer):
        return []
    label = _("Annoter à cette date (touche N)")
    more = {"tabIndex": "-1", **data(marks="new", back=f"{Ids.CHART}-box")}
    return [icon_button(label, "plus-lg", className="consumption-note-here", **more)]


def annotated_parts(series: Series, viewer: Viewer) -> dict[str, Any]:
    """Return the chart and its texts; `assets/consumption.js` applies the part `later`."""
    later: dict[str, dict[str, Any]] = {
        Ids.NOTES: {"children": make_static(chart_notes(series, viewer.today))},
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
