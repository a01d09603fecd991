"""Callbacks of the readers page: search, and answer once."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent
from callbacks.outputs import LOCATION, TOASTS, URL
from components.kit import toast
from components.rights import Ids
from components.rights.readers import held_body
from components.rights.readers_answer import DONE, done_text
from components.rights.readers_query import list_address, list_query
from core.access import Permission
from core.i18n import _
from data.request import Request
from data.rights import actions, queries
from data.rights.messages import TEXT_VERSION
from data.rights.types import LONGEST_SEARCH, ConsentEvidence, RightTrigger

on = CallbackGroup()
_TRIGGERS: Mapping[str, RightTrigger] = {
    "accept": RightTrigger.ACCEPTED,
    "refuse": RightTrigger.REFUSED,
    "withdraw": RightTrigger.WITHDRAWN,
}


@on(
    Output(Ids.HELD_BODY, "children"),
    URL,
    Input(Ids.HELD_SEARCH, "value"),
    permission=Permission.RIGHTS_READ,
)
def search(text: str | None, *, request: Request) -> tuple[list[Component], str]:
    db, viewer = request.db, request.viewer
    held_view = queries.get_held_view(db, viewer, text or "", 1)
    return held_body(viewer, held_view), list_query(held_view.text)


@on(
    LOCATION,
    TOASTS,
    Input(Ids.HELD, "data"),
    State("_pages_location", "search"),
    permission=Permission.RIGHTS_ANSWER,
    writes=True,
)
def answer(pressed: Sent, search: str | None, *, request: Request) -> tuple[str, Component]:
    act, uids = read_press(pressed)
    evidence = ConsentEvidence(request.ip, TEXT_VERSION)
    done = actions.answer_as_holder(
        request.db, request.viewer, _TRIGGERS[act], uids, evidence=evidence, now=request.now
    )
    back = list_address(searched(search))
    return back, toast(_(DONE[act]), done_text(act, len(done)), tone="ok")


def searched(address_search: str | None) -> str:
    """Return the search from which an answer was opened, as in its address."""
    parameters = parse_qs((address_search or "")[:2000].removeprefix("?"))
    return parameters.get("q", [""])[0][:LONGEST_SEARCH]


def read_press(pressed: Mapping[str, Any] | None) -> tuple[str, list[str]]:
    """Return the answer and its rights."""
    act = str((pressed or {}).get("act") or "")
    uids = str((pressed or {}).get("uids") or "").split()
    if act not in _TRIGGERS or not uids:
        raise PreventUpdate
    return act, uids
