"""Callbacks of the consumption screen."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qsl

from dash import Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from components.consumption import Ids
from components.consumption.day import day_detail, day_title
from components.consumption.deferred import bars_first
from components.consumption.filters import pce_options
from components.consumption.gestures import may_differ, opened_day, view_after
from components.consumption.overview import overview
from components.consumption.page import parts
from components.consumption.step_notes import step_notes
from components.kit import picker_options
from components.marks.annotations import about_day
from core.access import Permission, Viewer
from data.analysis.marks.queries import get_chart_mark, list_annotations
from data.analysis.signatures.queries import find_drift_place
from data.metering.consumption import queries
from data.metering.consumption.rules.view import overview_view, read_view, write_view
from data.metering.consumption.types import SeriesStep, View
from data.metering.pces.queries import find_neighbour, search_pces
from data.request import Request
from data.rights.rules.reads import INJECTED
from data.thresholds.queries.chart_series import load_limits_series

on = CallbackGroup()

CONTROLS = {
    "preset": Input(Ids.PRESET, "value"),
    "step": Input(Ids.STEP, "value"),
    "compare": Input(Ids.COMPARE, "value"),
    "align": Input(Ids.ALIGN, "value"),
    "data": Input(Ids.DATA, "value"),
    "temperature": Input(Ids.TEMPERATURE, "value"),
    "measured": Input(Ids.MEASURED, "value"),
    "unit": Input(Ids.UNIT, "value"),
    "first": Input(Ids.FIRST, "value"),
    "last": Input(Ids.LAST, "value"),
    "choice": Input(Ids.PICKER_CHOICE, "data"),
    "drill": Input(Ids.DRILL, "data"),
    "zoom": Input(Ids.ZOOM, "data"),
    "against": Input(Ids.AGAINST, "value"),
    "other": Input(Ids.OTHER_CHOICE, "data"),
}
PARTS = {
    "view": Output(Ids.VIEW, "data"),
    "preset": Output(Ids.PRESET, "value"),
    "step": Output(Ids.STEP, "value"),
    "compare": Output(Ids.COMPARE, "value"),
    "align": Output(Ids.ALIGN, "value"),
    "data": Output(Ids.DATA, "value"),
    "temperature": Output(Ids.TEMPERATURE, "value"),
    "measured": Output(Ids.MEASURED, "value"),
    "unit": Output(Ids.UNIT, "value"),
    "first": Output(Ids.FIRST, "value"),
    "last": Output(Ids.LAST, "value"),
    "dates": Output(Ids.DATES, "className"),
    "against": Output(Ids.AGAINST, "value"),
    "figure": Output(Ids.CHART, "figure"),
    "over": Output(Ids.OVER_WORDS, "data"),
    "later": Output(Ids.LATER, "data"),
}


@on(
    output=PARTS,
    inputs={"controls": CONTROLS},
    state={"query": State(Ids.VIEW, "data")},
    permission=Permission.CONSUMPTION_READ,
)
def show_view(
    *, controls: Mapping[str, Any], query: str | None, request: Request
) -> dict[str, Any]:
    """Return the screen after an interaction; no update if nothing changes."""
    db, viewer = request.db, request.viewer
    view = view_of(query, viewer)
    after = view_after(view, ctx.triggered_id, controls, viewer.today)
    if after == view and not may_differ(view, ctx.triggered_id, controls):
        raise PreventUpdate
    series, crossed = load_limits_series(db, viewer, after, request.settings.carbon)
    request.record_series(series)
    if series.fed:
        request.record_read(series.number, INJECTED)
    place = find_drift_place(db, viewer, after.drifts, after.pce)
    drawn = parts(series, viewer, view, controls, crossed, place)
    if ctx.triggered_id == Ids.STEP:
        drawn["asked"] = step_notes(view, after, controls["step"])
    return bars_first(drawn)


@on(
    Output(Ids.DAY, "children"),
    Output(Ids.DAY_TITLE, "children"),
    Output(Ids.VIEW, "data", allow_duplicate=True),
    Input(Ids.DRILL, "data"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def show_day(
    drill: Mapping[str, Any] | None, query: str | None, *, request: Request
) -> tuple[list[Component], str, str]:
    """Return the day of an opened bar, if bars are days, and the new view."""
    db, viewer = request.db, request.viewer
    view, day = view_of(query, viewer), opened_day(drill)
    if view.step is not SeriesStep.DAY or view.pce is None or day is None:
        raise PreventUpdate
    detail = queries.get_day_detail(db, viewer, view.pce, day)
    request.record_read(view.pce)
    marks = [
        get_chart_mark(annotation)
        for annotation in list_annotations(db, viewer, view.pce, day, day)
    ]
    inside = [*day_detail(detail), *about_day(marks, detail, viewer)]
    return inside, day_title(detail), write_view(replace(view, day=day))


@on(
    Output(Ids.OVERVIEW, "children"),
    Input(Ids.PICKER_CHOICE, "data"),
    Input(Ids.DATA, "value"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
    prevent_initial_call=False,
)
def draw_overview(
    choice: str | None, kind: str | None, query: str | None, *, request: Request
) -> list[Component]:
    """Return the strip of months, which stays while the period shown moves along it."""
    view = view_of(query, request.viewer)
    months = overview_view(choice or view.pce, kind)
    series = queries.load_series(request.db, request.viewer, months)
    request.record_series(series)
    return overview(series)


@on(
    Output(Ids.PICKER_LIST, "children"), Input(Ids.PICKER, "value"), permission=Permission.PCES_READ
)
def find_pces(text: str | None, *, request: Request) -> list[Component]:
    rows = search_pces(request.db, request.viewer, text or "")
    return picker_options(pce_options(rows), names_only=True)


@on(Output(Ids.OTHER_LIST, "children"), Input(Ids.OTHER, "value"), permission=Permission.PCES_READ)
def find_other_sites(text: str | None, *, request: Request) -> list[Component]:
    return picker_options(pce_options(search_pces(request.db, request.viewer, text or "")))


@on(
    Output(Ids.PICKER_CHOICE, "data"),
    Input(Ids.TURN, "data"),
    State(Ids.PICKER_CHOICE, "data"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def turn_to_neighbour(
    turn: Mapping[str, Any] | None, choice: str | None, query: str | None, *, request: Request
) -> str:
    """Choose the PCE before or after the one chosen last: in its list of drifts, else by name."""
    view = view_of(query, request.viewer)
    number = choice or view.pce
    if turn is None or number is None:
        raise PreventUpdate
    after = turn.get("by") == 1
    place = find_drift_place(request.db, request.viewer, view.drifts, number)
    if place:
        neighbour = place.after if after else place.before
    else:
        neighbour = find_neighbour(request.db, request.viewer, number, after=after)
    if neighbour in {None, number}:
        raise PreventUpdate
    return neighbour


on.client(
    "consumption",
    "writeOver",
    Output(Ids.OVER, "data-drawn"),  # with an output and an input that no response sets,
    Input(Ids.OVER_WORDS, "data"),  # because Dash would otherwise not run it on page load
    Input(Ids.OVER_FIRST, "data"),
    at_first=True,
)
on.client("consumption", "putLater", Input(Ids.LATER, "data"))
on.client(
    "consumption",
    "putTable",
    Output(Ids.TABLE_PLACE, "children"),
    Input(Ids.TABLE_FIRST, "data"),
    at_first=True,
)
on.client(
    "consumption",
    "placeWindow",
    Input(Ids.FIRST, "value"),
    Input(Ids.LAST, "value"),
    Input(Ids.OVERVIEW, "children"),
    at_first=True,
)
on.client(
    "consumption",
    "showPanel",
    Output(Ids.DAY_PANEL, "hidden"),
    Input(Ids.VIEW, "data"),
    at_first=True,
)
on.client(
    "consumption",
    "closeDay",
    Output(Ids.VIEW, "data", allow_duplicate=True),
    Input(Ids.DAY_CLOSE, "n_clicks"),
    State(Ids.VIEW, "data"),
)
on.client("consumption", "nameTab", Input(Ids.TITLE, "children"))


def view_of(query: str | None, viewer: Viewer) -> View:
    """Return the view of the page, from its stored query string."""
    return read_view(dict(parse_qsl(query or "", keep_blank_values=True)), viewer.today)
