"""Callbacks of the list of delivery points."""

from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from components import frame
from components.kit import DOWN, alert, sort_in, toast
from components.pces import (
    ALL,
    NOBODY,
    Ids,
    asked_text,
    count_text,
    filter_model,
    grid_row,
    read_filters,
    selected_text,
    tag_of,
    view_of_model,
    write_filters,
)
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.exports import actions as exports
from data.exports.rules import MOST_PICKED
from data.pces import actions, queries
from data.pces.types import PceChoice, PceFilter
from data.request import Request
from data.rights import actions as rights
from data.thresholds import queries as thresholds

on = CallbackGroup()
MOST_TICKED = 5000  # as many as one threshold watches
BLOCK = 100
MOST_ROWS = 10_000_000


@on(
    Output(Ids.GRID, "getRowsResponse"),
    Output(Ids.COUNT, "children"),
    Output(Ids.NOTHING, "hidden"),
    Output(Ids.ASKED, "children"),
    Input(Ids.GRID, "getRowsRequest"),
    permission=Permission.PCES_READ,
)
def show_rows(
    rows_request: dict[str, Any] | None, *, request: Request
) -> tuple[Any, Any, Any, Any]:
    db, viewer = request.db, request.viewer
    if not isinstance(rows_request, dict):
        return (no_update,) * 4
    rows, total = list_page(db, viewer, rows_request)
    chips_by_pce = thresholds.load_episode_chips(db, viewer, [row.number for row in rows])
    lines = [grid_row(row, viewer.today, chips_by_pce.get(row.number)) for row in rows]
    filter_label = asked_text(view_of_model(rows_request.get("filterModel")))
    return {"rowData": lines, "rowCount": total}, count_text(total), bool(total), filter_label


@on(
    Output(Ids.SEARCH, "value"),
    Output(Ids.TAG, "value"),
    Output(Ids.FRESHNESS, "value"),
    Output(Ids.UNHELD, "value"),
    Input(Ids.CLEAR, "n_clicks"),
    permission=Permission.PCES_READ,
    prevent_initial_call=True,
)
def clear_filters(clicks: int | None) -> tuple[str, str, str, bool]:
    del clicks
    return "", ALL, ALL, False


def block_of(rows_request: dict[str, Any]) -> tuple[int, int, str, bool]:
    """Offset, limit, sorted column and direction of a grid's request, whatever it says."""
    start, end = rows_request.get("startRow"), rows_request.get("endRow")
    offset = start if isinstance(start, int) and 0 <= start <= MOST_ROWS else 0
    limit = end - offset if isinstance(end, int) else BLOCK
    sort = sort_in(rows_request)
    return (
        offset,
        limit if 0 < limit <= BLOCK else BLOCK,
        sort.removeprefix(DOWN) or "alias",
        sort.startswith(DOWN),
    )


def list_page(db: Session, viewer: Viewer, rows_request: dict[str, Any]) -> tuple[list[Any], int]:
    """The block of rows that AG Grid asks for, its bounds and words checked."""
    offset, limit, sort, descending = block_of(rows_request)
    return queries.list_pces(
        db,
        viewer,
        view_of_model(rows_request.get("filterModel")),
        sort=sort,
        descending=descending,
        offset=offset,
        limit=limit,
    )


@on(
    Output(Ids.GRID, "filterModel"),
    Output(frame.Ids.URL, "data", allow_duplicate=True),
    Input(Ids.SEARCH, "value"),
    Input(Ids.TAG, "value"),
    Input(Ids.FRESHNESS, "value"),
    Input(Ids.UNHELD, "value"),
    permission=Permission.PCES_READ,
    prevent_initial_call=True,
)
def filter_list(
    text: str | None,
    tag: str | None,
    state: str | None,
    unheld: bool | None,  # noqa: FBT001 (the switch's value)
) -> tuple[dict[str, Any], str]:
    holder = NOBODY if unheld else ""
    fresh, label = ("" if word == ALL else word for word in (state, tag))
    view = read_filters({"q": text, "tag": label, "fresh": fresh, "holder": holder})
    return filter_model(view), write_filters(view)


@on(
    Output(Ids.SELECTED, "children"),
    Output(Ids.ACTS, "disabled"),
    Input(Ids.GRID, "selectedRows"),
    permission=Permission.PCES_READ,
    prevent_initial_call=True,
)
def count_selected(rows: list[Any] | None) -> tuple[str, bool]:
    return selected_text(len(rows or [])), not rows


