"""Callbacks of a bulk operation on rights: progress, stop, undo."""

from dash import Output, State
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import is_key
from components.rights import Ids
from components.rights.bulk_page import act_body
from core.access import Permission
from data.request import Request
from data.rights import actions, queries

on = CallbackGroup()
READ = Permission.RIGHTS_READ  # and, to stop or undo, that of the operation
_AGAIN = (
    Output(Ids.ACT, "children", allow_duplicate=True),
    Output(Ids.ACT_POLL, "disabled", allow_duplicate=True),
    State(Ids.ACT_SHOWN, "data"),
)


@on.tick(Ids.ACT_POLL, Output(Ids.ACT, "children"), State(Ids.ACT_SHOWN, "data"), permission=READ)
def follow(shown: int | None, *, request: Request) -> tuple[list[Component], bool]:
    return drawn(request, act_in(shown))


@on.click(Ids.ACT_STOP, *_AGAIN, permission=READ, writes=True)
def stop(shown: int | None, *, request: Request) -> tuple[list[Component], bool]:
    actions.stop_act(request.db, request.viewer, act_in(shown), now=request.now)
    return drawn(request, act_in(shown))


@on.click(Ids.ACT_UNDO, *_AGAIN, permission=READ, writes=True)
def undo(shown: int | None, *, request: Request) -> tuple[list[Component], bool]:
    actions.undo_act(request.db, request.viewer, act_in(shown), now=request.now)
    return drawn(request, act_in(shown))


def drawn(request: Request, act_id: int) -> tuple[list[Component], bool]:
    """Return the current state of an operation, and whether it has ended."""
    receipt = queries.get_act_receipt(request.db, request.viewer, act_id)
    return act_body(receipt, request.now), not receipt.busy


def act_in(shown: object) -> int:
    """Return the operation of the page; 0, which does not exist, for anything else."""
    return shown if is_key(shown) else 0
