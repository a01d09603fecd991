"""Callbacks of the form of a surface: save, remove, restore."""

from collections.abc import Mapping
from typing import Any

from dash import ALL, State, ctx, no_update

from callbacks.group import CallbackGroup
from callbacks.inputs import row_pressed, row_seen
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import keep_row, read_row_key, read_typed, saves
from components.kit import button, toast
from components.surfaces.form import FORM, draft_of, form, site_address
from components.surfaces.ids import Ids, restore_button
from core.access import Permission
from core.errors import Conflict, Invalid
from core.i18n import _
from data.metering.surfaces import actions, queries
from data.request import Request

on = CallbackGroup()
SET = Permission.PCES_WRITE


@saves(on, FORM, permission=SET, state={"pce": State(Ids.PCE, "data")})
def save(
    *,
    fields: Mapping[str, str | None],
    seen: list[Any] | None,
    pce: str | None,
    request: Request,
) -> list[Any]:
    typed = read_typed(fields)
    draft, errors = draft_of(str(pce or ""), typed)
    if draft is not None:
        try:
            keep_row(request, actions, draft, read_row_key(seen))
        except (Conflict, Invalid) as error:
            errors = {str(error.params.get("field", "area")): _(error.message, **error.params)}
    if errors:
        return [no_update, no_update, form(typed, errors)]
    return [site_address(str(pce or "")), [toast(_("Surface enregistrée"))], no_update]


@on.click(
    Ids.REMOVE,
    LOCATION,
    TOASTS,
    State(Ids.SEEN, "data"),
    permission=SET,
    writes=True,
)
def remove(seen: list[Any] | None, *, request: Request) -> tuple[str, Any]:
    key = row_seen(seen)
    pce = queries.get_surface(request.db, request.viewer, key[0]).draft.pce
    actions.remove(request.db, request.viewer, key, now=request.now)
    undo = button(_("Annuler"), id=restore_button(key[0]), small=True)
    message = toast(_("Surface retirée"), _("Vous pouvez la rétablir pendant un jour."), link=undo)
    return site_address(pce), [message]


@on.click((restore_button(ALL),), LOCATION, TOASTS, permission=SET, writes=True)
def restore(*, request: Request) -> tuple[str, Any]:
    surface_id = row_pressed(ctx.triggered_id, "surface", queries.SURFACES.gone)
    pce = actions.restore(request.db, request.viewer, surface_id, now=request.now)
    return site_address(pce), [toast(_("Surface rétablie"))]
