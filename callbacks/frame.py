"""Callbacks of the frame: header search, address bar and menu."""

from dash import Input, Output
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from components.frame import Ids
from components.kit import picker_options
from core.access import Permission
from data.metering.pces import queries
from data.metering.pces.types import PceRow
from data.request import Request

on = CallbackGroup()


@on(
    Output(Ids.SEARCH_LIST, "children"), Input(Ids.SEARCH, "value"), permission=Permission.PCES_READ
)
def show_found(text: str | None, *, request: Request) -> list[Component]:
    query = (text or "").strip()
    if not query:
        return []
    return picker_options(
        [suggestion_label(row) for row in queries.search_pces(request.db, request.viewer, query)]
    )


def suggestion_label(row: PceRow) -> tuple[str, str, str]:
    """Return a PCE as an option: number, name, then number, city and holder."""
    note = " · ".join(part for part in (row.number, row.city, row.holder) if part)
    return (row.number, row.alias or row.number, note)


on.client(
    "frame",
    "openFound",
    Output(Ids.LOCATION, "href", allow_duplicate=True),
    Input(Ids.SEARCH_CHOICE, "data"),
)
on.client("frame", "writeAddress", Input(Ids.URL, "data"))
on.client(
    "frame", "followPage", Input("_pages_location", "pathname"), Input("_pages_store", "data")
)
