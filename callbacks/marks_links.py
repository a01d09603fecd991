"""Callbacks that create and revoke shared links."""

from collections.abc import Mapping
from typing import Any

from dash import Input, Output, State, no_update
from dash.development.base_component import Component

from callbacks.consumption import view_of
from callbacks.group import CallbackGroup
from callbacks.inputs import key_pressed, number_in
from callbacks.outputs import TOASTS
from components.kit import toast
from components.marks.ids import Ids
from components.marks.links import created_link, links_list
from core.access import Permission
from core.errors import Invalid
from core.i18n import N_, _
from data.analysis.marks import actions, queries
from data.request import Request

on = CallbackGroup()
_GONE = N_("Ce lien est introuvable.")
_NO_POINT = N_("Ouvrez la consommation d’un point de livraison, puis « Partager ces jours ».")


@on.click(
    Ids.LINK_MAKE,
    output=[Output(Ids.LINK_MADE, "children"), Output(Ids.LINKS, "children")],
    state={
        "days": State(Ids.LINK_DAYS, "value"),
        "label": State(Ids.LINK_LABEL, "value"),
        "query": State(Ids.LINK_VIEW, "data"),
    },
    permission=Permission.MARKS_SHARE,
    writes=True,
)
def make(
    *, days: str | None, label: str | None, query: str | None, request: Request
) -> tuple[list[Component], list[Component]]:
    word = shared(request, query, (number_in(days or "") or 0, label or ""))
    return created_link(f"{request.portal.address}/partage/{word}"), listed(request)


def shared(request: Request, query: str | None, asked: tuple[int, str]) -> str:
    """Create a link; return its token."""
    db, viewer = request.db, request.viewer
    days, label = asked
    view = view_of(query, viewer)
    if view.pce is None:  # else the viewer's default PCE would be shared
        raise Invalid(_NO_POINT)
    return actions.share(
        db, viewer, view, days=days, most_days=request.portal.share_days, label=label,
        secret=request.portal.signing_key, now=request.now,
    )  # fmt: skip


@on(
    Output(Ids.LINKS, "children", allow_duplicate=True),
    Output(Ids.LINK_MADE, "children", allow_duplicate=True),
    TOASTS,
    Input(Ids.LINKS_DONE, "data"),
    permission=Permission.MARKS_WRITE,
    writes=True,
)
def revoke(
    done: Mapping[str, Any] | None, *, request: Request
) -> tuple[list[Component], Any, list[Component]]:
    key = key_pressed(done, _GONE)
    actions.revoke_link(request.db, request.viewer, key, now=request.now)
    return (
        listed(request),
        clear_link(request, key),
        [toast(_("Lien révoqué : il ne fonctionne plus"))],
    )


def clear_link(request: Request, key: int) -> Any:  # noqa: ANN401 (children, or no_update)
    """Clear the address of the latest link if that one was revoked."""
    latest = max(row.id for row in queries.list_links(request.db, request.viewer, request.now))
    return [] if latest == key else no_update


def listed(request: Request) -> list[Component]:
    return links_list(queries.list_links(request.db, request.viewer, request.now))
