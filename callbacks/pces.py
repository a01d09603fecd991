"""Callbacks of the list of delivery points."""

from typing import Any
from urllib.parse import urlencode

from dash import Output, State, ctx
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Rows, Sent
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


@on(**grids.declare_rows(SCREEN), permission=Permission.PCES_READ)
def show_rows(rows_request: Sent, *, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    block = grids.block_of(rows_request)
    rows, total = list_page(db, viewer, block)
    chips_by_pce = thresholds.load_episode_chips(db, viewer, [row.number for row in rows])
    lines = [grid_row(row, viewer.today, chips_by_pce.get(row.number)) for row in rows]
    words = asked_text(view_of_model(block.model))
    return grids.answer_rows(lines, total, count_text(total), words=words)


clear_filters = grids.register_clear(on, SCREEN, Permission.PCES_READ)


def list_page(db: Session, viewer: Viewer, block: grids.Block) -> tuple[list[Any], int]:
    """Return the requested rows, and their total."""
    view = view_of_model(block.model)
    return queries.list_pces(db, viewer, view, **block.order, block=block.rows)


FIELDS = {"q": Ids.SEARCH, "tag": Ids.TAG, "fresh": Ids.FRESHNESS, "unheld": Ids.UNHELD}


@grids.filters(on, Ids.GRID, FIELDS, URL, permission=Permission.PCES_READ)
def filter_list(*, fields: grids.Fields) -> tuple[dict[str, Any], str]:
    tag = "" if fields["tag"] == ALL else fields["tag"]
    view = read_filters({**fields, "tag": tag, "holder": NOBODY if fields["unheld"] else ""})
    return filter_model(view), write_filters(view)


count_selected = grids.register_count(
    on, Ids.GRID, (Ids.SELECTED, Ids.ACTS), selected_text, Permission.PCES_READ
)


@on.click(
    (Ids.ADD_TAG, Ids.REMOVE_TAG),
    TOASTS,
    Output(Ids.GRID, "filterModel", allow_duplicate=True),
    State(Ids.NEW_TAG, "value"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.PCES_WRITE,
    writes=True,
)
def tag_selected(
    tag: str | None, rows: Rows, model: Sent, *, request: Request
) -> tuple[Component, dict[str, Any]]:
    adding = ctx.triggered_id == Ids.ADD_TAG
    added_tags, off = ([tag or ""], []) if adding else ([], [tag or ""])
    count = actions.set_tags(
        request.db, request.viewer, numbers_of(rows), add=added_tags, remove=off, now=request.now
    )
    return tagged(count, adding=adding), model or {}


def find_exported(rows: Rows, model: Sent, *, request: Request) -> str | tuple[str, ...]:
    """Return the PCEs to export: selected or filtered ones, or the address of the filter."""
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


@on.click(
    (Ids.EXPORT, Ids.EXPORT_TICKED),
    LOCATION,
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.CONSUMPTION_EXPORT,
    writes=True,
    before=find_exported,
)
def export_shown(rows: Rows, model: Sent, *, ready: str | tuple[str, ...], request: Request) -> str:
    del rows, model
    if isinstance(ready, str):
        return ready
    return (
        f"/exports?picked={exports.keep_pick(request.db, request.viewer, ready, now=request.now)}"
    )


def numbers_of(rows: Rows) -> list[str]:
    """Return the selected PCEs, without duplicates. Raise Invalid above the maximum."""
    numbers = list(dict.fromkeys(str(row.get("number")) for row in rows or []))
    if len(numbers) > MOST_TICKED:
        raise Invalid(N_("Cochez au plus {most} PCE à la fois."), most=MOST_TICKED)
    return numbers


def tagged(count: int, *, adding: bool) -> Component:
    title = _("Étiquette ajoutée") if adding else _("Étiquette retirée")
    return toast(title, selected_text(count), tone="ok")


@on.click(
    Ids.ASSIGN,
    TOASTS,
    Output(Ids.GRID, "filterModel", allow_duplicate=True),
    State(Ids.HOLDER, "value"),
    State(Ids.GRID, "selectedRows"),
    State(Ids.GRID, "filterModel"),
    permission=Permission.PCES_CREATE,
    writes=True,
)
def assign_selected(
    holder: str | None, rows: Rows, model: Sent, *, request: Request
) -> tuple[Component, dict[str, Any]]:
    db, viewer = request.db, request.viewer
    numbers = numbers_of(rows)
    moved = actions.assign_holder(db, viewer, numbers, holder or "", now=request.now)
    rights.holders_moved(db, moved, now=request.now)
    return toast(_("Titulaire enregistré"), selected_text(len(numbers)), tone="ok"), model or {}


@on.click(
    Ids.RENAME,
    Output(Ids.RENAMED, "children"),
    State(Ids.NUMBER, "data"),
    State(Ids.ALIAS, "value"),
    permission=Permission.PCES_WRITE,
    writes=True,
)
def rename(number: str | None, alias: str | None, *, request: Request) -> Component:
    actions.rename(request.db, request.viewer, number or "", alias or "", now=request.now)
    return alert(_("Nom enregistré"), alias or _("sans nom"), "ok")
