"""Sign in through an OpenID Connect provider, then open the same session as a password."""

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Blueprint, g, redirect, request, session
from flask.typing import ResponseReturnValue

from api.context import now, portal
from api.devices import origin_now
from api.guard import safe_next
from api.session import keep_pending, new_browser, sign_in_page, start, tell
from core.errors import NotFound, PortalError, Unauthenticated, Unavailable
from core.i18n import N_, _
from data.identity.accounts import actions
from data.identity.accounts.channels.oidc import UNVERIFIED, OidcProvider
from data.identity.accounts.types import PendingSecondFactor
from data.identity.accounts.types.security import PendingSignIn, ProviderIdentity
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("single", __name__)
_HERE = "/connexion/unique"
_ASKED = "asked"
_PATIENCE = timedelta(minutes=10)  # to type a password at the provider


def provider() -> OidcProvider:
    sso_provider = portal().provider
    if sso_provider is None:
        raise NotFound(N_("La connexion unique n’est pas proposée ici."))
    return sso_provider


def address_back() -> str:
    """Return where the provider sends a browser back; it must be registered there."""
    return f"{portal().address}{_HERE}/retour"


@routes.get(_HERE)
def begin() -> ResponseReturnValue:
    target = safe_next(request.args.get("next", "/"))
    if g.viewer is not None:
        return redirect(target)
    try:
        sso_request = provider().begin(address_back())
    except PortalError as error:
        return refused(error, target)
    session[_ASKED] = [
        sso_request.state,
        sso_request.nonce,
        sso_request.verifier,
        target,
        now().isoformat(),
    ]
    return redirect(sso_request.url)


@routes.get(f"{_HERE}/retour")
def come_back() -> ResponseReturnValue:
    """Finish the sign-in; the pending one is first removed from the cookie, for a single use."""
    sso_provider, stored_request = provider(), session.pop(_ASKED, None)
    sso_request, target = asked_in(stored_request)
    try:
        identity = identity_of(sso_provider, sso_request)
        token = open_for(identity)
    except PortalError as error:
        return refused(error, target)
    if token is None:
        return redirect(f"/connexion/code?next={quote(target, safe='')}", 303)
    start(token, by_provider=True)
    return redirect(target, 303)


@routes.get(f"{_HERE}/fin")
def end() -> ResponseReturnValue:
    """Also end the session at the provider, if it has an address for that."""
    with suppress(Unavailable, Unauthenticated):
        if logout_url := provider().end(f"{portal().address}/connexion"):
            return redirect(logout_url)
    return redirect("/connexion")


def asked_in(stored_request: object) -> tuple[PendingSignIn | None, str]:
    """Return the pending sign-in of this browser, if recent, and its target page."""
    with suppress(TypeError, ValueError):
        state, nonce, verifier, target, at = map(str, stored_request)  # type: ignore[call-overload]
        if timedelta() <= now() - datetime.fromisoformat(at) < _PATIENCE:
            return PendingSignIn("", state, nonce, verifier), safe_next(target)
    return None, "/"


def identity_of(sso_provider: OidcProvider, sso_request: PendingSignIn | None) -> ProviderIdentity:
    """Return the identity that the provider confirms for a sign-in begun in this browser."""
    if sso_request is None:
        raise Unauthenticated(UNVERIFIED)
    return sso_provider.finish(address_back(), request.args.to_dict(), sso_request, now())


def open_for(identity: ProviderIdentity) -> str | None:
    """Open a session; return its token, or None when a code is needed first."""
    with portal().database.transaction() as db:
        recognised = actions.recognise(db, identity)
        if isinstance(recognised, PendingSecondFactor):
            keep_pending(recognised)
            return None
        device_notice = new_browser(db, recognised.user_id)
        if not recognised.linked:
            actions.link(db, recognised.user_id, identity.issuer, identity.subject, now())
            queue(db, recognised.user_id, NotificationKind.PROVIDER_LINKED, now())
        token = actions.sign_in_by_provider(db, recognised, now(), origin_now())
        tell(db, device_notice)
    return token


def refused(error: PortalError, target: str) -> ResponseReturnValue:
    g.here = f"/connexion?next={quote(target, safe='')}"
    problem = _(error.message, **error.params)
    return sign_in_page(target=target, problem=problem), error.status
