"""Register, list and remove the passkeys of an account."""

from contextlib import suppress
from datetime import datetime, timedelta

from flask import Blueprint, g, redirect, render_template, session
from flask.typing import ResponseReturnValue

from api.context import now, portal, viewer_now
from api.guard import LED
from api.password import prove_current
from api.relying_party import PATIENCE, fresh_challenge, party_now, relying_party, signed_now
from api.session import field, keep_token
from api.totp import needed_of
from core.errors import Conflict, NotFound, PortalError
from core.i18n import N_, _, clock
from data.identity.accounts import actions, queries
from data.identity.accounts.actions import passkeys
from data.identity.accounts.files.passkeys import creation_options, read_new
from data.identity.accounts.queries.passkeys import (
    find_passkey_handle,
    get_passkey,
    list_passkey_ids,
    list_passkeys,
)
from data.identity.accounts.types.security import RelyingParty
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("passkeys", __name__)
HERE = "/compte/cles-acces"
_ADDING = "passkey_adding"  # in the signed cookie, for one use


@routes.get(HERE)
def show() -> str:
    return page()


@routes.post(HERE)
def begin() -> ResponseReturnValue:
    """Begin the registration of a passkey after a password check; the next page has its button."""
    viewer = viewer_now()
    try:
        party_now()
        name = passkeys.check_name(field("name"))
        with portal().database.reading() as db:
            passkeys.check_room(db, viewer.user_id)
            handle = find_passkey_handle(db, viewer.user_id) or fresh_challenge()
        prove_current(viewer)
    except PortalError as error:
        return refused(error)
    session[_ADDING] = [name, handle, fresh_challenge(), now().isoformat()]
    return redirect(HERE, 303)


@routes.get(f"{HERE}/ajout")
@routes.get(f"{HERE}/codes")
def come_back() -> ResponseReturnValue:
    """Redirect to the page of the form, as these addresses only accept forms."""
    return redirect(HERE)


@routes.post(f"{HERE}/ajout")
def add() -> ResponseReturnValue:
    """Store the passkey that the browser created; show recovery codes with the first factor."""
    viewer, pending_passkey = viewer_now(), session.pop(_ADDING, None)
    try:
        if pending_passkey is None:
            raise Conflict(N_("Cet ajout n’est plus en cours : recommencez-le."))
        name, handle, *challenge = pending_passkey
        new = read_new(signed_now(challenge, party_now(), verified=True), handle)
        with portal().database.transaction() as db:
            passkeys.spend_challenge(db, challenge[0], now())
            codes = passkeys.add_passkey(db, viewer, new, name, now())
            queue(db, viewer.user_id, NotificationKind.PASSKEY_ADDED, now(), params={"key": name})
            token = actions.renew_token(db, viewer)
    except PortalError as error:
        return refused(error)
    keep_token(token)
    onwards = session.pop(LED, HERE)
    if codes:
        return render_template("recovery_codes.html", codes=codes, fresh=True, onwards=onwards)
    return redirect(f"{HERE}?fait=ajout", 303)


@routes.post(f"{HERE}/codes")
def renew() -> ResponseReturnValue:
    """Create ten new recovery codes for an account without TOTP, signed in with a passkey."""
    viewer = viewer_now()
    try:
        with portal().database.reading() as db:
            account = queries.get_account(db, viewer)
        if not account.passkeys or account.second_factor_at:
            raise Conflict(
                N_("Vos codes de secours se renouvellent avec un code de l’application.")
            )
        proof = prove_current(viewer)
        with portal().database.transaction() as db:
            codes = actions.renew_recovery_codes(db, viewer, proof, now())
    except PortalError as error:
        return refused(error)
    return render_template("recovery_codes.html", codes=codes, fresh=False, onwards=HERE)


@routes.get(f"{HERE}/<int:passkey>/retrait")
def show_removal(passkey: int) -> str:
    return removal_page(passkey)


@routes.post(f"{HERE}/<int:passkey>/retrait")
def remove(passkey: int) -> ResponseReturnValue:
    viewer = viewer_now()
    with portal().database.reading() as db:
        name = get_passkey(db, viewer, passkey).name
    try:
        proof = prove_current(viewer)
        with portal().database.transaction() as db:
            passkeys.remove_passkey(db, viewer, proof, passkey, now())
            queue(db, viewer.user_id, NotificationKind.PASSKEY_REMOVED, now(), params={"key": name})
            token = actions.renew_token(db, viewer)
    except NotFound:
        raise
    except PortalError as error:
        return removal_page(passkey, _(error.message, **error.params)), error.status
    keep_token(token)
    return redirect(f"{HERE}?fait=retrait", 303)


def removal_page(passkey: int, problem: str = "") -> str:
    viewer, g.here = viewer_now(), f"{HERE}/{passkey}/retrait"
    with portal().database.reading() as db:
        passkey_row = get_passkey(db, viewer, passkey)
        account = queries.get_account(db, viewer)
    last = account.passkeys == 1 and account.second_factor_at is None
    return render_template(
        "passkey_removal.html",
        passkey=passkey_row,
        problem=problem,
        last=last,
        needed=last and needed_of(viewer),
    )


def refused(error: PortalError) -> ResponseReturnValue:
    return page(problem=_(error.message, **error.params)), error.status


def page(problem: str = "") -> str:
    """Return the page with the existing passkeys, and the one being registered."""
    viewer, g.here, party = viewer_now(), HERE, relying_party()
    with portal().database.reading() as db:
        account = queries.get_account(db, viewer)
        existing_passkeys = list_passkeys(db, viewer)
        options = _options_of_adding(account.email, list_passkey_ids(db, viewer.user_id), party)
    return render_template(
        "passkeys.html",
        account=account,
        passkeys=existing_passkeys,
        party=party,
        options=options,
        adding=session[_ADDING][0] if options else "",
        problem=problem,
        clock=clock,
        full=len(existing_passkeys) >= passkeys.MOST_PASSKEYS,
        longest=passkeys.LONGEST_NAME,
        bound=g.get("bound", False) and not (existing_passkeys or account.second_factor_at),
    )


def _options_of_adding(email: str, existing_passkeys: object, party: RelyingParty | None) -> str:
    """Return the options of a registration begun recently; "" without one."""
    with suppress(KeyError, TypeError, ValueError):
        _name, handle, challenge, at = session[_ADDING]
        if party and timedelta() <= now() - datetime.fromisoformat(at) < PATIENCE:
            return creation_options(party, challenge, handle, email, list(existing_passkeys))  # type: ignore[call-overload]
    return ""
