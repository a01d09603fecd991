"""Callbacks of the grid of rights: rows, filters, saved views, selection."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, uid_of
from callbacks.outputs import TOASTS, URL
from components.kit import order_of, toast
from components.rights import Ids
from components.rights.counts import Counts, cached_counts, total
from components.rights.filters import (
    RightListParams,
    filter_model,
    filter_text,
    read_wanted,
    right_filter,
    wanted_of,
    write_wanted,
)
from components.rights.labels import count_text
from components.rights.listing import SCREEN, every_text, selected_text
from components.rights.rows import columns, grid_row
from components.rights.views import views_list
from core.access import Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import _
from data.request import Request
from data.rights import actions, queries
from data.rights.types import RightSort

on = CallbackGroup()


@on(
    **grids.declare_rows(SCREEN, counting=Output(Ids.COUNTING, "data"), url=URL),
    state={
        "full": State(Ids.FULL, "value"),
        "opened": State(Ids.OPENED, "data"),
        "counts": State(Ids.COUNTS, "data"),
    },
    permission=Permission.RIGHTS_READ,
)
def show_rows(
    *, rows_request: Sent, full: bool | None, opened: Sent, counts: Sent, request: Request
) -> dict[str, Any]:
    block = grids.block_of(rows_request)
    list_view = wanted_of(rows_request)
    url = write_wanted(replace(list_view, full=bool(full), open=uid_of(opened)))
    lines = list_lines(request.db, request.viewer, list_view, block)
    page_counts = cached_counts(counts, list_view, request.now)
    outputs = {"words": filter_text(list_view), "url": url}
    return {**counted_rows(lines, block, list_view, page_counts), **outputs}


def counted_rows(
    lines: list[dict[str, Any]], block: grids.Block, wanted: RightListParams, known: Counts | None
) -> dict[str, Any]:
    """Return the rows and their count; an unknown one is computed in a later call."""
    offset = block.rows.offset
    end = offset + len(lines) if len(lines) < block.rows.limit else None
    row_count = end if known is None else total(known, wanted)
    unknown = {"filterModel": block.model} if known is None else no_update
    return {
        "rows": {"rowData": lines, "rowCount": row_count},
        "count": no_update if offset else count_text(row_count),
        "nothing": bool(lines or offset),
        "counting": no_update if offset else unknown,
    }


def list_lines(
    db: Session, viewer: Viewer, wanted: RightListParams, block: grids.Block
) -> list[dict[str, Any]]:
    rights_filter = right_filter(wanted, viewer.today)
    order = order_of(wanted.sort, RightSort)
    rows = queries.list_rights(db, viewer, rights_filter, **order, block=block.rows)
    return [grid_row(row, viewer) for row in rows]


FIELDS = {
    "q": Ids.SEARCH,
    "state": Ids.STATE,
    "role": Ids.ROLE,
    "ending": Ids.ENDING,
    "org": Ids.ORGANISATION,
    "run": Input(Ids.OF_RUN, "data"),
}


@grids.filters(on, Ids.GRID, FIELDS, Output(Ids.PICKED, "data"), permission=Permission.RIGHTS_READ)
def filter_list(*, fields: grids.Fields) -> tuple[dict[str, Any], None]:
    return filter_model(replace(read_wanted(fields), ending=bool(fields["ending"]))), None


clear_filters = grids.register_clear(on, SCREEN, Permission.RIGHTS_READ)


@on(
    Output(Ids.GRID, "columnDefs"),
    URL,
    Input(Ids.FULL, "value"),
    State(Ids.GRID, "getRowsRequest"),
    State(Ids.OPENED, "data"),
    permission=Permission.RIGHTS_READ,
)
def show_whole(
    full: bool | None,  # noqa: FBT001 (the switch's value)
    rows_request: Sent,
    opened: Sent,
    *,
    request: Request,
) -> tuple[list[dict[str, Any]], str]:
    list_view = replace(wanted_of(rows_request), full=bool(full), open=uid_of(opened))
    return columns(request.viewer, list_view), write_wanted(list_view)


@on.click(
    Ids.EVERY,
    Output(Ids.PICKED, "data", allow_duplicate=True),
    Output(Ids.GRID, "selectedRows"),
    State(Ids.PICKED, "data"),
    permission=Permission.RIGHTS_READ,
)
def choose_every(picked: Sent) -> tuple[dict[str, Any] | None, list[Any]]:
    """Select all filtered rows, across pages, or cancel that."""
    return (None if (picked or {}).get("all") else {"all": True}), []


@on(
    Output(Ids.SELECTED, "children"),
    Output(Ids.EVERY, "children"),
    Output(Ids.BAR, "className"),
    Output(Ids.ACTS, "disabled"),
    Input(Ids.GRID, "selectedRows"),
    Input(Ids.PICKED, "data"),
    State(Ids.GRID, "getRowsRequest"),
    permission=Permission.RIGHTS_READ,
)
def count_selected(
    rows: list[Any] | None, picked: Sent, rows_request: Sent, *, request: Request
) -> tuple[str, str, str, bool]:
    db, viewer = request.db, request.viewer
    if not (picked or {}).get("all"):
        selection_label = selected_text(len(rows or []))
        return selection_label, _("Choisir tout le filtre"), "selection-bar", not rows
    rights_filter = right_filter(wanted_of(rows_request), viewer.today)
    selection_label = every_text(queries.count_rights(db, viewer, rights_filter))
    look = "selection-bar rights-all"
    return selection_label, _("Ne plus tout choisir"), look, False


@on.click(
    (Ids.KEEP_VIEW, Input(Ids.VIEW_NAME, "n_submit")),
    Output(Ids.VIEWS, "children"),
    Output(Ids.VIEW_NAME, "value"),
    Output(Ids.VIEW_ERROR, "children"),
    TOASTS,
    State(Ids.VIEW_NAME, "value"),
    State(Ids.GRID, "getRowsRequest"),
    State(Ids.FULL, "value"),
    permission=Permission.RIGHTS_READ,
    writes=True,
)
def keep_view(
    name: str | None,
    rows_request: Sent,
    full: bool | None,  # noqa: FBT001 (the switch's value)
    *,
    request: Request,
) -> tuple[Any, ...]:
    query = write_wanted(replace(wanted_of(rows_request), full=bool(full)))
    return view_kept(request, name or "", query)


def view_kept(request: Request, name: str, query: str) -> tuple[Any, ...]:
    """Save a view; return the error at its field if refused."""
    db, viewer = request.db, request.viewer
    try:
        actions.keep_view(db, viewer, name, query, now=request.now)
    except (Conflict, Invalid) as error:
        return no_update, no_update, _(error.message, **error.params), no_update
    done = toast(_("Vue enregistrée"), name, tone="ok")
    return views_list(queries.list_views(db, viewer)), "", "", done


@on(
    Output(Ids.VIEWS, "children", allow_duplicate=True),
    Input(Ids.DROP_VIEW, "data"),
    permission=Permission.RIGHTS_READ,
    writes=True,
)
def drop_view(dropped: Sent, *, request: Request) -> list[Component]:
    db, viewer = request.db, request.viewer
    actions.drop_view(db, viewer, view_id(dropped))
    return views_list(queries.list_views(db, viewer))


def view_id(dropped: Mapping[str, Any] | None) -> int:
    view_key = (dropped or {}).get("id")
    if not isinstance(view_key, int) or isinstance(view_key, bool):
        raise PreventUpdate
    return view_key
