"""Callbacks of OPERAT: save and remove a site; show, remove and restore an attestation."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import ALL, Input, State, ctx, no_update
from dash.development.base_component import Component
from dash.exceptions import PreventUpdate

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, Sent, is_key, row_pressed
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import read_typed, saves
from components.costs import OPERAT, picked_pce
from components.kit import link, toast
from components.operat.form import FORM, again_at, draft_of, form
from components.operat.ids import Ids, take_away_button
from core.access import Permission
from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from core.query_string import query_string
from data.money.attestations import actions as attestations
from data.money.operat import actions
from data.money.operat.types import SeenSite
from data.request import Request

on = CallbackGroup()
SET = Permission.PCES_WRITE
GONE = N_("Cette attestation est introuvable.")


@saves(on, FORM, permission=SET)
def save(
    *, fields: Mapping[str, str | None], seen: list[Any] | None, request: Request
) -> list[Any]:
    typed = read_typed(fields)
    draft, errors = draft_of(typed)
    if draft is not None:
        try:
            actions.keep_site(request.db, request.viewer, draft, read_seen(seen), now=request.now)
        except NotFound as error:
            errors = {"pce": _(error.message, **error.params)}
    if errors:
        return [no_update, no_update, form(typed, errors)]
    return [OPERAT, [toast(_("Site enregistré"))], no_update]


def read_seen(seen: Sequence[Any] | None) -> SeenSite:
    """Return the version and the surface of the site on screen. Raise Invalid."""
    match seen:
        case [int(version), int() | None as area_dm2] if 0 <= version < NO_ID:
            return version, area_dm2
    raise Invalid(MALFORMED)


@on.click(
    Ids.REMOVE,
    LOCATION,
    TOASTS,
    State(Ids.PCE, "value"),
    State(Ids.SEEN, "data"),
    permission=SET,
    writes=True,
)
def forget(pce: str | None, seen: list[Any] | None, *, request: Request) -> tuple[str, Any]:
    db, viewer, version = request.db, request.viewer, read_seen(seen)[0]
    gone = actions.forget_site(db, viewer, picked_pce(pce or ""), version, now=request.now)
    restore_link = link(_("Le décrire de nouveau, comme il était"), again_at(gone))
    return OPERAT, [toast(_("Site retiré"), _("Il n’est plus dans le fichier."), link=restore_link)]


@on(LOCATION, TOASTS, Input(Ids.SENT, "data"), permission=SET)
def show_attestation(sent: Sent) -> tuple[str, list[Component]]:
    """Show the list with the attestation just received, and the way back to the one it replaced."""
    if not sent:
        raise PreventUpdate
    return address_of(sent.get("year"), sent.get("replaced")), [toast(_("Attestation gardée"))]


def address_of(year: object, removed: object = 0) -> str:
    """Return the address of a year; with `removed`, an attestation that can be restored."""
    keys = {"year": year, "removed": removed}
    return OPERAT + query_string({name: str(key) for name, key in keys.items() if is_key(key)})


@on.click(take_away_button(ALL, ALL), LOCATION, permission=SET, writes=True)
def remove_attestation(*, request: Request) -> str:
    pressed = ctx.triggered_id
    attestation = row_pressed(pressed, "attestation", GONE)
    attestations.remove(request.db, request.viewer, attestation, now=request.now)
    return address_of(pressed.get("year"), attestation)


@on.click(Ids.RESTORE, LOCATION, TOASTS, State(Ids.REMOVED, "data"), permission=SET, writes=True)
def restore_attestation(removed: int | None, *, request: Request) -> tuple[str, list[Component]]:
    if not is_key(removed):
        raise Invalid(MALFORMED)
    year = attestations.restore(request.db, request.viewer, removed, now=request.now)
    return address_of(year), [toast(_("Attestation rétablie"))]
