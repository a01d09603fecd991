"""Callbacks that read the cockpit: the queue and the open control."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, uid_of, values_of
from components import frame
from components.controls.checklist import check_column
from components.controls.cockpit import export_link
from components.controls.cockpit_query import (
    CampaignQuery,
    filter_of,
    limit_of,
    read_asked,
    write_asked,
)
from components.controls.desk_filters import owner_options, state_options
from components.controls.piece import piece_column
from components.controls.queue import QueueFacts, queue_column
from components.controls.staff_ids import Ids
from components.kit import make_static, toast
from core.access import Permission, Viewer
from core.errors import Conflict
from core.i18n import _
from core.paging import RowBlock
from data.controls import actions, queries
from data.controls.types import ControlDetail, ControlRow
from data.request import Request

on = CallbackGroup()
PLACES = {
    "q": Ids.SEARCH,
    "state": Ids.STATE,
    "owner": Ids.OWNER,
    "org": Ids.THIRD_PARTY,
    "sort": Ids.SORT,
    "campaign": Ids.CAMPAIGN,
}
CHECKED = {
    "check": Output(Ids.CHECK, "children", allow_duplicate=True),
    "opened": Output(Ids.OPENED, "data", allow_duplicate=True),
    "toast": Output(Ids.TOLD, "data", allow_duplicate=True),
}
FIELDS = values_of(State, PLACES)


@on(
    output={
        "queue": Output(Ids.QUEUE, "children"),
        "states": Output(Ids.STATE, "options"),
        "owners": Output(Ids.OWNER, "options"),
        "export": Output(Ids.EXPORT, "children"),
        "address": Output(Ids.ADDRESS, "data", allow_duplicate=True),
    },
    inputs={
        "fields": values_of(Input, PLACES),
        "more": Input(Ids.MORE, "data"),
    },
    state={"opened": State(Ids.OPENED, "data")},
    permission=Permission.CONTROLS_DECIDE,
)
def show_queue(
    *, fields: dict[str, Any], more: Sent, opened: Sent, request: Request
) -> dict[str, Any]:
    queue_view = read_asked({**fields, "controle": uid_of(opened)})
    return {
        **queue_of(request.db, request.viewer, queue_view, more),
        "address": write_asked(queue_view),
    }


def queue_of(db: Session, viewer: Viewer, asked: CampaignQuery, more: Sent) -> dict[str, Any]:
    """Return the left column, and the counts of its filters."""
    control_filter = filter_of(asked, viewer.user_id)
    states = queries.count_states(db, viewer, control_filter)
    total = states[asked.state]
    block = RowBlock(limit_of(more))
    rows, _total = queries.list_controls(
        db, viewer, control_filter, sort=asked.sort, block=block, total=total
    )
    return {
        "queue": make_static(queue_column(facts_of(db, viewer, rows, total), asked)),
        "states": options(state_options(states)),
        "owners": options(owners_of(db, viewer)),
        "export": export_link(asked, viewer, total),
    }


def facts_of(db: Session, viewer: Viewer, rows: Sequence[ControlRow], total: int) -> QueueFacts:
    proofs = queries.list_proofs(db, viewer, [row.uid for row in rows])
    return QueueFacts(rows, total, proofs, queries.list_managers(db, viewer))


def owners_of(db: Session, viewer: Viewer) -> list[tuple[str, str]]:
    return owner_options(queries.list_workloads(db, viewer), queries.count_to_do(db, viewer))


def options(pairs: list[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"value": value, "label": words} for value, words in pairs]


def deposit_of(sent: Mapping[str, Any] | None) -> str:
    """Return the deposit that was on screen; "" for none."""
    return str((sent or {}).get("deposit") or "")[:36]


@on(
    output={
        "piece": Output(Ids.PIECE, "children"),
        "check": Output(Ids.CHECK, "children"),
        "address": Output(Ids.ADDRESS, "data", allow_duplicate=True),
    },
    inputs={"opened": Input(Ids.OPENED, "data")},
    state={"fields": FIELDS},
    permission=Permission.CONTROLS_DECIDE,
)
def show_control(*, opened: Sent, fields: dict[str, Any], request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    uid = uid_of(opened)
    detail = queries.get_control(db, viewer, uid, now=request.now) if uid else None
    similar_controls = queries.list_alike(db, viewer, detail)
    queue_view = replace(read_asked(fields), open=uid)
    return {
        "piece": make_static(piece_column(viewer, detail, similar_controls), (Ids.PAGES,)),
        "check": make_static(check_of(db, viewer, detail)),
        "address": write_asked(queue_view),
    }


def check_of(db: Session, viewer: Viewer, detail: ControlDetail | None) -> list[Component]:
    """Return the right column, with the current state of the control."""
    messages = queries.list_messages(db, viewer, detail.row.uid) if detail else ()
    return check_column(viewer, detail, messages, queries.list_managers(db, viewer))


@on(
    Output(Ids.DESK, "data-read"),
    Input(Ids.READ, "data"),
    permission=Permission.CONTROLS_DECIDE,
    writes=True,
)
def read_thread(shown: Sent, *, request: Request) -> str:
    """Mark the messages of a control as read once shown."""
    uid = uid_of(shown)
    if not uid:
        raise PreventUpdate
    actions.mark_read(request.db, request.viewer, uid, now=request.now)
    return uid


@on(
    output=CHECKED,
    inputs={"written": Input(Ids.WRITTEN, "data")},
    permission=Permission.CONTROLS_DECIDE,
)
def show_written(*, written: Sent, request: Request) -> dict[str, Any]:
    """Return the thread with the new message; if the piece was replaced, redraw everything."""
    db, viewer = request.db, request.viewer
    uid = uid_of(written)
    if not uid:
        raise PreventUpdate
    detail = queries.get_control(db, viewer, uid, now=request.now)
    if detail.deposits and detail.deposits[0].uid != deposit_of(written):
        return show_replaced_piece(uid, Conflict(actions.REPLACED, pce=detail.row.number))
    return checked_of(db, viewer, detail)


def checked_of(db: Session, viewer: Viewer, detail: ControlDetail) -> dict[str, Any]:
    """Return the redrawn checklist column."""
    check = make_static(check_of(db, viewer, detail))
    return {"check": check, "opened": no_update, "toast": no_update}


def show_replaced_piece(uid: str, why: Conflict) -> dict[str, Any]:
    """Return a notice that the piece was replaced, and redraw everything."""
    words = _(why.message, **why.params)
    notice = toast(_("La pièce a changé"), words, tone="bad")
    return {"check": no_update, "opened": {"uid": uid, "n": -1}, "toast": notice}


# Outputs of the frame go through stores of the page: with the frame's own outputs, Dash would call
# these on page load.
for store_id, place in (
    (Ids.ADDRESS, (frame.Ids.URL, "data")),
    (Ids.TOLD, (frame.Ids.TOASTS, "children")),
):
    on.client(
        "controlsDesk", "passOn", Output(*place, allow_duplicate=True), Input(store_id, "data")
    )

on.client("controlsDesk", "concludeDialog", Input(Ids.RULED, "data"))
on.client("controls", "showCount", Input(Ids.TOTALS, "children"))

on.client(
    "controlsDesk",
    "complete",
    Output(Ids.DESK, "data-drawn"),
    Input(Ids.QUEUE, "children"),
    Input(Ids.PIECE, "children"),
    Input(Ids.CHECK, "children"),
    at_first=True,
)
