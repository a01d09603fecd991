"""Callbacks of saved views: name, set as home, remove."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State
from dash.development.base_component import Component

from callbacks.group import CallbackGroup
from callbacks.inputs import MALFORMED, is_key, key_pressed
from callbacks.outputs import LOCATION, TOASTS
from components.kit import toast
from components.marks.ids import Ids
from components.marks.view_text import holders_in
from components.marks.views import PATH, views_list
from core.access import Permission
from core.errors import Invalid, NotFound
from core.i18n import N_, _
from data.analysis.marks import actions, queries
from data.metering.pces.queries import load_holder_names
from data.request import Request

on = CallbackGroup()
Typed = Mapping[str, str | bool | None]
Kept = Mapping[str, str | int | None]
_GONE = N_("Cette vue est introuvable.")


@on.click(
    (Ids.KEEP, Input(Ids.NAME, "n_submit")),
    output=[LOCATION, TOASTS],
    state={
        "typed": {"name": State(Ids.NAME, "value"), "shared": State(Ids.SHARED, "value")},
        "kept": {"address": State(Ids.ADDRESS, "data"), "renamed": State(Ids.RENAMED, "data")},
    },
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def keep(*, typed: Typed, kept: Kept, request: Request) -> tuple[str, list[Component]]:
    return PATH, [toast(named(request, typed, kept))]


def named(request: Request, typed: Typed, kept: Kept) -> str:
    """Store or rename a view; return the toast text. Raise Invalid, NotFound."""
    db, viewer = request.db, request.viewer
    name, all_, key = str(typed["name"] or ""), bool(typed["shared"]), kept["renamed"]
    if key is None:
        address = str(kept["address"] or "")
        actions.keep_view(db, viewer, name, address, shared=all_, now=request.now)
        return _("Vue gardée")
    if not is_key(key):
        raise NotFound(_GONE)
    actions.rename_view(db, viewer, key, name, shared=all_, now=request.now)
    return _("Vue modifiée")


@on(
    Output(Ids.VIEWS, "children"),
    TOASTS,
    Input(Ids.VIEWS_DONE, "data"),
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def settle_view(
    done: Mapping[str, Any] | None, *, request: Request
) -> tuple[list[Component], list[Component]]:
    db, viewer = request.db, request.viewer
    message = act(request, done or {})
    views = queries.list_views(db, viewer)
    names = load_holder_names(db, viewer, holders_in(saved_view.address for saved_view in views))
    return views_list(views, names), [toast(message)]


def act(request: Request, done: Mapping[str, Any]) -> str:
    """Apply an action on a view; return the toast text."""
    db, viewer = request.db, request.viewer
    key = key_pressed(done, _GONE)
    if done.get("do") == "drop":
        actions.drop_view(db, viewer, key, now=request.now)
        return _("Vue oubliée")
    if done.get("do") == "home":
        actions.open_first(db, viewer, key)
        return _("Cette vue s’ouvrira d’abord ; le tableau de bord reste dans « Vues ».")
    if done.get("do") != "unhome":
        raise Invalid(MALFORMED)
    actions.open_first(db, viewer, None)
    return _("Le tableau de bord s’ouvrira d’abord")


on.client(
    "marks",
    "go",
    Output(Ids.GOING, "data-gone"),  # or else Dash would not run it on page load
    Input(Ids.GOES, "data"),
    at_first=True,
)
