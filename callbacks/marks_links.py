"""Callbacks that create and revoke shared links."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component
from sqlalchemy.orm import Session

from callbacks.consumption import view_of
from callbacks.group import CallbackGroup
from callbacks.request import (
    key_pressed,
    now,
    number_in,
    portal_address,
    share_days_now,
    signing_key_now,
)
from components import frame
from components.kit import toast
from components.marks.ids import Ids
from components.marks.links import created_link, links_list
from core.access import Permission, Viewer
from core.errors import Invalid
from core.i18n import N_, _
from data.marks import actions, queries

on = CallbackGroup()
_GONE = N_("Ce lien est introuvable.")
_NO_POINT = N_("Ouvrez la consommation d’un point de livraison, puis « Partager ces jours ».")


@on(
    output=[Output(Ids.LINK_MADE, "children"), Output(Ids.LINKS, "children")],
    inputs={"pressed": Input(Ids.LINK_MAKE, "n_clicks")},
    state={
        "days": State(Ids.LINK_DAYS, "value"),
        "label": State(Ids.LINK_LABEL, "value"),
        "query": State(Ids.LINK_VIEW, "data"),
    },
    permission=Permission.MARKS_SHARE,
    writes=True,
    prevent_initial_call=True,
)
def make(  # noqa: PLR0913 (one a part of the form)
    *,
    pressed: int | None,
    days: str | None,
    label: str | None,
    query: str | None,
    db: Session,
    viewer: Viewer,
) -> tuple[list[Component], list[Component]]:
    del pressed
    word = shared(db, viewer, query, (number_in(days or "") or 0, label or ""))
    return created_link(f"{portal_address()}/partage/{word}"), listed(db, viewer)


def shared(db: Session, viewer: Viewer, query: str | None, asked: tuple[int, str]) -> str:
    """The word of the address of a new link."""
    days, label = asked
    view = view_of(query, viewer)
    if view.pce is None:  # or else the first of theirs would be shared unseen
        raise Invalid(_NO_POINT)
    return actions.share(
        db, viewer, view, days=days, most_days=share_days_now(), label=label,
        secret=signing_key_now(), now=now(),
    )  # fmt: skip


@on(
    Output(Ids.LINKS, "children", allow_duplicate=True),
    Output(Ids.LINK_MADE, "children", allow_duplicate=True),
    Output(frame.Ids.TOASTS, "children", allow_duplicate=True),
    Input(Ids.LINKS_DONE, "data"),
    permission=Permission.MARKS_WRITE,
    writes=True,
    prevent_initial_call=True,
)
def revoke(
    done: Mapping[str, Any] | None, *, db: Session, viewer: Viewer
) -> tuple[list[Component], Any, list[Component]]:
    key = key_pressed(done, _GONE)
    actions.revoke_link(db, viewer, key, now=now())
    return (
        listed(db, viewer),
        untold(db, viewer, key),
        [toast(_("Lien révoqué : il ne fonctionne plus"))],
    )


def untold(db: Session, viewer: Viewer, key: int) -> Any:  # noqa: ANN401 (children, or no_update)
    """Where the address of a new link was told, once it opens nothing: it is told no more."""
    latest = max(row.id for row in queries.list_links(db, viewer, now()))
    return [] if latest == key else no_update


def listed(db: Session, viewer: Viewer) -> list[Component]:
    return links_list(queries.list_links(db, viewer, now()))
