"""Turn the second factor of an account on or off, and renew recovery codes."""

import segno
from flask import Blueprint, g, redirect, render_template, request, session
from flask.typing import ResponseReturnValue

from api.code_attempts import counted
from api.context import now, portal, viewer_now
from api.guard import LED
from api.password import prove_current
from api.session import field, keep_token
from core.access import Viewer
from core.errors import PortalError
from core.i18n import _
from data.identity.accounts import actions, queries
from data.identity.accounts.rules import needs_factor
from data.identity.accounts.types import Enrolling, PasswordCheck, SignInPlace, TypedCode
from data.notifications.actions import queue
from data.notifications.types import NotificationKind

routes = Blueprint("second", __name__)
HERE = "/compte/second-facteur"
_BEGUN = "begun"  # in the signed cookie: the browser where the password was given
_GROUP = 4  # letters of a secret shown together


@routes.get(HERE)
def show() -> str:
    return page(seen="vus" in request.args)


@routes.get(f"{HERE}/activation")
@routes.get(f"{HERE}/codes")
@routes.get(f"{HERE}/arret")
def come_back() -> ResponseReturnValue:
    """Redirect to the page of the form, as these addresses only accept forms."""
    return redirect(HERE)


@routes.post(HERE)
def begin() -> ResponseReturnValue:
    """Create a secret after checking the password, then redirect to the page that shows it."""
    try:
        begin_with(viewer_now(), prove_current(viewer_now()))
    except PortalError as error:
        return refused(error)
    return redirect(HERE, 303)


def begin_with(viewer: Viewer, proof: PasswordCheck) -> None:
    """Create a secret for `viewer`, whose password is checked, to show in this browser."""
    with portal().database.transaction() as db:
        begun = actions.begin_enrolment(db, viewer, proof, now(), portal().sealing_key)
    session[_BEGUN] = begun.mark


@routes.post(f"{HERE}/activation")
def confirm() -> ResponseReturnValue:
    begun, code = begun_here(), field("code")
    if is_on():  # the page of the codes, loaded again
        return redirect(f"{HERE}?vus", 303)
    try:
        with portal().database.transaction() as db:
            actions.waiting(db, begun, now())
            actions.count_code(db, typed_now(), now(), portal().limits)
        with portal().database.transaction() as db:
            codes = actions.confirm_enrolment(db, begun, code, now(), portal().sealing_key)
            queue(db, begun.viewer.user_id, NotificationKind.SECOND_FACTOR_ON, now())
            token = actions.renew_token(db, begun.viewer)
    except PortalError as error:
        return refused(error)
    keep_token(token)
    session.pop(_BEGUN, None)
    onwards = session.pop(LED, "/compte")
    return render_template("recovery_codes.html", codes=codes, fresh=True, onwards=onwards)


@routes.post(f"{HERE}/codes")
def renew() -> ResponseReturnValue:
    viewer = viewer_now()
    try:
        proof, typed = prove_current(viewer), typed_now()
        with counted(typed), portal().database.transaction() as db:
            actions.spend_code(db, typed, now(), portal().sealing_key)
            codes = actions.renew_recovery_codes(db, viewer, proof, now())
    except PortalError as error:
        return refused(error)
    return render_template("recovery_codes.html", codes=codes, fresh=False, onwards="/compte")


@routes.post(f"{HERE}/arret")
def disable() -> ResponseReturnValue:
    viewer = viewer_now()
    try:
        proof, typed = prove_current(viewer), typed_now()
        with counted(typed), portal().database.transaction() as db:
            actions.spend_code(db, typed, now(), portal().sealing_key)
            actions.disable_second_factor(db, viewer, proof, now())
            queue(db, viewer.user_id, NotificationKind.SECOND_FACTOR_OFF, now())
            token = actions.renew_token(db, viewer)
    except PortalError as error:
        return refused(error)
    keep_token(token)
    with portal().database.reading() as db:
        bare = not queries.get_account(db, viewer).passkeys
    must_stay = bare and needed_of(viewer)
    return redirect(HERE if must_stay else "/compte?fait=second-facteur", 303)


def typed_now() -> TypedCode:
    return TypedCode(viewer_now().user_id, SignInPlace.ACCOUNT, field("code"))


def needed_of(viewer: Viewer) -> bool:
    """Return whether the role of `viewer` requires a second factor."""
    with portal().database.reading() as db:
        demo_password = queries.get_account(db, viewer).demo_password
    return needs_factor(viewer.role, portal().factors, demo_password=demo_password)


def is_on() -> bool:
    with portal().database.reading() as db:
        return queries.get_account(db, viewer_now()).second_factor_at is not None


def begun_here() -> Enrolling:
    """Return the enrolment begun in this browser; an earlier copy of its cookie has none."""
    return Enrolling(viewer_now(), str(session.get(_BEGUN, "")))


def refused(error: PortalError) -> ResponseReturnValue:
    return page(problem=_(error.message, **error.params)), error.status


def page(problem: str = "", *, seen: bool = False) -> str:
    """Return the page in its current state: off, waiting for its first code, or on.

    `seen` is for somebody who comes back for codes that cannot be shown again.
    """
    viewer, g.here = viewer_now(), HERE
    with portal().database.reading() as db:
        account = queries.get_account(db, viewer)
        enrolment = actions.enrolment(
            db, begun_here(), now(), portal().sealing_key, portal().operator
        )
    return render_template(
        "second_factor.html",
        account=account,
        picture=picture_of(enrolment.address) if enrolment else None,
        secret=grouped(enrolment.secret) if enrolment else "",
        address=enrolment.address if enrolment else "",
        problem=problem,
        seen=seen,
        needed=needed_of(viewer),
        bound=g.get("bound", False) and account.second_factor_at is None,
    )


def picture_of(address: str) -> str:
    """Return the QR code, black on white in any theme, so that a camera can read it."""
    drawn = segno.make(address, error="m")
    return drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


def grouped(secret: str) -> str:
    return " ".join(secret[n : n + _GROUP] for n in range(0, len(secret), _GROUP))
