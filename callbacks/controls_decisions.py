"""Callbacks that act in the cockpit: checklist, decisions, undo, assignment."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate
from sqlalchemy.orm import Session

from callbacks.controls_cockpit import (
    CHECKED,
    FIELDS,
    checked_of,
    deposit_of,
    queue_of,
    show_replaced_piece,
)
from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, number_in, uid_of
from components.controls.cockpit import totals_part
from components.controls.cockpit_query import MINE, NOBODY, read_asked
from components.controls.staff_ids import Ids
from components.controls.undo_notice import last_decision, lost_toast, lost_words, undone_toast
from components.kit import toast
from core.access import Permission, Viewer
from core.errors import Conflict, Invalid
from core.i18n import N_, _, plural
from data.controls import actions, queries
from data.controls.types import BulkDecision, ChecklistPoint, ControlVerdict, Motive, Ruling
from data.request import Request

on = CallbackGroup()
Fields = dict[str, Any]
_ODD = N_("Cette demande est mal formée.")
_QUEUE = {
    "queue": Output(Ids.QUEUE, "children", allow_duplicate=True),
    "states": Output(Ids.STATE, "options", allow_duplicate=True),
    "owners": Output(Ids.OWNER, "options", allow_duplicate=True),
    "export": Output(Ids.EXPORT, "children", allow_duplicate=True),
}
_AFTER = {
    **_QUEUE,
    "totals": Output(Ids.TOTALS, "children", allow_duplicate=True),
    "opened": Output(Ids.OPENED, "data", allow_duplicate=True),
    "last": Output(Ids.LAST, "children", allow_duplicate=True),
    "toast": Output(Ids.TOLD, "data", allow_duplicate=True),
}
_RULED = {**_AFTER, "ruled": Output(Ids.RULED, "data")}
_LISTED: dict[str, Any] = {"fields": FIELDS, "more": State(Ids.MORE, "data")}


@on(
    output=CHECKED,
    inputs={"answered": Input(Ids.ANSWERED, "data")},
    permission=Permission.CONTROLS_DECIDE,
    writes=True,
)
def answer(*, answered: Sent, request: Request) -> dict[str, Any]:
    """Store the answers to all points of the deposit on screen."""
    db, viewer = request.db, request.viewer
    uid, deposit_uid, point_answers = uid_of(answered), deposit_of(answered), answers_in(answered)
    if not uid:
        raise PreventUpdate
    try:
        actions.answer_points(db, viewer, uid, point_answers, deposit=deposit_uid, now=request.now)
    except Conflict as refused:
        return show_replaced_piece(uid, refused)
    return checked_of(db, viewer, queries.get_control(db, viewer, uid, now=request.now))


def answers_in(answered: Sent) -> dict[ChecklistPoint, bool | None]:
    """Return the answer to each point; None withdraws one. Raise Invalid."""
    answers = (answered or {}).get("answers")
    raw_answers = answers if isinstance(answers, Mapping) else {}
    answers_by_point = {point: raw_answers.get(point.value) for point in ChecklistPoint}
    if any(not isinstance(fits, bool | None) for fits in answers_by_point.values()):
        raise Invalid(_ODD)
    return answers_by_point


@on(
    output=_RULED,
    inputs={"decided": Input(Ids.DECIDED, "data")},
    state={**_LISTED},  # Dash modifies it
    permission=Permission.CONTROLS_DECIDE,
    writes=True,
)
def decide(*, decided: Sent, fields: Fields, more: Sent, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    decision, versions_by_control = decided or {}, seen_in(decided)
    ruling = ruling_of(decision)
    many = actions.decide_many(
        db, viewer, versions_by_control, ruling, delays=request.proof_delays, now=request.now
    )
    return {
        **listed(db, viewer, fields, more),
        "opened": {"uid": next_shown(decision, versions_by_control, many), "n": -1},
        "last": last_decision(ruling, many) if many.decided else no_update,
        "toast": lost_toast(many) if many.lost else no_update,
        "ruled": {"n": decision.get("n"), "lost": "" if many.decided else lost_words(many)},
    }


def next_shown(asked: Mapping[str, Any], seen: Mapping[str, int], many: BulkDecision) -> str:
    """Return the control to show next: the requested one, or the only one if left undecided."""
    stays = next(iter(seen)) if len(seen) == 1 and not many.decided else asked.get("next")
    return str(stays or "")[:36]


def seen_in(decided: Mapping[str, Any] | None) -> dict[str, int]:
    """Return the controls and versions that were on screen, as sent by the browser."""
    versions_by_control = (decided or {}).get("seen")
    if not isinstance(versions_by_control, dict) or not versions_by_control:
        raise PreventUpdate
    if any(not isinstance(version, int) for version in versions_by_control.values()):
        raise Invalid(_ODD)
    return {str(uid)[:36]: version for uid, version in versions_by_control.items()}


def ruling_of(asked: Mapping[str, Any]) -> Ruling:
    words = {name: str(asked.get(name) or "") for name in ("verdict", "motive", "text")}
    if words["verdict"] not in set(ControlVerdict) or words["motive"] not in {"", *Motive}:
        raise Invalid(_ODD)
    motive = Motive(words["motive"]) if words["motive"] else None
    return Ruling(
        ControlVerdict(words["verdict"]), motive, words["text"], asked.get("verified") is True
    )


def listed(db: Session, viewer: Viewer, fields: Fields, more: Sent) -> dict[str, Any]:
    """Return the queue and the figures after a change."""
    return {
        **queue_of(db, viewer, read_asked(fields), more),
        "totals": totals_part(queries.get_control_totals(db, viewer)),
    }


@on(
    output=_AFTER,
    inputs={"undone": Input(Ids.UNDONE, "data")},
    state={**_LISTED},  # Dash modifies it
    permission=Permission.CONTROLS_DECIDE,
    writes=True,
)
def undo(*, undone: Sent, fields: Fields, more: Sent, request: Request) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    uids = str((undone or {}).get("uids") or "").split()
    if not uids:
        raise PreventUpdate
    actions.undo(db, viewer, uids, now=request.now)
    back = {"uid": uids[0], "n": -1}
    after = {"opened": back, "last": [], "toast": undone_toast(len(uids))}
    return {**listed(db, viewer, fields, more), **after}


@on(
    output={
        **_QUEUE,
        "totals": Output(Ids.TOTALS, "children", allow_duplicate=True),
        "opened": Output(Ids.OPENED, "data", allow_duplicate=True),
        "toast": Output(Ids.TOLD, "data", allow_duplicate=True),
    },
    inputs={"assigned": Input(Ids.ASSIGNED, "data")},
    state={**_LISTED, "shown": State(Ids.OPENED, "data")},
    permission=Permission.CONTROLS_DECIDE,
    writes=True,
)
def assign(
    *, assigned: Sent, fields: Fields, more: Sent, shown: Sent, request: Request
) -> dict[str, Any]:
    db, viewer = request.db, request.viewer
    uids = uids_in(assigned)
    owner = owner_in(assigned, viewer)
    count = actions.assign(db, viewer, uids, owner, now=request.now)
    return {
        **listed(db, viewer, fields, more),
        "opened": {"uid": uid_of(shown), "n": -1},
        "toast": assigned_toast(count),
    }


def uids_in(sent: Mapping[str, Any] | None) -> Sequence[str]:
    uids = (sent or {}).get("uids")
    if not isinstance(uids, list) or not uids:
        raise PreventUpdate
    return [str(uid)[:36] for uid in uids]


def owner_in(sent: Mapping[str, Any] | None, viewer: Viewer) -> int | None:
    """Return the id of an account manager, the viewer's or None. Raise Invalid."""
    owner_value = str((sent or {}).get("owner") or "")
    if owner_value == MINE:
        return viewer.user_id
    owner_id = number_in(owner_value)
    if owner_id is None:
        raise Invalid(_ODD)
    return None if owner_value == NOBODY else owner_id


def assigned_toast(count: int) -> Component:
    words = plural("{count} contrôle attribué", "{count} contrôles attribués", count)
    return toast(_("Attribution enregistrée"), words, tone="ok")
