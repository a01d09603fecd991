"""Callbacks of the claims on delivery points: ask, cancel, accept, refuse."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import Sent, of_pattern, row_pressed
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import read_typed, saves
from components.claims.form import FORM, draft_of, form
from components.claims.ids import Ids, accept_button, answer_field, cancel_button, refuse_button
from components.consumption.first_steps import CLAIM as ADDRESS
from components.kit import toast
from core.access import Permission
from core.errors import Conflict, Invalid
from core.i18n import N_, _
from data.administration.claims import actions
from data.request import Request

on = CallbackGroup()
ADD, DECIDE = Permission.PCES_ADD, Permission.PCES_CREATE
GONE = N_("Cette demande est introuvable, ou déjà traitée.")


@saves(on, FORM, permission=ADD)
def save(*, fields: Mapping[str, str | None], seen: object, request: Request) -> list[Any]:
    """Attach the delivery point at once, or send the request."""
    del seen
    typed = read_typed(fields)
    pce, index, errors = draft_of(typed, request.viewer.today)
    if index is None:
        return [no_update, no_update, form(typed, errors)]
    try:
        with request.db.begin_nested():
            state = actions.claim_by_index(request.db, request.viewer, pce, index, now=request.now)
    except (Conflict, Invalid) as error:
        refused = {"number": _(error.message, **error.params)}
        return [no_update, no_update, form(typed, refused)]
    if state.granted:
        return [f"/consommations?pce={pce}", [toast(_("Ce point est à vous"), pce)], no_update]
    return [ADDRESS, [sent_toast(request)], no_update]


def sent_toast(request: Request) -> Component:
    """Say who answers a request."""
    who = _("{operator} vérifie et vous répond.", operator=request.portal.operator)
    return toast(_("Demande envoyée"), who)


@on(LOCATION, TOASTS, Input(Ids.SENT, "data"), permission=ADD)
def show_sent(sent: Sent, *, request: Request) -> tuple[str, list[Component]]:
    if not sent:
        raise PreventUpdate
    return ADDRESS, [sent_toast(request)]


@on.click(cancel_button(ALL), LOCATION, TOASTS, permission=ADD, writes=True)
def cancel(*, request: Request) -> tuple[str, list[Component]]:
    claim = row_pressed(ctx.triggered_id, "claim", GONE)
    actions.cancel(request.db, request.viewer, claim, now=request.now)
    return ADDRESS, [toast(_("Demande annulée"))]


@on.click(accept_button(ALL, ALL), LOCATION, TOASTS, permission=DECIDE, writes=True)
def accept(*, request: Request) -> tuple[str, list[Component]]:
    pressed = ctx.triggered_id
    claim = row_pressed(pressed, "claim", GONE)
    taken_from = pressed.get("taken_from")
    actions.accept(request.db, request.viewer, claim, taken_from=taken_from, now=request.now)
    return ADDRESS, [toast(_("Point attribué"), _("Le demandeur en est prévenu."))]


@on.click(
    refuse_button(ALL),
    LOCATION,
    TOASTS,
    State(answer_field(ALL), "id"),
    State(answer_field(ALL), "value"),
    permission=DECIDE,
    writes=True,
)
def refuse(
    ids: Sequence[Any], answers: Sequence[Any], *, request: Request
) -> tuple[str, list[Component]]:
    claim = row_pressed(ctx.triggered_id, "claim", GONE)
    answer = dict(of_pattern(ids, answers, "claim")).get(claim)
    actions.refuse(request.db, request.viewer, claim, str(answer or ""), now=request.now)
    return ADDRESS, [toast(_("Demande refusée"), _("Le demandeur en est prévenu."))]
