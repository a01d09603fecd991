"""Single sign-on: to the provider and back, then the same sessions as by password."""

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue

from api.devices import origin_now
from api.guard import safe_next
from api.portal import now, portal
from api.session import keep_pending, new_browser, sign_in_page, start, tell
from data.accounts import actions
from data.accounts.channels.oidc import UNVERIFIED, Provider
from data.accounts.types import Pending
from data.accounts.types.security import Asked, Identity
from data.errors import NotFound, PortalError, Unauthenticated, Unavailable
from data.notifications.actions import queue
from data.notifications.types import Kind
from i18n import N_, _

routes = Blueprint("single", __name__)
_HERE = "/connexion/unique"
_ASKED = "asked"
_PATIENCE = timedelta(minutes=10)  # to type a password there


def provider() -> Provider:
    found = portal().provider
    if found is None:
        raise NotFound(N_("La connexion unique n’est pas proposée ici."))
    return found


def address_back() -> str:
    """Where the provider sends a browser back: what is to be registered there."""
    return f"{portal().address}{_HERE}/retour"


@routes.get(_HERE)
def begin() -> ResponseReturnValue:
    target = safe_next(request.args.get("next", "/"))
    if g.viewer is not None:
        return redirect(target)
    try:
        asked = provider().begin(address_back())
    except PortalError as error:
        return refused(error, target)
    session[_ASKED] = [asked.state, asked.nonce, asked.verifier, target, now().isoformat()]
    return redirect(asked.url)


@routes.get(f"{_HERE}/retour")
def come_back() -> ResponseReturnValue:
    """Take what was asked out of the cookie first: whatever comes, it serves once."""
    there, kept = provider(), session.pop(_ASKED, None)
    asked, target = asked_in(kept)
    try:
        identity = identity_of(there, asked)
        token = open_for(identity)
    except PortalError as error:
        return refused(error, target)
    if token is None:
        return redirect(f"/connexion/code?next={quote(target, safe='')}", 303)
    start(token, by_provider=True)
    return redirect(target, 303)


@routes.get(f"{_HERE}/fin")
def end() -> ResponseReturnValue:
    """To the end of the session at the provider too, where it has an address for that."""
    with suppress(Unavailable, Unauthenticated):
        if there := provider().end(f"{portal().address}/connexion"):
            return redirect(there)
    return redirect("/connexion")


def asked_in(kept: object) -> tuple[Asked | None, str]:
    """What this browser asked a moment ago, and the page it was for."""
    with suppress(TypeError, ValueError):
        state, nonce, verifier, target, at = map(str, kept)  # type: ignore[call-overload]
        if timedelta() <= now() - datetime.fromisoformat(at) < _PATIENCE:
            return Asked("", state, nonce, verifier), safe_next(target)
    return None, "/"


def identity_of(there: Provider, asked: Asked | None) -> Identity:
    """Who the provider says came back, to what this very browser asked."""
    if asked is None:
        raise Unauthenticated(UNVERIFIED)
    return there.finish(address_back(), request.args.to_dict(), asked, now())


def open_for(identity: Identity) -> str | None:
    """Open a session; its token, or None when a code is to come first."""
    with portal().database.transaction() as db:
        recognised = actions.recognise(db, identity)
        if isinstance(recognised, Pending):
            keep_pending(recognised)
            return None
        told = new_browser(db, recognised.user_id)
        if not recognised.linked:
            actions.link(db, recognised.user_id, identity.issuer, identity.subject, now())
            queue(db, recognised.user_id, Kind.PROVIDER_LINKED, now())
        token = actions.sign_in_by_provider(db, recognised, now(), origin_now())
        tell(db, told)
    return token


def refused(error: PortalError, target: str) -> ResponseReturnValue:
    g.here = f"/connexion?next={quote(target, safe='')}"
    problem = _(error.message, **error.params)
    return sign_in_page(target=target, problem=problem), error.status
