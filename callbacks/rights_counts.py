"""Callbacks that count the rights of each filter, after the rows are shown."""

from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent
from components.rights import Ids
from components.rights.counts import keep, total
from components.rights.filters import RightListParams, right_filter, wanted_of
from components.rights.labels import count_text
from components.rights.listing import RightListFacts, chip_options, opening
from core.access import Permission
from data.request import Request
from data.rights import queries
from data.rights.types import RightFilter, RightState

on = CallbackGroup()


@on(
    output={
        "chips": Output(Ids.STATE, "options"),
        "count": Output(Ids.COUNT, "children", allow_duplicate=True),
        "kept": Output(Ids.COUNTS, "data"),
    },
    inputs={"asked": Input(Ids.COUNTING, "data")},
    permission=Permission.RIGHTS_READ,
)
def count(*, asked: Sent, request: Request) -> dict[str, Any]:
    """Return the exact counts of the filters of the displayed rows, which may be slow."""
    db, viewer = request.db, request.viewer
    if not isinstance(asked, dict):
        raise PreventUpdate
    list_view = wanted_of(asked)
    counts = queries.count_states(db, viewer, right_filter(list_view, viewer.today))
    return {
        "chips": [{"value": value, "label": label} for value, label in chip_options(counts)],
        "count": count_text(total(counts, list_view)),
        "kept": keep(counts, list_view, request.now),
    }


@on(Output(Ids.OPENING, "children"), Input(Ids.CHANGED, "data"), permission=Permission.RIGHTS_READ)
def say_opening(changed: str | None, *, request: Request) -> list[Component | str]:
    """Return the summary sentence after a change."""
    del changed
    db, viewer = request.db, request.viewer
    every = queries.count_states(db, viewer)
    ending = right_filter(RightListParams(ending=True), viewer.today)
    waits = RightFilter(states=(RightState.PENDING,), relayed=True)
    facts = RightListFacts(
        RightListParams(),
        every,
        every,
        ending=queries.count_rights(db, viewer, ending),
        relayed=0 if viewer.staff else queries.count_rights(db, viewer, waits),
    )
    return opening(viewer, facts)


on.client(
    "grid",
    "resize",
    Output(Ids.COUNT, "data-lines"),
    Input(Ids.COUNTS, "data"),
    State(Ids.GRID, "id"),
)
