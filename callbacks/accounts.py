"""Callbacks of the account page: close sessions, correct a name."""

from collections.abc import Sequence
from typing import Any

from dash import ALL, Input, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import is_key
from callbacks.outputs import TOASTS
from components.accounts import Ids, close_button, closed_text, identity, session_list
from components.kit import toast
from core.access import Permission, Viewer
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from data.administration.people import actions as people
from data.identity.accounts import actions, queries
from data.request import Request

on = CallbackGroup()


@on(
    Output(Ids.SESSIONS, "children"),
    TOASTS,
    Input(close_button(ALL), "n_clicks"),
    Input(Ids.CLOSE_OTHERS, "n_clicks"),
    permission=Permission.ACCOUNT,
    writes=True,
)
def close_sessions(
    one: Sequence[int | None], others: int | None, *, request: Request
) -> tuple[Any, Any]:
    if not others and not any(one):  # buttons just rendered, not clicked
        return no_update, no_update
    return close(ctx.triggered_id, request)


def close(button: object, request: Request) -> tuple[Component, list[Component]]:
    """Close the session or sessions of a button; return the open ones, and how many were closed."""
    db, viewer = request.db, request.viewer
    if button == Ids.CLOSE_OTHERS:
        count = actions.close_other_sessions(db, viewer, request.now)
    else:
        count = close_one(button, request)
    return session_list(queries.list_sessions(db, viewer, request.now, request.portal.limits)), [
        toast(closed_text(count))
    ]


def close_one(button: object, request: Request) -> int:
    session_id = button.get("session") if isinstance(button, dict) else None
    if not is_key(session_id):
        raise NotFound(N_("Cette session est introuvable, ou déjà fermée."))
    actions.close_session(request.db, request.viewer, session_id, request.now)
    return 1


@on(
    Output(Ids.IDENTITY, "children"),
    TOASTS,
    Input(Ids.RENAME, "n_clicks"),
    State(Ids.NAME, "value"),
    permission=Permission.ACCOUNT,
    writes=True,
)
def rename(
    clicks: int | None, name: str | None, *, request: Request
) -> tuple[list[Component], Any]:
    del clicks
    db, viewer = request.db, request.viewer
    try:
        toasts = [
            toast(_("Nom enregistré"), people.rename_self(db, viewer, name or "", now=request.now))
        ]
    except Invalid as error:
        return refused(db, viewer, name or "", _(error.message, **error.params)), no_update
    db.expire_all()
    return identity(queries.get_account(db, viewer), viewer), toasts


def refused(db: Session, viewer: Viewer, name: str, error: str) -> list[Component]:
    """Return the identity form with the refused name and its error."""
    return identity(queries.get_account(db, viewer), viewer, typed=name, error=error)
