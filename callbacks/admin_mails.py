"""Callbacks of the operator's mail texts."""

from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.admin_settings import seen_in
from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, Sent
from callbacks.outputs import TOASTS
from components.admin import Ids
from components.admin.mails import MailPassage, editor, preview
from components.kit import toast
from core.access import Permission
from core.errors import Invalid
from core.i18n import _
from data.identity.settings import actions
from data.identity.settings.queries import list_standings
from data.identity.settings.rules import passage_of, read
from data.identity.settings.types import SettingProblem
from data.request import Request

on = CallbackGroup()
SET = Permission.SETTINGS_WRITE


@on(Output(Ids.MAIL, "children"), Input(Ids.TEXT, "value"), State(Ids.READ, "data"), permission=SET)
def show_mail(text: str | None, known: Sent, *, request: Request) -> Any:  # noqa: ANN401
    """Return the preview of the typed text; no update while it is invalid."""
    chosen = chosen_in(known)
    try:
        words = read(chosen.key, text or "")
    except Invalid:
        return no_update
    return written(request, chosen, words)


@on.click(
    Ids.KEEP,
    Output(Ids.WORDING, "children"),
    Output(Ids.MAIL, "children", allow_duplicate=True),
    TOASTS,
    State(Ids.TEXT, "value"),
    State(Ids.READ, "data"),
    permission=SET,
    writes=True,
)
def keep(text: str | None, known: Sent, *, request: Request) -> tuple[Any, ...]:
    chosen = chosen_in(known)
    typed = {chosen.key: (text or "", version_in(known))}
    problems = actions.change(
        request.db, request.viewer, typed, origin=request.portal.origin, now=request.now
    )
    if problems:
        return edited(request, chosen, text or "", problems[0]), no_update, []
    return *both(request, chosen), leaving(_("Texte enregistré"))


@on.click(
    Ids.RESTORE,
    Output(Ids.WORDING, "children", allow_duplicate=True),
    Output(Ids.MAIL, "children", allow_duplicate=True),
    TOASTS,
    State(Ids.READ, "data"),
    permission=SET,
    writes=True,
)
def restore(known: Sent, *, request: Request) -> tuple[Any, ...]:
    chosen, version = chosen_in(known), version_in(known)
    actions.put_back(
        request.db,
        request.viewer,
        (chosen.key, version),
        origin=request.portal.origin,
        now=request.now,
    )
    return *both(request, chosen), leaving(_("Texte du portail rétabli"))


def leaving(done: str) -> list[Component]:
    return [toast(done, _("Les courriels partent ainsi dès maintenant."))]


def chosen_in(known: Sent) -> MailPassage:
    """Return the passage of the page. Raise Invalid if it does not exist."""
    key = (known or {}).get("key")
    passage = passage_of(key) if isinstance(key, str) else None
    if passage is None:
        raise Invalid(MALFORMED)
    return MailPassage(*passage)


def version_in(known: Sent) -> int:
    initial_values = {"": [(known or {}).get("text"), (known or {}).get("version")]}
    return seen_in(initial_values, "")[1]


def both(request: Request, chosen: MailPassage) -> tuple[list[Component], list[Component]]:
    """Return the editor and the preview, with the stored text."""
    standing = list_standings(request.db, request.viewer, request.portal.origin)[chosen.key]
    return edited(request, chosen), written(request, chosen, standing.text)


def edited(
    request: Request,
    chosen: MailPassage,
    typed: str | None = None,
    problem: SettingProblem | None = None,
) -> list[Component]:
    standing = list_standings(request.db, request.viewer, request.portal.origin)[chosen.key]
    error = _(problem.message, **problem.params) if problem else None
    return editor(standing, chosen, request.settings, typed=typed, error=error)


def written(request: Request, chosen: MailPassage, text: str) -> list[Component]:
    return preview(chosen, text, request.settings, request.portal.address, request.now)


on.client("refusals", "show", Input(Ids.WORDING, "children"))
