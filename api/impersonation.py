"""Impersonate a user: start, end, and log every read."""

from typing import Any

from flask import Blueprint, Response, g, redirect, request
from flask.typing import ResponseReturnValue

from api.context import now, portal, viewer_now
from api.dispatch import DISPATCH
from api.headers import FOR_ALL
from api.session import field
from core.access import Viewer
from data.administration.people import actions

routes = Blueprint("looking", __name__)
_SHOWN = frozenset({200, 206})


@routes.post("/vue/<int:user_id>")
def begin(user_id: int) -> ResponseReturnValue:
    """Show the home page as that person sees it, for half an hour."""
    with portal().database.transaction() as db:
        actions.impersonate(db, viewer_now(), user_id, field("reason"), now=now())
    return redirect("/", 303)


@routes.post("/vue/fin")
def stop() -> ResponseReturnValue:
    with portal().database.transaction() as db:
        user_id = actions.stop_impersonating(db, viewer_now(), now=now())
    return redirect(f"/admin?user={user_id}" if user_id else "/admin", 303)


@routes.after_app_request
def write_look(response: Response) -> Response:
    """Record what was shown: the page, document or callback, and the PCEs.

    Static files, the same for everybody, are left out.
    """
    viewer: Viewer | None = g.get("viewer")
    if viewer is None or not viewer.behind or response.status_code not in _SHOWN:
        return response
    if not request.path.startswith(FOR_ALL):
        with portal().database.transaction() as db:
            actions.record_impersonated_read(db, viewer, displayed_path(), now=now())
    return response


def displayed_path() -> dict[str, object]:
    """Return what this request shows, without the query string, which may hold typed text."""
    pces = sorted(g.get("reads", {}))
    pce_facts: dict[str, object] = {"pces": pces} if pces else {}
    if request.path != DISPATCH:
        return {"path": request.path, **pce_facts}
    body: dict[str, Any] = request.get_json()
    return {"callback": str(body["output"])[:120], **pce_facts}
