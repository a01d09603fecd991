"""Callbacks of a bulk operation on rights: progress, stop, undo."""

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import is_key
from components.rights import Ids
from components.rights.bulk_page import act_body
from core.access import Permission
from data.request import Request
from data.rights import actions, queries

on = CallbackGroup()
_AGAIN = (
    Output(Ids.ACT, "children", allow_duplicate=True),
    Output(Ids.ACT_POLL, "disabled", allow_duplicate=True),
)


@on(
    Output(Ids.ACT, "children"),
    Output(Ids.ACT_POLL, "disabled"),
    Input(Ids.ACT_POLL, "n_intervals"),
    State(Ids.ACT_SHOWN, "data"),
    permission=Permission.RIGHTS_READ,
)
def follow(
    ticks: int | None, shown: int | None, *, request: Request
) -> tuple[list[Component], bool]:
    del ticks
    return drawn(request, act_in(shown))


@on(
    *_AGAIN,
    Input(Ids.ACT_STOP, "n_clicks"),
    State(Ids.ACT_SHOWN, "data"),
    permission=Permission.RIGHTS_READ,  # and that of the operation
    writes=True,
)
def stop(
    clicks: int | None, shown: int | None, *, request: Request
) -> tuple[list[Component], bool]:
    if not clicks:
        raise PreventUpdate
    actions.stop_act(request.db, request.viewer, act_in(shown), now=request.now)
    return drawn(request, act_in(shown))


@on(
    *_AGAIN,
    Input(Ids.ACT_UNDO, "n_clicks"),
    State(Ids.ACT_SHOWN, "data"),
    permission=Permission.RIGHTS_READ,  # and that of the operation
    writes=True,
)
def undo(
    clicks: int | None, shown: int | None, *, request: Request
) -> tuple[list[Component], bool]:
    if not clicks:
        raise PreventUpdate
    actions.undo_act(request.db, request.viewer, act_in(shown), now=request.now)
    return drawn(request, act_in(shown))


def drawn(request: Request, act_id: int) -> tuple[list[Component], bool]:
    """Return the current state of an operation, and whether it has ended."""
    receipt = queries.get_act_receipt(request.db, request.viewer, act_id)
    return act_body(receipt, request.now), not receipt.busy


def act_in(shown: object) -> int:
    """Return the operation of the page; 0, which does not exist, for anything else."""
    return shown if is_key(shown) else 0
