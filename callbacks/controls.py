"""Callbacks of the client's grid of controls: rows, filters, selection, calendar links."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.pces import block_of
from callbacks.request import is_key
from components import frame
from components.controls import Ids
from components.controls.calendars import calendar_list
from components.controls.filters import (
    ALL,
    ControlQuery,
    boxes_in,
    control_filter,
    counted,
    filter_model,
    filter_text,
    read_wanted,
    wanted_of,
    write_wanted,
)
from components.controls.labels import count_text
from components.controls.listing import FilterCounts, box_options, selected_text, state_options
from components.controls.rows import grid_row
from components.kit import segment_options
from core.access import Permission, Viewer
from data.controls import actions, queries
from data.request import Request

on = CallbackGroup()
Sent = dict[str, Any] | None


@on(
    output={
        "rows": Output(Ids.GRID, "getRowsResponse"),
        "count": Output(Ids.COUNT, "children"),
        "nothing": Output(Ids.NOTHING, "hidden"),
        "words": Output(Ids.WORDS, "children"),
        "states": Output(Ids.STATE, "options"),
        "boxes": Output(Ids.BOX, "options"),
        "url": Output(frame.Ids.URL, "data", allow_duplicate=True),
    },
    inputs={"rows_request": Input(Ids.GRID, "getRowsRequest")},
    state={"opened": State(Ids.OPENED, "data")},
    permission=Permission.CONTROLS_READ,
    prevent_initial_call="initial_duplicate",
)
def show_rows(*, rows_request: Sent, opened: Sent, request: Request) -> dict[str, Any]:
    if not isinstance(rows_request, dict):
        raise PreventUpdate
    list_view = wanted_of(rows_request)
    url = write_wanted(replace(list_view, open=opened_uid(opened)))
    page_outputs = {"words": filter_text(list_view), "url": url}
    return {
        **list_page(request, rows_request, list_view),
        **options(request.db, request.viewer, list_view),
        **page_outputs,
    }


def list_page(
    request: Request, rows_request: dict[str, Any], wanted: ControlQuery
) -> dict[str, Any]:
    """The block of lines that AG Grid asks for, and how many there are."""
    db, viewer = request.db, request.viewer
    offset, limit, *_order = block_of(rows_request)
    way: dict[str, Any] = {"sort": wanted.column, "descending": wanted.descending}
    way |= {"offset": offset, "limit": limit}
    rows, total = queries.list_controls(db, viewer, control_filter(wanted), **way)
    drawn = [grid_row(row, viewer, request.proof_delays) for row in rows]
    return {
        "rows": {"rowData": drawn, "rowCount": total},
        "count": count_text(total),
        "nothing": bool(total),
    }


def options(db: Session, viewer: Viewer, wanted: ControlQuery) -> dict[str, Any]:
    """The chips with the counts of what the other filters leave."""
    every = counted(wanted)
    counts = FilterCounts(
        queries.count_states(db, viewer, every),
        queries.count_boxes(db, viewer, control_filter(wanted)),
        queries.list_controls(db, viewer, every, limit=0)[1],
    )
    states, boxes = segment_options(state_options(counts)), segment_options(box_options(counts))
    return {"states": states, "boxes": boxes}


def opened_uid(opened: Mapping[str, Any] | None) -> str:
    return str((opened or {}).get("uid") or "")[:36]


@on(
    Output(Ids.GRID, "filterModel"),
    Input(Ids.SEARCH, "value"),
    Input(Ids.STATE, "value"),
    Input(Ids.BOX, "value"),
    Input(Ids.OF_RIGHT, "data"),
    permission=Permission.CONTROLS_READ,
    prevent_initial_call=True,
)
def filter_list(
    text: str | None, show: str | None, boxes: list[Any] | None, right: str | None
) -> dict[str, Any]:
    list_view = read_wanted({"q": text, "show": show, "right": right})
    return filter_model(replace(list_view, boxes=boxes_in(boxes or [])))


@on(
    Output(Ids.SEARCH, "value"),
    Output(Ids.STATE, "value"),
    Output(Ids.BOX, "value"),
    Output(Ids.OF_RIGHT, "data"),
    Input(Ids.CLEAR, "n_clicks"),
    permission=Permission.CONTROLS_READ,
    prevent_initial_call=True,
)
def clear_filters(clicks: int | None) -> tuple[str, str, list[str], str]:
    del clicks
    return "", ALL, [], ""


@on(
    Output(Ids.SELECTED, "children"),
    Output(Ids.MANY, "disabled"),
    Input(Ids.GRID, "selectedRows"),
    permission=Permission.CONTROLS_ANSWER,
    prevent_initial_call=True,
)
def count_selected(rows: list[Any] | None) -> tuple[str, bool]:
    return selected_text(len(rows or [])), not rows


@on(
    Output(Ids.CALENDARS, "children"),
    Input(Ids.NEW_CALENDAR, "n_clicks"),
    permission=Permission.CONTROLS_READ,
    writes=True,
    prevent_initial_call=True,
)
def create_calendar(clicks: int | None, *, request: Request) -> Sequence[Component]:
    """The address is in this answer and nowhere else: only its hash is kept."""
    del clicks
    db, viewer = request.db, request.viewer
    token = actions.create_calendar(db, viewer, now=request.now)
    address = f"{request.portal.address}/calendrier/{token}.ics"
    return calendar_list(queries.list_calendars(db, viewer), address)


@on(
    Output(Ids.CALENDARS, "children", allow_duplicate=True),
    Input(Ids.DROP_CALENDAR, "data"),
    permission=Permission.CONTROLS_READ,
    writes=True,
    prevent_initial_call=True,
)
def drop_calendar(dropped: Sent, *, request: Request) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    link = (dropped or {}).get("id")
    if not is_key(link):
        raise PreventUpdate
    actions.revoke_calendar(db, viewer, link, now=request.now)
    return calendar_list(queries.list_calendars(db, viewer))


on.client("controls", "showCount", Input(Ids.TOTALS, "children"))
