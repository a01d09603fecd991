"""Callbacks of the account page: close sessions, correct a name."""

from typing import Any

from dash import ALL, Output, State, ctx, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.group import CallbackGroup
from callbacks.inputs import row_pressed
from callbacks.outputs import TOASTS
from components.accounts import Ids, close_button, closed_text, identity, session_list
from components.kit import toast
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.administration.people import actions as people
from data.identity.accounts import actions, queries
from data.request import Request

on = CallbackGroup()


@on.click(
    (close_button(ALL), Ids.CLOSE_OTHERS),
    Output(Ids.SESSIONS, "children"),
    TOASTS,
    permission=Permission.ACCOUNT,
    writes=True,
)
def close_sessions(*, request: Request) -> tuple[Component, list[Component]]:
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
    gone = N_("Cette session est introuvable, ou déjà fermée.")
    session_id = row_pressed(button, "session", gone)
    actions.close_session(request.db, request.viewer, session_id, request.now)
    return 1


@on.click(
    Ids.RENAME,
    Output(Ids.IDENTITY, "children"),
    TOASTS,
    State(Ids.NAME, "value"),
    permission=Permission.ACCOUNT,
    writes=True,
)
def rename(name: str | None, *, request: Request) -> tuple[list[Component], Any]:
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
