"""The second factor of an account: turned on with a first code, turned off, recovery codes."""

import segno
from flask import Blueprint, redirect, render_template
from flask.typing import ResponseReturnValue

from api.password import prove_current
from api.portal import now, portal, viewer_now
from api.session import field
from data.accounts import actions, queries
from data.accounts.types import Proof
from data.errors import PortalError
from data.notifications.actions import queue
from data.notifications.types import Kind
from i18n import _

routes = Blueprint("second", __name__)
_HERE = "/compte/second-facteur"
_GROUP = 4  # letters of a secret that are read together


@routes.get(_HERE)
def show() -> str:
    return page()


@routes.post(_HERE)
def begin() -> ResponseReturnValue:
    """Make a secret, for who knows the password; it is shown by the address itself."""
    try:
        proof = prove_current(viewer_now())
        with portal().database.transaction() as db:
            actions.begin_enrolment(db, viewer_now(), proof, now(), portal().sealing_key)
    except PortalError as error:
        return refused(error)
    return redirect(_HERE, 303)


@routes.post(f"{_HERE}/activation")
def confirm() -> ResponseReturnValue:
    viewer, code = viewer_now(), field("code")
    try:
        count()
        with portal().database.transaction() as db:
            codes = actions.confirm_enrolment(db, viewer, code, now(), portal().sealing_key)
            queue(db, viewer.user_id, Kind.SECOND_FACTOR_ON, now())
    except PortalError as error:
        return refused(error)
    return render_template("recovery_codes.html", codes=codes, fresh=True)


@routes.post(f"{_HERE}/codes")
def renew() -> ResponseReturnValue:
    viewer = viewer_now()
    try:
        proof = proved()
        with portal().database.transaction() as db:
            actions.spend_code(db, viewer.user_id, field("code"), now(), portal().sealing_key)
            codes = actions.renew_recovery_codes(db, viewer, proof, now())
    except PortalError as error:
        return refused(error)
    return render_template("recovery_codes.html", codes=codes, fresh=False)


@routes.post(f"{_HERE}/arret")
def disable() -> ResponseReturnValue:
    viewer = viewer_now()
    try:
        proof = proved()
        with portal().database.transaction() as db:
            actions.spend_code(db, viewer.user_id, field("code"), now(), portal().sealing_key)
            actions.disable_second_factor(db, viewer, proof, now())
            queue(db, viewer.user_id, Kind.SECOND_FACTOR_OFF, now())
    except PortalError as error:
        return refused(error)
    return redirect("/compte?fait=second-facteur", 303)


def count() -> None:
    """Count a try of a code, before it is looked at."""
    with portal().database.transaction() as db:
        actions.count_code(db, viewer_now().user_id, now(), portal().limits)


def proved() -> Proof:
    """The proof of the password that came with a code; both tries are counted."""
    count()
    return prove_current(viewer_now())


def refused(error: PortalError) -> ResponseReturnValue:
    return page(problem=_(error.message, **error.params)), error.status


def page(problem: str = "") -> str:
    """The page as things stand: off, waiting for its first code, or on."""
    viewer = viewer_now()
    with portal().database.reading() as db:
        account = queries.get_account(db, viewer)
        waiting = actions.enrolment(db, viewer, portal().sealing_key, portal().operator)
    return render_template(
        "second_factor.html",
        account=account,
        picture=picture_of(waiting.address) if waiting else None,
        secret=grouped(waiting.secret) if waiting else "",
        problem=problem,
    )


def picture_of(address: str) -> str:
    """The QR code, black on white whatever the theme: a camera must read it."""
    drawn = segno.make(address, error="m")
    return drawn.svg_inline(scale=5, border=4, dark="#000", light="#fff", omitsize=True)


def grouped(secret: str) -> str:
    return " ".join(secret[n : n + _GROUP] for n in range(0, len(secret), _GROUP))
