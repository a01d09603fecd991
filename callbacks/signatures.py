"""Callbacks of the page of a signature."""

from typing import Any

from dash import ALL as ALL_OF
from dash import Output, ctx
from dash.development.base_component import Component

from callbacks.fleet import apply_review
from callbacks.group import CallbackGroup
from callbacks.outputs import TOASTS
from components.kit import toast
from components.signatures.ids import Ids, cause_button
from components.signatures.review import review_act
from core.access import Permission
from core.i18n import _
from data.metering.consumption import queries
from data.metering.consumption.types import FleetView
from data.request import Request

on = CallbackGroup()


@on.click(
    (cause_button(ALL_OF, ALL_OF),),
    Output(Ids.REVIEW, "children"),
    TOASTS,
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def review(*, request: Request) -> tuple[list[Component], list[Any]]:
    """Take the drift of the site off the list with a reason, or put it back."""
    pressed = ctx.triggered_id if isinstance(ctx.triggered_id, dict) else {}
    number, reason = str(pressed.get("pce") or ""), str(pressed.get("reason") or "")
    apply_review(request, number, reason)
    done = toast(_("Dérive vue"), _("Elle reviendra si elle augmente."))
    work = queries.get_work_list(request.db, request.viewer, FleetView(text=number))
    back = toast(_("De nouveau dans la liste"))
    return review_act(number, work, request.viewer), [done if reason else back]
