"""Reset a forgotten password by a link, and change a password."""

from flask import Blueprint, g, redirect, render_template, request
from flask.typing import ResponseReturnValue

from api.context import now, portal, viewer_now
from api.devices import origin_now
from api.session import field, keep_token
from core.access import Viewer
from core.database import Session
from core.errors import Invalid, NotFound, PortalError
from core.i18n import N_, _
from data.identity.accounts import actions, queries
from data.identity.accounts.types import NewPassword, PasswordCheck, ResetLink
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("password", __name__)


@routes.get("/mot-de-passe-oublie")
def show_request() -> str:
    return render_template("forgotten.html")


@routes.post("/mot-de-passe-oublie")
def request_reset() -> ResponseReturnValue:
    """Queue a mail with a link if somebody has this e-mail; the answer is the same anyway.

    It takes as long too: for an unknown e-mail, the same rows are written and rolled back.
    """
    email, address = field("email"), origin_now().address
    try:
        with portal().database.transaction() as db:
            actions.count_reset(db, email, address, now(), portal().limits)
            with db.begin_nested() as written:
                link = actions.request_reset(db, email, address, now())
                _queue(db, link or actions.pretend_reset(db, now()))
                if link is None:
                    written.rollback()
    except PortalError as error:
        problem = _(error.message, **error.params)
        return render_template("forgotten.html", email=email, problem=problem), error.status
    return render_template("forgotten.html", sent=True)


def _queue(db: Session, link: ResetLink | None) -> None:
    if link is not None:
        params = {"token": link.token}
        queue(db, link.user_id, NotificationKind.PASSWORD_RESET, now(), params=params)


@routes.get("/mot-de-passe/<token>")
def show_reset(token: str) -> ResponseReturnValue:
    with portal().database.reading() as db:
        if not queries.is_reset_open(db, token, now()):
            problem = _("Ce lien n’est plus valable : demandez-en un autre.")
            return render_template("forgotten.html", problem=problem), 404
    return render_template("new_password.html", current=False)


@routes.post("/mot-de-passe/<token>")
def reset(token: str) -> ResponseReturnValue:
    try:
        new = chosen_from(token)
        with portal().database.transaction() as db:
            user_id = actions.reset_password(db, token, new, now())
            queue(db, user_id, NotificationKind.PASSWORD_CHANGED, now())
            g.entered = user_id  # the link of their mail proves that it is their browser
    except Invalid as error:
        problem = _(error.message, **error.params)
        return render_template("new_password.html", current=False, problem=problem), error.status
    return redirect("/connexion?changed", 303)


@routes.get("/compte/mot-de-passe")
def show_change() -> str:
    return render_template("new_password.html", current=True)


@routes.post("/compte/mot-de-passe")
def change() -> ResponseReturnValue:
    viewer = viewer_now()
    try:
        text = chosen()
        proof = prove_current(viewer)
        new = actions.new_password(text, portal().operator)
        with portal().database.transaction() as db:
            actions.change_password(db, viewer, proof, new, now())
            queue(db, viewer.user_id, NotificationKind.PASSWORD_CHANGED, now())
            token = actions.renew_token(db, viewer)
    except PortalError as error:
        problem = _(error.message, **error.params)
        return render_template("new_password.html", current=True, problem=problem), error.status
    keep_token(token)
    return redirect("/compte?fait=mot-de-passe", 303)


def chosen() -> str:
    """Return the new password; raise Invalid unless it was typed twice alike."""
    new = request.form.get("new", "")
    if new != request.form.get("again", ""):
        raise Invalid(N_("Les deux saisies du nouveau mot de passe sont différentes."))
    return new


def chosen_from(token: str) -> NewPassword:
    """Return the new password; hash it, which is slow, only if the link is valid."""
    text = chosen()
    with portal().database.reading() as db:
        if not queries.is_reset_open(db, token, now()):
            raise NotFound(N_("Ce lien n’est plus valable : demandez-en un autre."))
    return actions.new_password(text, portal().operator)


def prove_current(viewer: Viewer) -> PasswordCheck:
    """Return the check of the viewer's password, typed in the form; raise Invalid, TooMany."""
    database = portal().database
    with database.transaction() as db:
        candidate = actions.try_proof(db, viewer, now(), portal().limits)
    proof = actions.verify_password(candidate, field("current"))
    actions.require_own(viewer, proof)
    with database.transaction() as db:
        actions.forget_proofs(db, viewer)
    return proof
