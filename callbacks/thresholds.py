"""Callbacks of the list of thresholds."""

from secrets import token_hex
from typing import Any

from dash import Input, Output, State, ctx
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks import grid_screen as grids
from callbacks.group import CallbackGroup
from callbacks.inputs import Rows, Sent, number_in
from callbacks.outputs import TOASTS, URL
from components.kit import link, segment_options, toast
from components.thresholds import Ids
from components.thresholds.episodes import episode_pages
from components.thresholds.filters import (
    REMOVED,
    asked_at,
    filter_model,
    filter_of_model,
    read_filters,
    show_of,
    write_asked,
)
from components.thresholds.listing import SCREEN, chips
from components.thresholds.rows import count_text, grid_row, selected_text
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _, plural
from data.request import Request
from data.thresholds import actions, queries
from data.thresholds.types import ThresholdFilter

on = CallbackGroup()
MOST_TICKED = 500  # each is evaluated in a blocking transaction
ACTS = {
    Ids.PAUSE: actions.pause,
    Ids.RESUME: actions.resume,
    Ids.REMOVE: actions.remove,
    Ids.RESTORE: actions.restore,
}
on.rows_again(Ids.GRID, Ids.CHANGED)


@on(**grids.declare_rows(SCREEN), permission=Permission.THRESHOLDS_READ)
def show_rows(rows_request: Sent, *, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    block = grids.block_of(rows_request)
    rows, total = queries.list_thresholds(
        db, viewer, filter_of_model(block.model), block=block.rows
    )
    lines = [grid_row(row, viewer.today) for row in rows]
    return grids.answer_rows(lines, total, count_text(total))


@grids.filters(
    on,
    Ids.GRID,
    {"q": Ids.SEARCH, "show": Ids.SHOW},
    URL,
    Output(Ids.EPISODE_PAGES, "children", allow_duplicate=True),
    state={"pce": State(Ids.FOR_PCE, "data"), "place": State(Ids.PLACE, "data")},
    permission=Permission.THRESHOLDS_READ,
)
def filter_list(
    *, fields: dict[str, str | None], pce: str | None, place: dict[str, int] | None
) -> tuple[dict[str, Any], str, list[Component]]:
    """Return the list filters and their address; alerts keep their page."""
    list_view, total = asked_at(place, read_filters({**fields, "pce": pce}))
    return (
        filter_model(list_view.thresholds_filter),
        write_asked(list_view),
        episode_pages(list_view, total),
    )


clear_filters = grids.register_clear(on, SCREEN, Permission.THRESHOLDS_READ)


@on(
    Output(Ids.STANDING, "hidden"),
    Output(Ids.GONE, "hidden"),
    Output(Ids.GRID, "selectedRows"),
    Input(Ids.SHOW, "value"),
    permission=Permission.THRESHOLDS_WRITE,
)
def show_verbs(show: str | None) -> tuple[bool, bool, list[Any]]:
    """Return which actions are hidden, and clear the selection."""
    return show == REMOVED, show != REMOVED, []


@on(
    Output(Ids.SELECTED, "children"),
    *(Output(act, "disabled") for act in ACTS),
    Input(Ids.GRID, "selectedRows"),
    State(Ids.SHOW, "value"),
    permission=Permission.THRESHOLDS_WRITE,
)
def count_selected(rows: list[Any] | None, show: str | None) -> tuple[str | bool, ...]:
    """Return how many rows are ticked, and whether each action waits for one."""
    text = selected_text(len(rows or []), removed=show == REMOVED)
    return text, *(not rows for _act in ACTS)


@on.click(
    tuple(ACTS),
    TOASTS,
    Output(Ids.CHANGED, "data"),
    Output(Ids.SHOW, "options"),
    state={
        "rows": State(Ids.GRID, "selectedRows"),
        "shown": {
            "q": State(Ids.SEARCH, "value"),
            "show": State(Ids.SHOW, "value"),
            "pce": State(Ids.FOR_PCE, "data"),
        },
    },
    permission=Permission.THRESHOLDS_WRITE,
    writes=True,
)
def act_on_selected(
    *, rows: Rows, shown: dict[str, str | None], request: Request
) -> tuple[Component, str, list[dict[str, Any]]]:
    """Apply an action to the selected thresholds; reload rows and counts."""
    db, viewer = request.db, request.viewer
    act, ids = Ids(ctx.triggered_id), ticked(rows)
    ACTS[act](db, viewer, ids, now=request.now)
    return acted(act, len(ids)), token_hex(4), counted(db, viewer, read_filters(shown))


def counted(db: Session, viewer: Viewer, wanted: ThresholdFilter) -> list[dict[str, Any]]:
    """Return the quick filters with their counts."""
    return segment_options(chips(queries.count_thresholds(db, viewer, wanted), show_of(wanted)))


def ticked(rows: Rows) -> list[int]:
    """Return the selected thresholds, without duplicates. Raise Invalid."""
    threshold_ids = dict.fromkeys(number_in(str(row.get("id"))) for row in rows or [])
    ids = [id_ for id_ in threshold_ids if id_ is not None]
    if len(ids) > MOST_TICKED:
        raise Invalid(N_("Cochez au plus {most} seuils à la fois."), most=MOST_TICKED)
    if not ids:
        raise Invalid(N_("Cochez d’abord au moins un seuil."))
    return ids


def acted(act: Ids, count: int) -> Component:
    messages_by_act = {
        Ids.PAUSE: _("Suspendu : il n’est plus évalué tant que vous ne le reprenez pas"),
        Ids.RESUME: _("Repris : il est évalué de nouveau à partir d’aujourd’hui"),
        Ids.REMOVE: _("Retiré ; son historique reste, et vous pouvez le rétablir"),
        Ids.RESTORE: _("Rétabli : il est évalué de nouveau à partir d’aujourd’hui"),
    }
    count_said = plural("{count} seuil", "{count} seuils", count)
    gone = link(_("Voir les seuils retirés"), f"/seuils?show={REMOVED}")
    return toast(
        messages_by_act[act], count_said, tone="ok", link=gone if act is Ids.REMOVE else None
    )
