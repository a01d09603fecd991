"""Deadlines by a private link: a calendar asks for them without signing in."""

from flask import Blueprint, Response, request

from api.portal import now, portal
from data.controls.files.calendar import calendar
from data.controls.queries import feed_of
from data.controls.types import Feed
from data.controls.types.pieces import Due
from data.rights.types import ProofState
from i18n import PARIS, speaking

routes = Blueprint("calendars", __name__)


@routes.get("/calendrier/<token>.ics")
def feed(token: str) -> Response:
    """What the link opens, in its owner's language; nothing more is sent while nothing changes."""
    here = portal()
    with here.database.reading() as db:
        found = feed_of(db, token, now().astimezone(PARIS).date())
    with speaking(found.language):
        body = calendar(_dues(found), here.address, here.operator)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _dues(found: Feed) -> list[Due]:
    return [
        Due(
            uid=one.uid,
            number=one.number,
            label=one.site,
            third_party=one.third_party,
            deadline=one.due_on,
            changed_at=one.changed_at,
            to_check=one.state is ProofState.UNDER_CHECK,
        )
        for one in found.deadlines
    ]
