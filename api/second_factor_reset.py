"""Remove a colleague's lost second factor."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from api.context import now, portal, viewer_now
from api.password import prove_current
from core.errors import NotFound, PortalError
from core.i18n import _
from data.identity.accounts import actions
from data.identity.accounts.queries import security
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("factors", __name__)
_ONE = "/compte/collegues/<int:user>/second-facteur"


@routes.get(_ONE)
def show(user: int) -> str:
    return page(user)


@routes.post(_ONE)
def reset(user: int) -> ResponseReturnValue:
    """Remove the second factor after a check of the viewer's password, and mail its owner."""
    viewer = viewer_now()
    with portal().database.reading() as db:
        security.get_coded(db, viewer, user)
    try:
        proof = prove_current(viewer)
        with portal().database.transaction() as db:
            actions.reset_factor_of(db, viewer, proof, user, now())
            author = {"author": viewer.name}
            queue(db, user, NotificationKind.SECOND_FACTOR_RESET, now(), params=author)
    except NotFound:
        raise
    except PortalError as error:
        return page(user, _(error.message, **error.params)), error.status
    return redirect("/compte/collegues?fait=remise-a-zero", 303)


def page(user: int, problem: str = "") -> str:
    with portal().database.reading() as db:
        person = security.get_coded(db, viewer_now(), user)
    return render_template("factor_lost.html", person=person, problem=problem)
