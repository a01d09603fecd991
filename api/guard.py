"""Guard every request: session, origin and anonymous access."""

import hashlib
import hmac
from typing import Any
from urllib.parse import quote, urlsplit

from flask import Flask, Response, current_app, g, redirect, request, session
from flask.sessions import SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_login import LoginManager, UserMixin, current_user
from flask_wtf.csrf import (
    CSRFError,
    CSRFProtect,
    ValidationError,
    generate_csrf,
    validate_csrf,
)
from itsdangerous import Signer
from werkzeug.exceptions import RequestEntityTooLarge

from api.adict.authentication import let_in
from api.adict.errors import asks_for_a_token, is_for_programs
from api.context import now, portal
from api.devices import give_cookies
from api.impersonation_routes import SAFE_METHODS, check_looking
from api.locale import likely, with_theme
from core.access import Viewer
from core.errors import Forbidden, Unauthenticated
from core.i18n import N_, set_language
from data.administration.people import queries as people
from data.identity.accounts import actions, queries
from data.identity.accounts.rules import must_enrol
from data.identity.accounts.types import OpenSession

LED = "led"  # in the signed cookie: the page requested before a second factor
CSRF_COOKIE = "_csrf_token"  # the one dash-renderer reads and sends back as X-CSRFToken
_WITHOUT_ACCOUNT = frozenset(
    {"_dash_assets.static", "static_files.bootstrap", "scripts.scripts", "health.metrics"}
)
_OPEN = frozenset(
    {
        "session.show_sign_in",
        "session.sign_in",
        "session.show_code",
        "session.check_code",
        "passkey_sign_in.ask",
        "passkey_sign_in.enter",
        "passkey_sign_in.enter_second",
        "single.begin",
        "single.come_back",
        "single.end",
        "session.set_preferences",
        "password.show_request",
        "password.request_reset",
        "password.show_reset",
        "password.reset",
        "invitation.show",
        "invitation.accept",
        "health.health",
        "subjects.privacy",
        "described.give_document",
        "described.show",
        "legal.notice",
        "legal.accessibility",
        "notices.show_link",
        "notices.follow_link",
        "consent.show",
        "consent.answer",
        "letters.show",
        "letters.choose",
        "calendars.feed",
        "shared.show",
    }
)  # by endpoint, independent of the spelling of the path
_SIGNED = frozenset(
    {"notices.follow_link", "letters.choose"}
)  # the address itself is a proof, and a mail reader posts
_AS_ONESELF = frozenset({"looking.stop", "session.sign_out"})
_ENROLLING = frozenset(
    {
        "second.show",
        "second.begin",
        "second.confirm",
        "second.come_back",
        "passkeys.show",
        "passkeys.begin",
        "passkeys.add",
        "passkeys.come_back",
        "session.sign_out",
        "session.set_preferences",
    }
)  # endpoints open to people who must first set up a second factor
# bytes of an anonymous request's body: the worker holds as much in memory
_MOST_OF_ANYBODY = 65_536
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
# by a proxy, which may run on this machine too
_FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Real-IP")


class SignedIn(UserMixin):  # type: ignore[misc]
    """The user for flask-login; its id is the session's token, so a closed session has no user."""

    def __init__(self, token: str, found: OpenSession, seen: Viewer | None = None) -> None:
        self.token = token
        self.viewer = found.viewer
        self.found = found
        self.seen = seen  # the impersonated viewer, if any

    def get_id(self) -> str:
        return self.token


def load_user(token: str) -> SignedIn | None:
    """Return the user of `token`; record the session's activity, once a minute at most.

    Return None on the error page of a database outage, which cannot look it up.
    """
    if "outage" in g:
        return None
    database = portal().database
    try:
        with database.reading() as db:
            open_session = queries.find_open_session(db, token, now(), portal().limits)
            viewed_as = (
                people.find_impersonated_viewer(db, open_session.viewer, now())
                if open_session
                else None
            )
    except Exception:
        g.setdefault("outage", default=True)
        raise
    if open_session is None:
        return None
    cookie = request.cookies.get(current_app.config["SESSION_COOKIE_NAME"], "")
    current_app.config["PEOPLE"].remember(cookie.rsplit(".", 2)[0], open_session.viewer.user_id)
    if open_session.stale:
        database.try_write(lambda db: actions.touch(db, open_session.viewer, now()))
    return SignedIn(token, open_session, viewed_as)


def install(server: Flask) -> None:
    """Install the guard: call it before any other route is registered."""
    server.config.update(
        WTF_CSRF_TIME_LIMIT=None,  # as long as the session it is tied to
        WTF_CSRF_SSL_STRICT=False,  # `check_origin` is stricter
        WTF_CSRF_CHECK_DEFAULT=False,  # `check_token` calls it
    )
    manager = LoginManager(server)
    manager.session_protection = None  # our own rows determine which session is valid
    manager.user_loader(load_user)
    server.before_request(open_door)
    server.before_request(check_origin)
    CSRFProtect(server)
    server.before_request(check_token)
    server.after_request(give_csrf_cookie)
    server.after_request(give_cookies)


