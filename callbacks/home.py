"""Callbacks of the home page: what is set aside, and the alert of one point."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from dash import ALL, Input, Output, State, ctx
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.outputs import TOASTS
from components.home.alert import alert_note
from components.home.ids import (
    Ids,
    aside_place,
    dismiss_button,
    restore_button,
    task_place,
    undo_button,
)
from components.home.queue import TaskKind
from components.kit import button, toast
from components.thresholds.labels import default_name
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from data.metering.pces.queries import find_default_pce, get_detail
from data.notifications import actions as notifications
from data.notifications.queries import HOME
from data.request import Request
from data.thresholds import actions, queries
from data.thresholds.queries.day_alert import find_day_threshold, get_day_draft
from data.thresholds.rules.amounts import Unclear, wh_of
from data.thresholds.types import DayAlert

on = CallbackGroup()


@on(
    Output(Ids.ALERT_NOTE, "children"),
    Input(Ids.ALERT_ON, "value"),
    Input(Ids.ALERT_VALUE, "value"),
    permission=Permission.THRESHOLDS_WRITE,
    writes=True,
)
def set_alert(
    is_on: bool | None,  # noqa: FBT001 (of a switch)
    typed: str | None,
    *,
    request: Request,
) -> str:
    """Turn the alert of the viewer's only PCE on or off, or try another value."""
    db, viewer = request.db, request.viewer
    number = find_default_pce(db, viewer)
    if number is None:
        raise NotFound(N_("Vous n’avez encore aucun point de livraison."))
    try:
        value_wh = wh_of(typed or "")
    except Unclear as doubt:
        raise Invalid(doubt.message, **doubt.params) from None
    existing = find_day_threshold(db, viewer, number)
    if is_on or (existing is not None and not existing.row.paused):
        alert = DayAlert(number, value_wh, is_on=bool(is_on))
        site = get_detail(db, viewer, number).row.alias or number
        name = default_name(get_day_draft(db, viewer, number, value_wh), site)
        actions.set_day_alert(db, viewer, alert, name=name, now=request.now)
    return alert_note(queries.get_day_alert(db, viewer, number, value_wh), viewer.today)


_WEEK = timedelta(days=7)


@on.click(
    (dismiss_button(ALL), restore_button(ALL), undo_button(ALL)),
    Output(task_place(ALL), "hidden"),
    Output(aside_place(ALL), "hidden"),
    TOASTS,
    State(task_place(ALL), "id"),
    State(task_place(ALL), "hidden"),
    permission=Permission.NOTICES,
    writes=True,
)
def set_aside(
    ids: Sequence[Mapping[str, Any]], hidden: Sequence[bool | None], *, request: Request
) -> tuple[list[bool], list[bool], list[Component]]:
    """Set a kind of task aside for a week, or take it back."""
    kind, dismissed = _pressed(ctx.triggered_id)
    db, viewer, now = request.db, request.viewer, request.now
    if dismissed:
        notifications.snooze(db, viewer, (HOME, kind), now + _WEEK, now)
    else:
        notifications.unsnooze(db, viewer, (HOME, kind), now)
    rows = zip(ids, hidden, strict=True)
    shut = [dismissed if row.get("kind") == kind else bool(was) for row, was in rows]
    return shut, [not is_shut for is_shut in shut], [_aside_toast(kind, dismissed=dismissed)]


def _aside_toast(kind: int, *, dismissed: bool) -> Component:
    if not dismissed:
        return toast(_("De nouveau à traiter"))
    undo = button(_("Annuler"), id=undo_button(kind), small=True)
    return toast(_("Ignoré pendant sept jours"), link=undo)


def _pressed(trigger: Any) -> tuple[int, bool]:  # noqa: ANN401 (of a browser)
    """Return the kind of task of a button, and whether it sets aside. Raise NotFound."""
    place = trigger if isinstance(trigger, dict) else {}
    kind = place.get("kind")
    if not isinstance(kind, int) or kind not in set(map(int, TaskKind)):
        raise NotFound(N_("Cette tâche est introuvable."))
    return kind, place.get("type") == Ids.DISMISS
