"""A colleague's telephone is lost: their second factor is taken off by who may."""

from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from api.password import prove_current
from api.portal import now, portal, viewer_now
from data.accounts import actions
from data.accounts.queries import security
from data.errors import NotFound, PortalError
from data.notifications.actions import queue
from data.notifications.types import Kind
from i18n import _

routes = Blueprint("factors", __name__)
_ONE = "/compte/collegues/<int:user>/second-facteur"


@routes.get(_ONE)
def show(user: int) -> str:
    return page(user)


@routes.post(_ONE)
def reset(user: int) -> ResponseReturnValue:
    """Take it off, for who types their own password, and tell the person by mail."""
    viewer = viewer_now()
    with portal().database.reading() as db:
        security.get_coded(db, viewer, user)
    try:
        proof = prove_current(viewer)
        with portal().database.transaction() as db:
            actions.reset_factor_of(db, viewer, proof, user, now())
            author = {"author": viewer.name}
            queue(db, user, Kind.SECOND_FACTOR_RESET, now(), params=author)
    except NotFound:
        raise
    except PortalError as error:
        return page(user, _(error.message, **error.params)), error.status
    return redirect("/compte/collegues?fait=remise-a-zero", 303)


def page(user: int, problem: str = "") -> str:
    with portal().database.reading() as db:
        found = security.get_coded(db, viewer_now(), user)
    return render_template("factor_lost.html", person=found, problem=problem)
