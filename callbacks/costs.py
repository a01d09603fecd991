"""Callbacks of what the pages of costs share: the picker of the site, and of forms' PCEs."""

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.consumption import find_pces
from callbacks.group import CallbackGroup
from callbacks.outputs import LOCATION
from components.bills import Ids as Bills
from components.budgets import Ids as Budgets
from components.costs import TABS, Ids, picked_pce, site_rows
from components.kit import picker_options
from components.operat.ids import Ids as Operat
from components.prices import Ids as Prices
from components.retrofits import Ids as Retrofits
from core.access import Permission
from core.errors import Invalid
from core.query_string import query_string
from data.metering.pces.queries import search_pces
from data.request import Request

on = CallbackGroup()
READ = Permission.PCES_READ

for ids in (Bills, Budgets, Operat, Prices, Retrofits):
    on(
        Output(ids.PCE_LIST, "children"),
        Input(ids.PCE, "value"),
        permission=READ,
        prevent_initial_call=False,
    )(find_pces)


@on(Output(Ids.SITE_LIST, "children"), Input(Ids.SITE, "value"), permission=READ)
def find_sites(text: str | None, *, request: Request) -> list[Component]:
    return picker_options(site_rows(search_pces(request.db, request.viewer, text or "")))


@on(LOCATION, Input(Ids.SITE_CHOICE, "data"), State(Ids.HERE, "data"), permission=READ)
def open_site(choice: str | None, here: str | None, *, request: Request) -> str:
    """Open the same page for the chosen site, or for all of them."""
    del request
    if not choice or here not in TABS:
        raise PreventUpdate
    try:
        pce = picked_pce(choice)
    except Invalid:
        pce = ""
    return f"{here}{query_string({'pce': pce})}"