def open_door() -> ResponseReturnValue | None:
    """Find the viewer; reject anonymous requests to anything that is not public."""
    g.viewer = None
    if is_for_programs(request.path) and request.endpoint not in _OPEN:
        set_language("fr")  # like the API they were written for
        if asks_for_a_token(request.path):
            check_length()
        else:
            g.viewer = let_in()
        return None
    set_language(likely())
    if request.endpoint == "health.metrics" and not may_watch():
        raise Unauthenticated(
            N_("Ces mesures ne sont lisibles que depuis cette machine, ou avec un jeton.")
        )
    if request.endpoint in _WITHOUT_ACCOUNT:
        return None
    user = current_user._get_current_object()  # noqa: SLF001 (flask-login's way out of its proxy)
    if not isinstance(user, SignedIn):
        if request.endpoint not in _OPEN:
            if opens_a_page():
                return redirect(f"/connexion?next={quote(safe_next(request.full_path), safe='')}")
            raise Unauthenticated(N_("Votre session est terminée : connectez-vous de nouveau."))
        check_length()
        return None
    set_language(user.viewer.language)
    g.bound = must_enrol(user.found, portal().factors)
    if not g.bound or request.endpoint in _ENROLLING:
        viewer = user.viewer if request.endpoint in _AS_ONESELF else user.seen or user.viewer
        g.viewer = with_theme(viewer)
        check_looking(g.viewer, _OPEN)
        return None
    return None if request.endpoint in _OPEN else lead_to_factor()


def check_length() -> None:
    """Raise for a body larger than any anonymous form, or without a declared length.

    Otherwise a thread would be held as long as the body takes to arrive.
    """
    if request.content_length is None and "Transfer-Encoding" not in request.headers:
        return
    if request.content_length is None or request.content_length > _MOST_OF_ANYBODY:
        raise RequestEntityTooLarge


def lead_to_factor() -> ResponseReturnValue:
    """Redirect to the page of the second factor, or raise Forbidden for other requests."""
    if opens_a_page():
        session[LED] = safe_next(request.full_path)
        return redirect("/compte/second-facteur")
    raise Forbidden(N_("Votre rôle demande la double authentification : activez-la d’abord."))


def opens_a_page() -> bool:
    asks = request.method == "GET" and "text/html" in request.headers.get("Accept", "")
    return asks and not request.path.startswith("/_")


def safe_next(target: str) -> str:
    """Return `target` if it is a portal page other than the sign-in page, else the home page."""
    page_path = own_page(target)
    return "/" if page_path.startswith("/connexion") else page_path


def own_page(target: str) -> str:
    """Return `target` if it is a page of the portal, else the home page."""
    target = target.removesuffix("?")
    try:
        parts = urlsplit(target.replace("\\", "/"))
    except ValueError:  # `//[`: not a valid address
        return "/"
    is_local = target.startswith("/") and not parts.scheme and not parts.netloc
    plain = target.isprintable() and not target.startswith(("//", "/_"))
    return target if is_local and plain and "\\" not in target else "/"


def may_watch() -> bool:
    """Return whether the token is presented, or, without one, if this machine asks."""
    token = portal().metrics_token
    bearer_token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if token:
        return hmac.compare_digest(bearer_token.encode(), token.encode())
    forwarded = any(name in request.headers for name in _FORWARDED)
    return request.remote_addr in _LOOPBACK and not forwarded


def check_origin() -> None:
    """Raise Forbidden for a write that another site's page started."""
    if request.method in SAFE_METHODS:
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    own_origins = {f"{request.scheme}://{request.host}", portal().address}
    if (site is not None and site != "same-origin") or (
        origin is not None and origin not in own_origins
    ):
        raise Forbidden(N_("Cette demande vient d’un autre site : elle est refusée."))


def check_token() -> None:
    """Raise unless a write has the form token of this session.

    It is read from a header, or from a plain form: other bodies are not read.
    """
    if request.endpoint in _SIGNED or is_for_programs(request.path):  # no cookie gives access there
        return
    if request.mimetype == "application/x-www-form-urlencoded":
        protection: CSRFProtect = current_app.extensions["csrf"]
        protection.protect(apply_exemptions=True)
    elif request.method not in SAFE_METHODS:
        try:
            validate_csrf(request.headers.get("X-CSRFToken"))
        except ValidationError as error:
            raise CSRFError(str(error)) from None


def give_csrf_cookie(response: Response) -> Response:
    """Set a cookie with the form token for the page's scripts."""
    if response.mimetype == "text/html" and response.status_code < 500:  # noqa: PLR2004
        response.set_cookie(
            CSRF_COOKIE, generate_csrf(), secure=portal().secure, samesite="Lax", path="/"
        )
    return response


class SignedCookie(SecureCookieSessionInterface):
    """Flask's session interface with SHA-256, and a serializer created once."""

    digest_method = staticmethod(hashlib.sha256)

    def __init__(self) -> None:
        self._serializer: Any = None

    def get_signing_serializer(self, app: Flask) -> Any:  # noqa: ANN401 (Flask's own)
        if self._serializer is None:
            self._serializer = super().get_signing_serializer(app)
        return self._serializer


def configure_cookies(server: Flask, *, secure: bool) -> None:
    # Flask-WTF cannot set a digest for its form tokens: it signs with this default, SHA-1 before.
    Signer.default_digest_method = staticmethod(hashlib.sha256)
    server.session_interface = SignedCookie()
    server.config.update(
        # The prefix makes browsers refuse it from elsewhere.
        SESSION_COOKIE_NAME="__Host-session" if secure else "session",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=secure,
        SESSION_REFRESH_EACH_REQUEST=False,
    )
