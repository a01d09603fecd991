"""Write control deadlines as an iCalendar feed (RFC 5545), in the reader's language."""

from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from core.i18n import N_, _, language
from data.controls.types.pieces import CalendarDeadline

_TO_SEND = (
    N_("Preuve à transmettre : {site}"),
    N_("PCE {number}, droit de {third_party}. Dernier jour pour transmettre la preuve."),
)
_TO_CHECK = (
    N_("Preuve à contrôler : {site}"),
    N_("PCE {number}, droit de {third_party}. La preuve est arrivée, elle était due ce jour."),
)
_AGAIN = timedelta(hours=6)  # polling interval suggested to readers


def calendar(dues: Sequence[CalendarDeadline], address: str, operator: str) -> bytes:
    """Write a whole-day event for each deadline; `address` is the portal's public one.

    A control's UID is stable, so that a postponed deadline moves in the reader's calendar; equal
    deadlines give equal bytes.
    """
    feed = Calendar()
    feed.add("prodid", "-//Espace Client//Controles//FR")
    feed.add("version", "2.0")
    feed.add("calscale", "GREGORIAN")
    feed.add("method", "PUBLISH")
    feed.add("x-wr-calname", _("{operator} : preuves à transmettre", operator=operator))
    feed.add("x-wr-caldesc", _("Échéances des contrôles de preuves de vos droits d’accès."))
    feed.add("refresh-interval", _AGAIN, parameters={"VALUE": "DURATION"})
    feed.add("x-published-ttl", f"PT{_AGAIN // timedelta(hours=1)}H")
    for due in sorted(dues, key=lambda due: (due.deadline, due.uid)):
        feed.add_component(_event(due, address))
    return bytes(feed.to_ical())


def _event(due: CalendarDeadline, address: str) -> Event:
    event = Event()
    event.add("uid", f"controle-{due.uid}@{urlsplit(address).hostname or 'espace-client'}")
    event.add("dtstamp", due.changed_at)
    event.add("last-modified", due.changed_at)
    event.add("dtstart", due.deadline)
    event.add("dtend", due.deadline + timedelta(days=1))
    summary, description = _TO_CHECK if due.to_check else _TO_SEND
    event.add("summary", _(summary, site=due.label or due.number))
    body = _(description, number=due.number, third_party=due.third_party)
    event.add("description", body, parameters={"LANGUAGE": language()})
    event.add("url", f"{address}/controles?controle={due.uid}")
    event.add("categories", [_("Contrôle des preuves")])
    event.add("transp", "TRANSPARENT")  # a deadline does not block the day
    return event
