"""Callbacks of the frame: header search, address bar and menu."""

from dash import Input, Output
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from components.frame import Ids
from components.frame_search import destination_rows, site_rows
from components.kit import picker_options
from core.access import Permission
from data.metering.pces import queries
from data.request import Request

SITES, FEW = 12, 4  # sites, pages and actions shown for a text

on = CallbackGroup()


@on(
    Output(Ids.SEARCH_LIST, "children"),
    Input(Ids.SEARCH, "value"),
    permission=Permission.PCES_READ,
)
def show_found(text: str | None, *, request: Request) -> list[Component]:
    """Return the pages and actions that match the text, then the sites; all pages for no text."""
    db, viewer, query = request.db, request.viewer, (text or "").strip()
    several = queries.has_several(db, viewer)
    destinations = destination_rows(viewer, query, several=several)
    if not query:
        return picker_options(destinations)
    sites = queries.search_pces(db, viewer, query, SITES) or queries.list_alike(db, viewer, query)
    rows = [*destinations[:FEW], *site_rows(sites)]
    return picker_options(rows or destination_rows(viewer, query, several=several, partly=True))


on.client("frame", "openFound", Input(Ids.SEARCH_CHOICE, "data"))
on.client("frame", "writeAddress", Input(Ids.URL, "data"))
on.client(
    "frame", "followPage", Input("_pages_location", "pathname"), Input("_pages_store", "data")
)
