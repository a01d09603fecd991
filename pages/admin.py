"""`/admin`: who has access, invitations, one person."""

from collections.abc import Callable, Mapping
from datetime import datetime

from dash.development.base_component import Component

from components.admin.filters import read_filters
from components.admin.invite import invite_page
from components.admin.listing import PeopleFacts
from components.admin.people import people_page
from components.admin.person import person_page
from components.admin.sheet import sheet_page
from data.access import Permission, Viewer
from data.db import Session
from data.people import queries
from data.people.types import PeopleFilter, PersonState, Place
from i18n import N_
from pages.page import Page

_DIGITS = 9


def layout(
    *, db: Session, viewer: Viewer, now: datetime, user: str = "", **query: str
) -> Component:
    if user:
        return person_page(queries.get_detail(db, viewer, key_in(user) or 0), viewer)
    place = queries.get_organisation(db, viewer, key_in(query.get("organisation", "")))
    part = _PARTS.get(query.get("part", ""), people)
    return part(db, viewer, place, query, now)


def people(
    db: Session, viewer: Viewer, place: Place, query: Mapping[str, str], now: datetime
) -> Component:
    of = PeopleFilter(organisation_id=place.id)
    active = PeopleFilter(state=PersonState.ACTIVE, organisation_id=place.id)
    facts = PeopleFacts(
        read_filters(query, place.id),
        queries.count_people(db, viewer, of),
        queries.count_people(db, viewer, active),
        place.id,
        queries.list_invitations(db, viewer, place.id),
    )
    return people_page(place, facts, now)


def invite(
    db: Session, viewer: Viewer, place: Place, query: Mapping[str, str], now: datetime
) -> Component:
    del query
    return invite_page(place, queries.list_invitations(db, viewer, place.id), now)


def sheet(
    db: Session, viewer: Viewer, place: Place, query: Mapping[str, str], now: datetime
) -> Component:
    del db, viewer, query, now
    return sheet_page(place)


def key_in(text: str) -> int | None:
    """The key that an address says; None when it says nothing, 0 for what is no key."""
    if not text:
        return None
    known = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if known else 0


_Part = Callable[[Session, Viewer, Place, Mapping[str, str], datetime], Component]
_PARTS: Mapping[str, _Part] = {"invite": invite, "import": sheet}

PAGE = Page(
    path="/admin",
    name="admin",
    title=N_("Administration"),
    permission=Permission.PEOPLE_WRITE,
    layout=layout,
    tables=True,
    shots=("", "?part=invite", "?part=import", "?user={colleague}", "?q=zzz"),
    wants=("now",),
)
