"""Callbacks of the list of delivery points."""

from typing import Any
from urllib.parse import urlencode

from dash import Input, Output, State, ctx
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.grid_screen import (
    Sent,
    answer_rows,
    block_of,
    declare_rows,
    register_clear,
    register_count,
)
from callbacks.group import CallbackGroup
from callbacks.outputs import LOCATION, TOASTS, URL
from components.kit import alert, toast
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
from components.pces.listing import SCREEN
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.exports import actions as exports
from data.exports.rules import MOST_PICKED
from data.metering.pces import actions, queries
from data.metering.pces.types import PceChoice, PceFilter
from data.request import Request
from data.rights import actions as rights
from data.thresholds import queries as thresholds

on = CallbackGroup()
MOST_TICKED = 5000  # the maximum of one threshold


@on(**declare_rows(SCREEN), permission=Permission.PCES_READ)
def show_rows(rows_request: Sent, *, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    if not isinstance(rows_request, dict):
        raise PreventUpdate
    rows, total = list_page(db, viewer, rows_request)
    chips_by_pce = thresholds.load_episode_chips(db, viewer, [row.number for row in rows])
    lines = [grid_row(row, viewer.today, chips_by_pce.get(row.number)) for row in rows]
    words = asked_text(view_of_model(rows_request.get("filterModel")))
    return answer_rows(lines, total, count_text(total), words=words)


clear_filters = register_clear(on, SCREEN, Permission.PCES_READ)


def list_page(db: Session, viewer: Viewer, rows_request: dict[str, Any]) -> tuple[list[Any], int]:
    """Return the rows that AG Grid requests, with validated bounds."""
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
    URL,
    Input(Ids.SEARCH, "value"),
    Input(Ids.TAG, "value"),
    Input(Ids.FRESHNESS, "value"),
    Input(Ids.UNHELD, "value"),
    permission=Permission.PCES_READ,
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


count_selected = register_count(
    on, Ids.GRID, (Ids.SELECTED, Ids.ACTS), selected_text, Permission.PCES_READ
)


@on(
    TOASTS,
    Output(Ids.GRID, "filterModel", allow_duplicate=True),
    Input(Ids.ADD_TAG, "n_clicks"),
    Input(Ids.REMOVE_TAG, "n_clicks"),
    State(Ids.NEW_TAG, "value"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.PCES_WRITE,
    writes=True,
)
def tag_selected(
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


def find_exported(
    clicks: int | None,
    ticked: int | None,
    rows: list[dict[str, Any]] | None,
    model: dict[str, Any] | None,
    *,
    request: Request,
) -> str | tuple[str, ...]:
    """Return the PCEs to export: selected or filtered ones, or the address of the filter."""
    del clicks, ticked
    numbers, view = numbers_of(rows), view_of_model(model)
    choice = PceChoice(numbers=tuple(numbers)) if numbers else PceChoice(view)
    plain = "" if numbers else export_address(view)
    return plain or queries.find_numbers(request.db, request.viewer, choice, MOST_PICKED + 1)


def export_address(view: PceFilter) -> str:
    """Return the export form's address for a tag, a search or all; "" for other filters."""
    query = {name: value for name, value in (("tag", tag_of(view)), ("q", view.text)) if value}
    if len(query) > 1 or view.freshness or view.unheld:
        return ""
    return f"/exports?{urlencode(query)}" if query else "/exports"


@on(
    LOCATION,
    Input(Ids.EXPORT, "n_clicks"),
    Input(Ids.EXPORT_TICKED, "n_clicks"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.CONSUMPTION_EXPORT,
    writes=True,
    before=find_exported,
)
def export_shown(
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
    """Return the selected PCEs, without duplicates. Raise Invalid above the maximum."""
    numbers = list(dict.fromkeys(str(row.get("number")) for row in rows or []))
    if len(numbers) > MOST_TICKED:
        raise Invalid(N_("Cochez au plus {most} PCE à la fois."), most=MOST_TICKED)
    return numbers


def tagged(count: int, *, adding: bool) -> Component:
    title = _("Étiquette ajoutée") if adding else _("Étiquette retirée")
    return toast(title, selected_text(count), tone="ok")


@on(
    TOASTS,
    Output(Ids.GRID, "filterModel", allow_duplicate=True),
    Input(Ids.ASSIGN, "n_clicks"),
    State(Ids.HOLDER, "value"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.PCES_CREATE,
    writes=True,
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
)
def rename(
    clicks: int | None, number: str | None, alias: str | None, *, request: Request
) -> Component:
    del clicks
    actions.rename(request.db, request.viewer, number or "", alias or "", now=request.now)
    return alert(_("Nom enregistré"), alias or _("sans nom"), "ok")