@on(
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Output(Ids.GRID, "filterModel", allow_duplicate=True),
    Input(Ids.ADD_TAG, "n_clicks"),
    Input(Ids.REMOVE_TAG, "n_clicks"),
    State(Ids.NEW_TAG, "value"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.PCES_WRITE,
    writes=True,
    prevent_initial_call=True,
)
def tag_selected(  # noqa: PLR0913
    add: int | None,
    remove: int | None,
    tag: str | None,
    rows: list[dict[str, Any]] | None,
    model: dict[str, Any] | None,
    *,
    request: Request,
) -> tuple[Component, dict[str, Any]]:
    del add, remove
    adding = ctx.triggered_id == Ids.ADD_TAG
    added_tags, off = ([tag or ""], []) if adding else ([], [tag or ""])
    count = actions.set_tags(
        request.db, request.viewer, numbers_of(rows), add=added_tags, remove=off, now=request.now
    )
    return tagged(count, adding=adding), model or {}


def sought(
    clicks: int | None,
    ticked: int | None,
    rows: list[dict[str, Any]] | None,
    model: dict[str, Any] | None,
    *,
    request: Request,
) -> str | tuple[str, ...]:
    """What is exported: the ticked PCE, else those that the filters find, or their address."""
    del clicks, ticked
    numbers, view = numbers_of(rows), view_of_model(model)
    choice = PceChoice(numbers=tuple(numbers)) if numbers else PceChoice(view)
    plain = "" if numbers else export_address(view)
    return plain or queries.find_numbers(request.db, request.viewer, choice, MOST_PICKED + 1)


def export_address(view: PceFilter) -> str:
    """The form of exports opened on one tag, one search or all; "" for any other filter."""
    query = {name: value for name, value in (("tag", tag_of(view)), ("q", view.text)) if value}
    if len(query) > 1 or view.freshness or view.unheld:
        return ""
    return f"/exports?{urlencode(query)}" if query else "/exports"


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Input(Ids.EXPORT, "n_clicks"),
    Input(Ids.EXPORT_TICKED, "n_clicks"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.CONSUMPTION_EXPORT,
    writes=True,
    before=sought,
    prevent_initial_call=True,
)
def export_shown(  # noqa: PLR0913
    clicks: int | None,
    ticked: int | None,
    rows: list[dict[str, Any]] | None,
    model: dict[str, Any] | None,
    *,
    ready: str | tuple[str, ...],
    request: Request,
) -> str:
    del clicks, ticked, rows, model
    if isinstance(ready, str):
        return ready
    return (
        f"/exports?picked={exports.keep_pick(request.db, request.viewer, ready, now=request.now)}"
    )


def numbers_of(rows: list[dict[str, Any]] | None) -> list[str]:
    """The PCE of the ticked lines, each once."""
    numbers = list(dict.fromkeys(str(row.get("number")) for row in rows or []))
    if len(numbers) > MOST_TICKED:
        raise Invalid(N_("Cochez au plus {most} PCE à la fois."), most=MOST_TICKED)
    return numbers


def tagged(count: int, *, adding: bool) -> Component:
    title = _("Étiquette ajoutée") if adding else _("Étiquette retirée")
    return toast(title, selected_text(count), tone="ok")


@on(
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Output(Ids.GRID, "filterModel", allow_duplicate=True),
    Input(Ids.ASSIGN, "n_clicks"),
    State(Ids.HOLDER, "value"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.PCES_CREATE,
    writes=True,
    prevent_initial_call=True,
)
def assign_selected(
    clicks: int | None,
    holder: str | None,
    rows: list[dict[str, Any]] | None,
    model: dict[str, Any] | None,
    *,
    request: Request,
) -> tuple[Component, dict[str, Any]]:
    del clicks
    db, viewer = request.db, request.viewer
    numbers = numbers_of(rows)
    moved = actions.assign_holder(db, viewer, numbers, holder or "", now=request.now)
    rights.holders_moved(db, moved, now=request.now)
    return toast(_("Titulaire enregistré"), selected_text(len(numbers)), tone="ok"), model or {}


@on(
    Output(Ids.RENAMED, "children"),
    Input(Ids.RENAME, "n_clicks"),
    State(Ids.NUMBER, "data"),
    State(Ids.ALIAS, "value"),
    permission=Permission.PCES_WRITE,
    writes=True,
    prevent_initial_call=True,
)
def rename(
    clicks: int | None, number: str | None, alias: str | None, *, request: Request
) -> Component:
    del clicks
    actions.rename(request.db, request.viewer, number or "", alias or "", now=request.now)
    return alert(_("Nom enregistré"), alias or _("sans nom"), "ok")
