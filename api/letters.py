"""Serve the link by which a holder without an account stops letters.

Mail scanners open every link, so opening it changes nothing; its button does, and the mail client's
own button (RFC 8058) posts at once. The signed token is the only proof. The page names nobody.
"""

from flask import Blueprint, Response, current_app, make_response, render_template, request
from flask.typing import ResponseReturnValue

from api.context import now, portal
from api.locale import speak_to_reader
from api.session import field
from core.errors import Invalid, NotFound
from core.i18n import N_, PARIS, _, long_day
from data.rights.actions import resume_letters, stop_letters
from data.rights.actions.answers import NO_LONGER
from data.rights.queries import get_letter_stop
from data.rights.queries.letter_opt_outs import NO_LETTER
from data.rights.rules.links import read_stop
from data.rights.types import LetterStop

routes = Blueprint("letters", __name__)


@routes.get("/courriels/<token>")
def show(token: str) -> ResponseReturnValue:
    """Show what the button would do; opening the link changes nothing."""
    letter_id = _letter(token)
    with portal().database.reading() as db:
        stop_link = get_letter_stop(db, letter_id)
    return _page(stop_link)


@routes.post("/courriels/<token>")
def choose(token: str) -> ResponseReturnValue:
    """Stop letters, or resume them; repeating it changes nothing."""
    letter_id = _letter(token)
    one_click = request.form.get("List-Unsubscribe") == "One-Click"
    act = {"stop": stop_letters, "resume": resume_letters}.get(
        "stop" if one_click else field("act")
    )
    if act is None:
        raise Invalid(N_("Choisissez de recevoir des courriels ou non."))
    with portal().database.transaction() as db:
        act(db, letter_id, now())
        stop_link = get_letter_stop(db, letter_id)
    return _page(stop_link, done=True)


def _letter(token: str) -> int:
    letter_id = read_stop(token, str(current_app.secret_key))
    if letter_id is None:
        raise NotFound(NO_LETTER)
    return letter_id


def _page(found: LetterStop, *, done: bool = False) -> Response:
    """Return the page in its reader's language, if known."""
    speak_to_reader(found.language)
    since = long_day(found.at.astimezone(PARIS).date()) if found.at else ""
    words = {"since": since, "done": done, "silent": "" if found.answers else _(NO_LONGER)}
    page = make_response(render_template("letters.html", **words))
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    return page
