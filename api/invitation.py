"""Accept an invitation by its link: choose a name and a password, and create the account."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import current_user

from api.context import now, portal
from api.devices import origin_now
from api.guard import SignedIn
from api.password import chosen
from api.session import field, start
from api.totp import HERE, begin_with
from core.errors import NotFound, PortalError
from core.i18n import _
from data.administration.people import actions, queries
from data.administration.people.rules import OVER
from data.administration.people.types import Invited
from data.identity.accounts.actions import new_password, sign_in
from data.identity.accounts.rules import must_enrol
from data.identity.accounts.types import PasswordCheck, SignInCandidate

routes = Blueprint("invitation", __name__)


@routes.get("/invitation/<token>")
def show(token: str) -> ResponseReturnValue:
    invitation = invited(token)
    if invitation is None:
        return render_template("invitation.html", problem=_(OVER)), 404
    return render_template("invitation.html", invited=invitation, name=invitation.name)


@routes.post("/invitation/<token>")
def accept(token: str) -> ResponseReturnValue:
    """Create the account; hash the password, which is slow, only if the link is valid."""
    invitation = invited(token)
    try:
        if invitation is None:
            raise NotFound(OVER)
        new = new_password(chosen(), portal().operator)
        with portal().database.transaction() as db:
            user_id = actions.accept(db, token, field("name"), new, now())
            proof = PasswordCheck(
                SignInCandidate(user_id, invitation.email, new.hashed), holds=True
            )
            ticket = "" if g.viewer else sign_in(db, proof, now(), origin_now())
    except PortalError as error:
        problem = _(error.message, **error.params)
        page_invitation = None if isinstance(error, NotFound) else invitation
        name = request.form.get("name", "")[:200]
        page = render_template(
            "invitation.html", invited=page_invitation, name=name, problem=problem
        )
        return page, error.status
    return redirect(come_in(ticket, proof) if ticket else "/connexion?joined", 303)


def come_in(ticket: str, proof: PasswordCheck) -> str:
    """Sign this browser in with `ticket`; return the page to show first.

    The password was chosen in this very request, so a required second factor is set up at once. A
    browser where somebody else is signed in stays theirs.
    """
    start(ticket)
    user = current_user._get_current_object()  # noqa: SLF001 (as the guard does)
    if not isinstance(user, SignedIn) or not must_enrol(user.found, portal().factors):
        return "/"
    begin_with(user.viewer, proof)
    return HERE


def invited(token: str) -> Invited | None:
    with portal().database.reading() as db:
        return queries.find_invited(db, token, now())
