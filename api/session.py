"""Sign in and out, and set the preferences that need no account."""

from contextlib import suppress
from datetime import datetime, timedelta
from urllib.parse import quote

from flask import Blueprint, Response, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue
from flask_login import login_user

from api.code_attempts import counted
from api.context import now, portal, viewer_now
from api.devices import origin_now
from api.guard import SignedIn, own_page, safe_next
from api.health import ServiceState, service_state
from api.relying_party import relying_party
from core.access import Viewer
from core.database import Session
from core.errors import PortalError, Unauthenticated
from core.i18n import LANGUAGES, _, day_month, long_day, weekday
from data.identity.accounts import actions, queries
from data.identity.accounts.queries import security
from data.identity.accounts.queries.passkeys import get_second_steps
from data.identity.accounts.types import (
    OpenSession,
    PasswordCheck,
    PendingSecondFactor,
    SignInPlace,
    TypedCode,
)
from data.identity.accounts.types.security import SecondSteps
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("session", __name__)
_YEAR = 31_536_000
_LONGEST_FIELD = 1024
_PENDING = "pending"
_CHOSEN = "chosen"
BY_PROVIDER = "provider"  # in the signed cookie: whose session is open there too
_PATIENCE = timedelta(minutes=10)  # between the password and the code


def field(name: str) -> str:
    """Return a form's field, limited in length and without null characters."""
    return request.form.get(name, "")[:_LONGEST_FIELD].replace("\0", "\ufffd")


@routes.get("/connexion")
def show_sign_in() -> ResponseReturnValue:
    target = safe_next(request.args.get("next", "/"))
    if g.viewer is not None:
        return redirect(target)
    return sign_in_page(target=target, ended="ended" in request.args)


@routes.post("/connexion")
def sign_in() -> ResponseReturnValue:
    target = safe_next(request.form.get("next", "/"))
    g.here = f"/connexion?next={quote(target, safe='')}"
    email = field("email").strip()
    try:
        token = open_session(email, field("password"))
    except PortalError as error:
        problem = _(error.message, **error.params)
        return sign_in_page(target=target, email=email, problem=problem), error.status
    if token is None:
        return redirect(f"/connexion/code?next={quote(target, safe='')}", 303)
    start(token)
    return redirect(target, 303)


@routes.get("/connexion/code")
def show_code() -> ResponseReturnValue:
    target = safe_next(request.args.get("next", "/"))
    if pending_now() is None:
        return redirect(f"/connexion?next={quote(target, safe='')}")
    return code_page(target, spare="secours" in request.args)


def code_page(target: str, problem: str = "", *, spare: bool) -> str:
    """Return the page after a password: passkey, application code, or a `spare` code."""
    pending, ways = pending_now(), SecondSteps()
    if pending:
        with portal().database.reading() as db:
            ways = get_second_steps(db, pending.user_id)
    return render_template(
        "code.html",
        target=target,
        problem=problem,
        spare=spare,
        contact=portal().settings.contact,
        codes=ways.codes,
        passkeys=ways.passkeys and relying_party() is not None,
    )


@routes.post("/connexion/code")
def check_code() -> ResponseReturnValue:
    target = safe_next(request.form.get("next", "/"))
    pending, words = pending_now(), f"next={quote(target, safe='')}"
    spare = "secours" in request.form
    g.here = f"/connexion/code?{'secours&' if spare else ''}{words}"
    if pending is None:
        return redirect(f"/connexion?{words}", 303)
    try:
        token = open_with_code(pending, field("code"))
    except PortalError as error:
        problem = _(error.message, **error.params)
        return code_page(target, problem, spare=spare), error.status
    start(token, by_provider=bool(pending.subject))
    return redirect(target, 303)


def sign_in_page(**values: object) -> str:
    state = service_state()
    return render_template(
        "sign_in.html",
        state=state,
        today_words=weekday(state.today),
        until_words=until_words(state),
        provider=portal().provider,
        passkeys=relying_party() is not None,
        **values,
    )


def until_words(state: ServiceState) -> str:
    """Return `21/11`, with the year unless it is the current one."""
    until = state.data_until
    if until is None:
        return ""
    return day_month(until) if until.year == state.today.year else long_day(until)


def proof_of(email: str, password: str) -> PasswordCheck:
    """Count the try, then verify it outside any transaction: that takes a tenth of a second."""
    with portal().database.transaction() as db:
        candidate = actions.try_sign_in(db, email, origin_now(), now(), portal().limits)
    return actions.verify_password(candidate, password)


def open_session(email: str, password: str) -> str | None:
    """Verify, then open a session; return its token, or None when a code is needed first."""
    proof = proof_of(email, password)
    if not proof.holds:
        with portal().database.transaction() as db:
            actions.note_refusal(db, proof, now(), origin_now())
        raise Unauthenticated(actions.WRONG)
    with portal().database.transaction() as db:
        pending = actions.hold_sign_in(db, proof)
        if pending is None:
            device_notice = new_browser(db, proof.candidate.user_id)
            token = actions.sign_in(db, proof, now(), origin_now())
            tell(db, device_notice)
            return token
    keep_pending(pending)
    return None


