"""Callbacks of the OPERAT site form: save and remove a site."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update

from callbacks.group import CallbackGroup
from components import frame
from components.kit import link, toast
from components.operat.form import again_at, draft_of, form
from components.operat.ids import FIELDS, Ids
from components.prices.listing import OPERAT
from core.access import Permission
from core.errors import NotFound
from core.i18n import _
from data.operat import actions
from data.request import Request

on = CallbackGroup()
SET = Permission.PCES_WRITE
LEAVE = Output(frame.Ids.LOCATION, "href", allow_duplicate=True)
TOASTS = Output(frame.Ids.TOASTS, "children", allow_duplicate=True)


@on(
    output=[LEAVE, TOASTS, Output(Ids.FORM, "children")],
    inputs={"clicks": Input(Ids.SAVE, "n_clicks")},
    state={
        "fields": {name: State(id_, "value") for name, id_ in FIELDS.items()},
        "seen": State(Ids.SEEN, "data"),
    },
    permission=SET,
    writes=True,
    prevent_initial_call=True,
)
def save(
    *, clicks: int | None, fields: Mapping[str, str | None], seen: int | None, request: Request
) -> list[Any]:  # fmt: skip
    del clicks
    typed = {name: value or "" for name, value in fields.items()}
    draft, errors = draft_of(typed)
    if draft is not None:
        try:
            actions.keep_site(request.db, request.viewer, draft, seen or 0, now=request.now)
        except NotFound as error:
            errors = {"pce": _(error.message, **error.params)}
    if errors:
        return [no_update, no_update, form(typed, errors)]
    return [OPERAT, [toast(_("Site enregistré"))], no_update]


@on(
    LEAVE,
    TOASTS,
    Input(Ids.REMOVE, "n_clicks"),
    State(Ids.PCE, "value"),
    State(Ids.SEEN, "data"),
    permission=SET,
    writes=True,
    prevent_initial_call=True,
)
def forget(
    clicks: int | None, pce: str | None, seen: int | None, *, request: Request
) -> tuple[str, Any]:
    del clicks
    gone = actions.forget_site(request.db, request.viewer, pce or "", seen or 0, now=request.now)
    restore_link = link(_("Le décrire de nouveau, comme il était"), again_at(gone))
    return OPERAT, [toast(_("Site retiré"), _("Il n’est plus dans le fichier."), link=restore_link)]
