"""Callbacks of the page of several PCEs: selection, period, chart type."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from dash import Input, Output, State
from dash.exceptions import PreventUpdate

from callbacks.consumption import find_pces
from callbacks.group import CallbackGroup
from callbacks.inputs import values_of
from callbacks.outputs import LOCATION
from components.kit import by_name
from components.together.ids import Ids
from components.together.page import PATH
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_
from data.metering.consumption.rules.together import after, read_together, with_pce, write_together
from data.metering.consumption.rules.view import day_in
from data.metering.pces.rules import is_number
from data.request import Request

on = CallbackGroup()
CONTROLS = values_of(Input, by_name(Ids.SHAPE, Ids.PERIOD, Ids.STEP, Ids.COMPARE, Ids.UNIT))


@on(
    output=LOCATION,
    inputs={"controls": CONTROLS},
    state={"query": State(Ids.VIEW, "data")},
    permission=Permission.CONSUMPTION_READ,
)
def show_together(*, controls: Mapping[str, Any], query: str | None, request: Request) -> str:
    combined_query = read_together(dict(parse_qsl(query or "")), request.viewer.today)
    then = combined_query and after(combined_query, controls, request.viewer.today)
    if then is None or then == combined_query:
        raise PreventUpdate  # page load, not a choice
    return f"{PATH}?{write_together(then)}"


@on(
    LOCATION,
    Input(Ids.DATES, "n_clicks"),
    State(Ids.FIRST, "value"),
    State(Ids.LAST, "value"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def show_dates(
    clicks: int | None, first: str | None, last: str | None, query: str | None, *, request: Request
) -> str:
    """Return the address of the days between two dates, in either order."""
    today = request.viewer.today
    combined_query = read_together(dict(parse_qsl(query or "")), today)
    if not clicks or combined_query is None:
        raise PreventUpdate
    if day_in(first or "") is None or day_in(last or "") is None:
        raise Invalid(N_("Donnez les deux dates\u00a0: du premier au dernier jour à afficher."))
    return f"{PATH}?{write_together(after(combined_query, {'from': first, 'to': last}, today))}"


@on(
    LOCATION,
    Input(Ids.PICKER_CHOICE, "data"),
    State(Ids.VIEW, "data"),
    permission=Permission.CONSUMPTION_READ,
)
def add_pce(choice: str | None, query: str | None, *, request: Request) -> str:
    combined_query = read_together(dict(parse_qsl(query or "")), request.viewer.today)
    if combined_query is None or not isinstance(choice, str) or not is_number(choice):
        raise PreventUpdate
    return f"{PATH}?{write_together(with_pce(combined_query, choice))}"


# Suggestions are those of the page of one PCE; only the choice differs.
on(
    Output(Ids.PICKER_LIST, "children"),
    Input(Ids.PICKER, "value"),
    permission=Permission.PCES_READ,
)(find_pces)
