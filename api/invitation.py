"""An invitation, answered by who holds its link: a name, a password, an account."""

from flask import Blueprint, redirect, render_template, request
from flask.typing import ResponseReturnValue

from api.password import chosen
from api.portal import now, portal
from api.session import field
from data.accounts.actions import new_password
from data.errors import NotFound, PortalError
from data.people import actions, queries
from data.people.rules import OVER
from data.people.types import Invited
from i18n import _

routes = Blueprint("invitation", __name__)


@routes.get("/invitation/<token>")
def show(token: str) -> ResponseReturnValue:
    found = invited(token)
    if found is None:
        return render_template("invitation.html", problem=_(OVER)), 404
    return render_template("invitation.html", invited=found, name=found.name)


@routes.post("/invitation/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Hash the password only for who has a link that stands: a hash is dear."""
    found = invited(token)
    try:
        if found is None:
            raise NotFound(OVER)
        new = new_password(chosen())
        with portal().database.transaction() as db:
            actions.accept(db, token, field("name"), new, now())
    except PortalError as error:
        problem = _(error.message, **error.params)
        shown = None if isinstance(error, NotFound) else found
        name = request.form.get("name", "")[:200]
        page = render_template("invitation.html", invited=shown, name=name, problem=problem)
        return page, error.status
    return redirect("/connexion?joined", 303)


def invited(token: str) -> Invited | None:
    with portal().database.reading() as db:
        return queries.find_invited(db, token, now())