def new_browser(db: Session, user_id: int | None) -> int | None:
    """Return the user to notify of a new session; None if this browser is known."""
    if user_id is None or not security.is_new(db, user_id, origin_now().browser, now()):
        return None
    return user_id


def tell(db: Session, user_id: int | None) -> None:
    """Queue the mail about a browser that its owner has not used recently."""
    if user_id is not None:
        origin = origin_now()
        params = {"device": origin.device, "place": origin.address}
        queue(db, user_id, NotificationKind.NEW_BROWSER, now(), params=params)


def keep_pending(pending: PendingSecondFactor) -> None:
    """Store in the signed cookie who must enter a code."""
    who = [pending.user_id, pending.mark, now().isoformat()]
    session[_PENDING] = [*who, pending.issuer, pending.subject] if pending.subject else who


def pending_now() -> PendingSecondFactor | None:
    """Return the pending sign-in in this browser's signed cookie, after a correct password."""
    with suppress(KeyError, TypeError, ValueError):
        user_id, mark, at, *provider = session[_PENDING]
        if timedelta() <= now() - datetime.fromisoformat(at) < _PATIENCE:
            return PendingSecondFactor(int(user_id), str(mark), *map(str, provider))
    return None


def open_with_code(pending: PendingSecondFactor, code: str) -> str:
    """Count the attempt, use the code, then open a session; return its token."""
    device = origin_now().device_of(pending.user_id)
    typed = TypedCode(pending.user_id, SignInPlace.SIGN_IN, code, device.browser if device else "")
    with counted(typed), portal().database.transaction() as db:
        proof = actions.resume_sign_in(db, pending)
        actions.spend_code(db, typed, now(), portal().sealing_key)
        device_notice = new_browser(db, pending.user_id)
        token = actions.sign_in(db, proof, now(), origin_now(), coded=True)
        tell(db, device_notice)
        if pending.subject:
            keep_link(db, pending)
    return token


def keep_link(db: Session, pending: PendingSecondFactor) -> None:
    """Link the provider's identity to the account that the code opened, and notify its owner."""
    if actions.link(db, pending.user_id, pending.issuer, pending.subject, now()):
        queue(db, pending.user_id, NotificationKind.PROVIDER_LINKED, now())


def start(token: str, *, by_provider: bool = False) -> None:
    """Sign this browser in with `token`, with a new cookie and form token."""
    with portal().database.reading() as db:
        login_session = queries.find_open_session(db, token, now(), portal().limits)
    preferences = session.get(_CHOSEN, {})
    session.clear()
    if by_provider:
        session[BY_PROVIDER] = True
    if login_session is not None:
        g.entered = login_session.viewer.user_id
        if preferences:
            with portal().database.transaction() as db:
                actions.set_preferences(db, login_session.viewer, **preferences)
        login_user(SignedIn(token, login_session))


def keep_token(token: str) -> None:
    """Store `token`, the new one of this browser's session.

    The form token stays, because pages open in other tabs, or reloaded forms, still hold it.
    """
    login_user(SignedIn(token, OpenSession(viewer_now(), stale=False)))


@routes.post("/deconnexion")
def sign_out() -> ResponseReturnValue:
    with portal().database.transaction() as db:
        actions.sign_out(db, viewer_now(), now())
    is_federated = session.get(BY_PROVIDER) and portal().provider
    session.clear()
    response = redirect("/connexion?sso" if is_federated else "/connexion", 303)
    assert isinstance(response, Response)  # noqa: S101 (werkzeug's type is wider than Flask's)
    response.headers["Clear-Site-Data"] = '"storage"'
    return response


def chosen(language: str | None, theme: str | None) -> dict[str, str]:
    """Return the preferences chosen before sign-in, for the account."""
    choices = {"language": (language, LANGUAGES), "theme": (theme, actions.THEMES)}
    return {
        name: value
        for name, (value, allowed_values) in choices.items()
        if value and value in allowed_values
    }


@routes.post("/preferences")
def set_preferences() -> ResponseReturnValue:
    """Store a language or a theme in the account, if any, and in a cookie."""
    viewer: Viewer | None = g.viewer
    language, theme = request.form.get("language"), request.form.get("theme")
    if viewer is not None:
        with portal().database.transaction() as db:
            actions.set_preferences(db, viewer, language=language, theme=theme)
    else:
        session[_CHOSEN] = {**session.get(_CHOSEN, {}), **chosen(language, theme)}
    response = redirect(own_page(request.form.get("next", "/")), 303)
    for name, value, allowed_values in (
        ("language", language, LANGUAGES),
        ("theme", theme, actions.THEMES),
    ):
        if value in allowed_values:
            response.set_cookie(
                name,
                str(value),
                max_age=_YEAR,
                samesite="Lax",
                secure=portal().secure,
                httponly=True,
            )
    return response
