"""Callbacks of the OPERAT site form: save and remove a site."""

from collections.abc import Mapping, Sequence
from typing import Any

from dash import State, no_update

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED
from callbacks.outputs import LOCATION, TOASTS
from callbacks.row_form import read_typed, saves
from components.costs import OPERAT, picked_pce
from components.kit import link, toast
from components.operat.form import FORM, again_at, draft_of, form
from components.operat.ids import Ids
from core.access import Permission
from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import _
from data.money.operat import actions
from data.money.operat.types import SeenSite
from data.request import Request

on = CallbackGroup()
SET = Permission.PCES_WRITE


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
