"""Retry or drop work that failed."""

from dash import ALL, Output, ctx
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import act_pressed
from callbacks.outputs import TOASTS
from components.admin import Ids
from components.admin.failed_work import failed_work_card
from components.admin.ids import failed_work_button
from components.kit import toast
from core.access import Permission
from core.errors import NotFound
from core.i18n import N_, _
from data.identity.operations.actions import drop_failed_work, retry_failed_work
from data.identity.operations.queries import list_failed_work
from data.request import Request

on = CallbackGroup()
_GONE = N_("Ce travail n’est plus en échec.")
_DONE = {
    "retry": N_("Le travail est repris"),
    "drop": N_("Le travail est abandonné"),
}


@on.click(
    failed_work_button(ALL, ALL),
    Output(Ids.FAILED_WORK, "children"),
    TOASTS,
    permission=Permission.ORGANISATIONS_WRITE,
    writes=True,
)
def act_on_failed_work(*, request: Request) -> tuple[Component, list[Component]]:
    db, viewer = request.db, request.viewer
    verb, item = act_pressed(ctx.triggered_id, "item", _DONE, _GONE)
    act = retry_failed_work if verb == "retry" else drop_failed_work
    if not act(db, viewer, [item], request.now):
        raise NotFound(_GONE)
    return failed_work_card(list_failed_work(db, viewer)), [toast(_(_DONE[verb]))]
