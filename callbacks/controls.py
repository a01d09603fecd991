"""Callbacks of the client's grid of controls: rows, filters, selection, calendar links."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, is_key, uid_of
from callbacks.outputs import URL
from components.controls import Ids
from components.controls.calendars import calendar_list
from components.controls.filters import (
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
from components.controls.listing import (
    SCREEN,
    FilterCounts,
    box_options,
    selected_text,
    state_options,
)
from components.controls.rows import grid_row
from components.kit import order_of, segment_options
from core.access import Permission, Viewer
from core.paging import RowBlock
from data.controls import actions, queries
from data.controls.types import ControlSort
from data.request import Request

on = CallbackGroup()


@on(
    **grids.declare_rows(
        SCREEN, states=Output(Ids.STATE, "options"), boxes=Output(Ids.BOX, "options"), url=URL
    ),
    state={"opened": State(Ids.OPENED, "data")},
    permission=Permission.CONTROLS_READ,
)
def show_rows(*, rows_request: Sent, opened: Sent, request: Request) -> dict[str, Any]:
    db, viewer, block = request.db, request.viewer, grids.block_of(rows_request)
    list_view = wanted_of(rows_request)
    order = order_of(list_view.sort, ControlSort)
    rows, total = queries.list_controls(
        db, viewer, control_filter(list_view), **order, block=block.rows
    )
    drawn = [grid_row(row, viewer, request.proof_delays) for row in rows]
    url = write_wanted(replace(list_view, open=uid_of(opened)))
    outputs = {**options(db, viewer, list_view), "words": filter_text(list_view), "url": url}
    return grids.answer_rows(drawn, total, count_text(total), **outputs)


def options(db: Session, viewer: Viewer, wanted: ControlQuery) -> dict[str, Any]:
    """Return the quick filters, with their counts under the other filters."""
    every = counted(wanted)
    counts = FilterCounts(
        queries.count_states(db, viewer, every),
        queries.count_boxes(db, viewer, control_filter(wanted)),
        queries.list_controls(db, viewer, every, block=RowBlock(0))[1],
    )
    states, boxes = segment_options(state_options(counts)), segment_options(box_options(counts))
    return {"states": states, "boxes": boxes}


FIELDS = {
    "q": Ids.SEARCH,
    "show": Ids.STATE,
    "boxes": Ids.BOX,
    "right": Input(Ids.OF_RIGHT, "data"),
}


@grids.filters(on, Ids.GRID, FIELDS, permission=Permission.CONTROLS_READ)
def filter_list(*, fields: grids.Fields) -> dict[str, Any]:
    boxes = fields["boxes"] if isinstance(fields["boxes"], list) else []
    return filter_model(replace(read_wanted(fields), boxes=boxes_in(boxes)))


clear_filters = grids.register_clear(on, SCREEN, Permission.CONTROLS_READ)


count_selected = grids.register_count(
    on, Ids.GRID, (Ids.SELECTED, Ids.MANY), selected_text, Permission.CONTROLS_ANSWER
)


@on.click(
    Ids.NEW_CALENDAR,
    Output(Ids.CALENDARS, "children"),
    permission=Permission.CONTROLS_READ,
    writes=True,
)
def create_calendar(*, request: Request) -> Sequence[Component]:
    """Create a link and return its address, of which only the hash is stored."""
    db, viewer = request.db, request.viewer
    token = actions.create_calendar(db, viewer, now=request.now)
    address = f"{request.portal.address}/calendrier/{token}.ics"
    return calendar_list(queries.list_calendars(db, viewer), address)


@on(
    Output(Ids.CALENDARS, "children", allow_duplicate=True),
    Input(Ids.DROP_CALENDAR, "data"),
    permission=Permission.CONTROLS_READ,
    writes=True,
)
def drop_calendar(dropped: Sent, *, request: Request) -> Sequence[Component]:
    db, viewer = request.db, request.viewer
    link = (dropped or {}).get("id")
    if not is_key(link):
        raise PreventUpdate
    actions.revoke_calendar(db, viewer, link, now=request.now)
    return calendar_list(queries.list_calendars(db, viewer))


on.client("controls", "showCount", Input(Ids.TOTALS, "children"))
