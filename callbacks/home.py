"""Callbacks of the home page: the alert on a day's consumption."""

from dash import Input, Output

from callbacks.group import CallbackGroup
from components.home.alert import alert_note
from components.home.ids import Ids
from components.thresholds.labels import default_name
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.metering.pces.queries import find_default_pce, get_detail
from data.request import Request
from data.thresholds import actions, queries
from data.thresholds.queries.day_alert import day_draft
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
    if is_on or queries.get_day_alert(db, viewer, number, value_wh).is_on:
        alert = DayAlert(number, value_wh, is_on=bool(is_on))
        site = get_detail(db, viewer, number).row.alias or number
        name = default_name(day_draft(number, value_wh), site)
        actions.set_day_alert(db, viewer, alert, name=name, now=request.now)
    return alert_note(queries.get_day_alert(db, viewer, number, value_wh))
