"""Serve deadlines to calendar clients by a private link, without signing in."""

from flask import Blueprint, Response, request

from api.context import now, portal
from core.i18n import PARIS, using_language
from data.controls.files.calendar import calendar
from data.controls.queries import get_calendar_feed
from data.controls.types import Feed
from data.controls.types.pieces import CalendarDeadline
from data.rights.types import ProofState

routes = Blueprint("calendars", __name__)


@routes.get("/calendrier/<token>.ics")
def feed(token: str) -> Response:
    """Return the calendar in its owner's language; answer 304 while it is unchanged."""
    here = portal()
    with here.database.reading() as db:
        calendar_feed = get_calendar_feed(db, token, now().astimezone(PARIS).date())
    with using_language(calendar_feed.language):
        body = calendar(_dues(calendar_feed), here.address, here.operator)
    answer = Response(body, content_type="text/calendar; charset=utf-8")
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _dues(calendar_feed: Feed) -> list[CalendarDeadline]:
    return [
        CalendarDeadline(
            uid=deadline.uid,
            number=deadline.number,
            label=deadline.site,
            third_party=deadline.third_party,
            deadline=deadline.due_on,
            changed_at=deadline.changed_at,
            to_check=deadline.state is ProofState.UNDER_CHECK,
        )
        for deadline in calendar_feed.deadlines
    ]
