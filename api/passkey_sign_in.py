"""Sign in with a passkey, instead of a password or after it."""

from contextlib import suppress
from urllib.parse import quote

from flask import Blueprint, Response, g, redirect, request, session
from flask.typing import ResponseReturnValue

from api.context import now, portal
from api.devices import origin_now
from api.guard import safe_next
from api.relying_party import fresh_challenge, party_now, signed_now
from api.session import (
    code_page,
    keep_link,
    new_browser,
    pending_now,
    sign_in_page,
    start,
    tell,
)
from core.errors import PortalError, Unauthenticated
from core.i18n import _
from data.identity.accounts import actions
from data.identity.accounts.actions import passkeys
from data.identity.accounts.files.passkeys import request_options
from data.identity.accounts.queries.passkeys import list_passkey_ids
from data.identity.accounts.types import PendingSecondFactor
from data.identity.accounts.types.security import Signed

routes = Blueprint("passkey_sign_in", __name__)
_ASKED = "passkey_asked"  # in the signed cookie, for one use


@routes.post("/connexion/cle/demande")
def ask() -> ResponseReturnValue:
    """Return a challenge for any passkey, or for those of an account whose password was checked."""
    pending = pending_now() if "second" in request.form else None
    allowed = None
    if pending:
        with portal().database.reading() as db:
            allowed = list_passkey_ids(db, pending.user_id)
    challenge = fresh_challenge()
    session[_ASKED] = [challenge, now().isoformat()]
    return Response(request_options(party_now(), challenge, allowed), mimetype="application/json")


@routes.post("/connexion/cle")
def enter() -> ResponseReturnValue:
    """Open a session for the owner of the passkey that signed, without password or code."""
    target = safe_next(request.form.get("next", "/"))
    g.here = f"/connexion?next={quote(target, safe='')}"
    try:
        signed = signed_now(session.pop(_ASKED, None), party_now(), verified=True)
        token = _open_alone(signed)
    except PortalError as error:
        problem = _(error.message, **error.params)
        return sign_in_page(target=target, problem=problem), error.status
    start(token)
    return redirect(target, 303)


def _open_alone(signed: Signed) -> str:
    try:
        with portal().database.transaction() as db:
            user_id = passkeys.use_passkey(db, signed, now())
            device_notice = new_browser(db, user_id)
            token = passkeys.sign_in_by_passkey(db, user_id, now(), origin_now())
            tell(db, device_notice)
    except Unauthenticated:
        note_refusal(signed)
        raise
    return token


@routes.post("/connexion/code/cle")
def enter_second() -> ResponseReturnValue:
    """Open a session after a correct password and a signature by one of the account's passkeys."""
    target = safe_next(request.form.get("next", "/"))
    pending, words = pending_now(), f"next={quote(target, safe='')}"
    g.here = f"/connexion/code?{words}"
    challenge = session.pop(_ASKED, None)
    if pending is None:
        return redirect(f"/connexion?{words}", 303)
    try:
        token = _open_second(pending, signed_now(challenge, party_now(), verified=False))
    except PortalError as error:
        problem = _(error.message, **error.params)
        return code_page(target, problem, spare=False), error.status
    start(token, by_provider=bool(pending.subject))
    return redirect(target, 303)


def _open_second(pending: PendingSecondFactor, signed: Signed) -> str:
    try:
        with portal().database.transaction() as db:
            proof = actions.resume_sign_in(db, pending)
            passkeys.use_passkey(db, signed, now(), user_id=pending.user_id)
            device_notice = new_browser(db, pending.user_id)
            token = actions.sign_in(db, proof, now(), origin_now(), coded=True)
            tell(db, device_notice)
            if pending.subject:
                keep_link(db, pending)
    except Unauthenticated:
        note_refusal(signed)
        raise
    return token


def note_refusal(signed: Signed) -> None:
    """Record a failed signature of a known passkey."""
    with suppress(Unauthenticated), portal().database.transaction() as db:
        passkeys.note_refused_passkey(db, signed, now())
