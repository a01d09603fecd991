"""Callbacks of a control's drawer: details, staged and sent proofs, thread."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from secrets import token_hex
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.grid_screen import shows_drawer
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, uid_of
from callbacks.outputs import TOASTS
from components.controls import Ids
from components.controls.answer import read_answer
from components.controls.deposit import Staging
from components.controls.drawer import DRAWER, OpenedControl, control_drawer, many_drawer
from components.controls.filters import wanted_of, write_wanted
from components.controls.listing import totals
from components.kit import toast
from core.access import Permission, Viewer
from core.errors import Conflict, Invalid, NotFound
from core.i18n import N_, _, plural
from core.paging import ALL_ROWS, RowBlock
from data.controls import actions, queries
from data.controls.types import ControlDetail, ControlFilter
from data.request import Request
from data.rights.types import ProofState

on = CallbackGroup()
on.rows_again(Ids.GRID, Ids.CHANGED)


@shows_drawer(on, DRAWER, State(Ids.KEPT, "data"), permission=Permission.CONTROLS_READ)
def show_control(
    opened: Sent, rows_request: Sent, kept: Sent, *, request: Request
) -> tuple[list[Component], str]:
    uid = uid_of(opened)
    address = write_wanted(replace(wanted_of(rows_request), open=uid))
    return (render_drawer(request, uid, kept) if uid else []), address


def render_drawer(request: Request, uid: str, kept: Sent) -> list[Component]:
    """Return the drawer of a control. Raise NotFound if the viewer cannot see it."""
    db, viewer = request.db, request.viewer
    detail = queries.get_control(db, viewer, uid, now=request.now)
    staging = staging_of(db, viewer, detail, kept)
    opened = OpenedControl(
        detail, queries.list_messages(db, viewer, uid), staging, request.proof_delays
    )
    return control_drawer(viewer, opened)


def staging_of(db: Session, viewer: Viewer, detail: ControlDetail, kept: Sent) -> Staging | None:
    """Return the staged deposit of a control, with the facts that the page has about its text."""
    if detail.staged is None:
        return None
    answer = read_answer(kept, detail.staged.uid)
    proved = ControlFilter(deposit=detail.staged.uid)
    covered, _count = queries.list_controls(db, viewer, proved, block=ALL_ROWS)
    named = ControlFilter(uids=answer.others, states=(ProofState.AWAITED,))
    others = queries.list_controls(db, viewer, named)[0] if answer.others else []
    free = [row for row in others if not row.staged]
    return Staging(detail.staged, covered, answer, free)


@on(
    Output(Ids.DRAWER, "children", allow_duplicate=True),
    Input(Ids.ASKED, "data"),
    State(Ids.GRID, "selectedRows"),
    permission=Permission.CONTROLS_ANSWER,
)
def ask_many(asked: Sent, rows: list[Any] | None, *, request: Request) -> list[Component]:
    """Return the drawer of one proof for the selected rows."""
    if not asked:
        raise PreventUpdate
    uids = tuple(str(row.get("uid")) for row in rows or [] if isinstance(row, Mapping))
    if not uids:
        raise Invalid(N_("Cochez d’abord au moins un contrôle."))
    control_rows, _count = queries.list_controls(
        request.db, request.viewer, ControlFilter(uids=uids), block=RowBlock(len(uids))
    )
    return many_drawer(control_rows)


@on(
    Output(Ids.OPENED, "data"),
    Output(Ids.KEPT, "data"),
    Output(Ids.CHANGED, "data"),
    Input(Ids.STAGED, "data"),
    State(Ids.OPENED, "data"),
    permission=Permission.CONTROLS_ANSWER,
)
def show_staged(staged: Sent, opened: Sent) -> tuple[dict[str, Any], Sent, str]:
    """Open the control of uploaded pieces, and reload the rows."""
    answer = read_answer(staged)
    if not answer.known_fields:
        raise PreventUpdate
    uid = uid_of(opened)
    uid = uid if uid in answer.missing else answer.first
    return {"uid": uid, "n": answer.deposit}, staged, token_hex(4)


@on(
    Output(Ids.DRAWER, "children", allow_duplicate=True),
    Output(Ids.TOTALS, "children"),
    Output(Ids.CHANGED, "data", allow_duplicate=True),
    TOASTS,
    Input(Ids.ACTED, "data"),
    State(Ids.COVERED, "data"),
    State(Ids.OPENED, "data"),
    permission=Permission.CONTROLS_ANSWER,
    writes=True,
)
def act(
    acted: Sent, ticked: list[Any] | None, opened: Sent, *, request: Request
) -> tuple[list[Component], list[Component], str, Component]:
    """Send or withdraw the staged deposit, and show the current state."""
    done = tried(request, acted or {}, [str(uid) for uid in ticked or []])
    uid = uid_of(opened)
    after = render_drawer(request, uid, None) if uid else []
    return after, totals(queries.get_control_totals(request.db, request.viewer)), token_hex(4), done


def tried(request: Request, acted: Mapping[str, Any], ticked: Sequence[str]) -> Component:
    """Apply an action; return the toast, or the reason of a concurrent change."""
    try:
        with request.db.begin_nested():  # rolled back if refused
            return act_on(request, acted, ticked)
    except (Conflict, NotFound) as error:
        return toast(_("Action refusée"), _(error.message, **error.params), tone="bad")


def act_on(request: Request, acted: Mapping[str, Any], ticked: Sequence[str]) -> Component:
    db, viewer = request.db, request.viewer
    verb, deposit = acted.get("act"), str(acted.get("deposit") or "")
    if verb == "unstage":
        request.drop_files(actions.unstage(db, viewer, deposit))
        return toast(_("Pièce retirée"), _("Rien n’a été envoyé."), tone="ok")
    if verb != "send":
        raise PreventUpdate
    actions.cover(db, viewer, deposit, ticked)
    sent = actions.send(db, viewer, deposit, now=request.now)
    message = plural("{count} contrôle", "{count} contrôles", len(sent))
    return toast(_("Preuve envoyée"), message, tone="ok")


@on(
    Output(Ids.DRAWER, "children", allow_duplicate=True),
    Input(Ids.WRITTEN, "data"),
    State(Ids.OPENED, "data"),
    State(Ids.KEPT, "data"),
    permission=Permission.CONTROLS_ANSWER,
)
def show_written(written: Sent, opened: Sent, kept: Sent, *, request: Request) -> list[Component]:
    uid = uid_of(opened)
    if not written or not uid:
        raise PreventUpdate
    return render_drawer(request, uid, kept)


@on(
    Output(Ids.DRAWER, "data-read"),
    Input(Ids.READ, "data"),
    permission=Permission.CONTROLS_READ,
    writes=True,
    prevent_initial_call=False,
)
def read_thread(read: Sent, *, request: Request) -> str:
    """Mark the messages on screen as read."""
    uid = uid_of(read)
    if uid:
        actions.mark_read(request.db, request.viewer, uid, now=request.now)
    return uid


on.client(
    "controls", "passOn", Output(Ids.COVERED, "data"), Input(Ids.COVERS, "value"), at_first=True
)
on.client("controls", "completeDrawer", Input(Ids.DRAWER, "children"), at_first=True)
on.client("controls", "noteMessage", Input(Ids.WRITTEN, "data"))
