"""Serve the page of a shared link: some days of one PCE.

The link is the only credential. Its page has no links, parameters or scripts, and is read with the
rights of the person who created it: see data/analysis/marks/queries/links.py.
"""

from flask import Blueprint, Response, current_app, make_response, render_template, request

from api.context import now, portal
from api.locale import speak_to_reader
from api.rate_limit import RequestPace
from core.errors import NotFound, TooMany
from core.i18n import N_, long_day
from data.analysis.marks.actions import note_opening
from data.analysis.marks.queries import get_opened_link
from data.analysis.marks.queries.links import NO_LINK
from data.analysis.marks.rules.links import read_share
from data.analysis.marks.rules.sheet import HEIGHT, WIDTH, sheet_of

routes = Blueprint("shared", __name__)
MINUTE = 60  # seconds
MOST_OPENINGS, MOST_TRIES = 30, 60  # per minute: of a link, of an address
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
)
_TOO_FAST = N_("Ce lien est ouvert trop souvent : réessayez dans une minute.")


@routes.get("/partage/<token>")
def show(token: str) -> Response:
    """Show the days of the link as they are now; each opening is counted and logged."""
    pace: RequestPace = current_app.extensions.setdefault("shared", RequestPace(MINUTE))
    here = portal()
    if not pace.allows(f"from {request.remote_addr}", MOST_TRIES, now()):
        raise TooMany(_TOO_FAST)
    share_link = read_share(token, str(current_app.secret_key))
    if share_link is None:
        raise NotFound(NO_LINK)
    if not pace.allows(f"link {share_link[0]}", MOST_OPENINGS, now()):
        raise TooMany(_TOO_FAST)
    with here.database.reading() as db:
        opened = get_opened_link(db, *share_link, now())
    with here.database.transaction() as db:
        note_opening(db, opened, now=now())
    speak_to_reader(opened.sharer.language)
    until = long_day(opened.expires_at)
    sheet = sheet_of(opened.series)
    who = opened.sharer.organisation
    words = {"sheet": sheet, "until": until, "who": who, "width": WIDTH, "height": HEIGHT}
    page = make_response(render_template("shared.html", **words))
    page.headers["X-Robots-Tag"] = "noindex, nofollow"
    page.headers["Content-Security-Policy"] = _POLICY
    page.headers["Referrer-Policy"] = "no-referrer"
    return page
