"""What happens where one sees who reads what one holds: a search; an answer, given once."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import Group
from callbacks.request import address, now
from components import frame
from components.kit import toast
from components.rights import Ids
from components.rights.held import PATH, held_body, list_address
from components.rights.held_answer import DONE, done_text
from data.access import Permission, Viewer
from data.rights import actions, queries
from data.rights.messages import TEXT_VERSION
from data.rights.types import Evidence, Trigger
from i18n import _

on = Group()
_TRIGGERS: Mapping[str, Trigger] = {
    "accept": Trigger.ACCEPTED,
    "refuse": Trigger.REFUSED,
    "withdraw": Trigger.WITHDRAWN,
}


@on(
    Output(Ids.HELD_BODY, "children"),
    Output(frame.Ids.URL, "data", allow_duplicate=True),
    Input(Ids.HELD_SEARCH, "value"),
    permission=Permission.RIGHTS_READ,
    prevent_initial_call=True,
)
def search(text: str | None, *, db: Session, viewer: Viewer) -> tuple[list[Component], str]:
    found = queries.view_held(db, viewer, text or "", 1)
    return held_body(viewer, found), list_address(found.text)


@on(
    Output(frame.Ids.LOCATION, "href", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Input(Ids.HELD, "data"),
    permission=Permission.RIGHTS_ANSWER,
    writes=True,
    prevent_initial_call=True,
)
def answer(pressed: dict[str, Any] | None, *, db: Session, viewer: Viewer) -> tuple[str, Component]:
    act, uids = read_press(pressed)
    evidence = Evidence(address(), TEXT_VERSION)
    trigger = _TRIGGERS[act]
    done = actions.answer_as_holder(db, viewer, trigger, uids, evidence=evidence, now=now())
    return PATH, toast(_(DONE[act]), done_text(act, len(done)), tone="ok")


def read_press(pressed: Mapping[str, Any] | None) -> tuple[str, list[str]]:
    """Which answer, about which rights."""
    act = str((pressed or {}).get("act") or "")
    uids = str((pressed or {}).get("uids") or "").split()
    if act not in _TRIGGERS or not uids:
        raise PreventUpdate
    return act, uids
