"""`/admin`: people, invitations, one person and, for the operator, organisations."""

from collections.abc import Callable, Mapping

from dash.development.base_component import Component

from components.admin.failed_work import failed_work_page
from components.admin.filters import read_filters, read_organisations
from components.admin.hooks import hooks_page
from components.admin.invitation import invite_page
from components.admin.listing import PeopleFacts
from components.admin.mails import chosen_mail, mails_page
from components.admin.organisations import new_page, organisations_page
from components.admin.people import everybody_page, people_page
from components.admin.people_sheet import sheet_page as people_sheet_page
from components.admin.person import person_page
from components.admin.programs import ProgramsFacts, programs_page
from components.admin.settings import settings_page
from components.kit import page_of
from components.sheet_pages import sheet_page
from components.subjects.admin import data_page
from components.weather.listing import DAYS, STATIONS, StationsFacts, stations_page
from components.weather.station import MOST as MOST_CHOSEN
from components.weather.station import StationFacts, station_page
from components.weather.station import new_page as new_station_page
from core.access import Permission
from core.i18n import N_
from data.administration.people import queries
from data.administration.people.types import InvitationRow, PeopleFilter, PersonState
from data.administration.subjects.queries.requests import list_all
from data.administration.subjects.queries.unscoped import get_report
from data.exchange.hooks.queries import get_journal, list_hooks
from data.identity.accounts.actions.credentials import MOST as MOST_CREDENTIALS
from data.identity.accounts.queries.security import list_credentials, list_organisation_events
from data.identity.operations.queries import list_failed_work
from data.identity.programs.queries import get_use
from data.identity.settings.queries import list_standings
from data.metering.pces.queries import count_by_tag
from data.metering.weather.queries import (
    count_serving,
    get_fetch,
    get_station,
    list_chosen,
    list_stations,
)
from data.request import Request
from data.rights.queries import count_tries
from pages.connections import connections
from pages.page import PageSpec, Section

_DIGITS = 9
_LAST = 20  # journal events of a person


_Query = Mapping[str, str]


def organisation_in(query: _Query) -> int | None:
    return key_in(query.get("organisation", ""))


def layout(request: Request, **query: str) -> Component:
    if query.get("user"):
        return person(request, key_in(query["user"]) or 0)
    runs = request.viewer.may(Permission.ORGANISATIONS_WRITE)
    usual = organisations if runs and organisation_in(query) is None else people
    screens = {**_PARTS, **(_RUNNING if runs else {})}
    return screens.get(query.get("part", ""), usual)(request, query)


def person(request: Request, user: int) -> Component:
    """Return the page of a person; security events only within the viewer's organisation."""
    db, viewer = request.db, request.viewer
    detail = queries.get_detail(db, viewer, user)
    if detail.row.organisation_id != viewer.organisation_id:
        return person_page(detail, viewer)
    return person_page(
        detail, viewer, list_organisation_events(db, viewer, about=user, limit=_LAST)
    )


def people(request: Request, query: _Query) -> Component:
    place = queries.get_organisation(request.db, request.viewer, organisation_in(query))
    facts = people_facts(
        request, query, place.id, queries.list_invitations(request.db, request.viewer, place.id)
    )
    connects = request.portal.upstream is not None
    tries = tries_of(request, place.id)
    return people_page(request.viewer, place, facts, request.now, connects=connects, tries=tries)


def tries_of(request: Request, organisation_id: int) -> int:
    """Count an organisation's failed attempts, for viewers who can lift the limit."""
    if not request.viewer.may(Permission.RIGHTS_SETTLE):
        return 0
    return count_tries(request.db, request.viewer, organisation_id, request.now)


def everybody(request: Request, query: _Query) -> Component:
    return everybody_page(people_facts(request, query, None, ()))


def people_facts(
    request: Request, query: _Query, place: int | None, invitations: tuple[InvitationRow, ...]
) -> PeopleFacts:
    active = PeopleFilter(state=PersonState.ACTIVE, organisation_id=place)
    return PeopleFacts(
        read_filters(query, place),
        queries.count_people(request.db, request.viewer, PeopleFilter(organisation_id=place)),
        queries.count_people(request.db, request.viewer, active),
        place,
        invitations,
    )


def invite(request: Request, query: _Query) -> Component:
    place = queries.get_organisation(request.db, request.viewer, organisation_in(query))
    waiting = queries.list_invitations(request.db, request.viewer, place.id)
    tags = queries.list_tags(request.db, request.viewer, place.id)
    limit = queries.count_limited_pces(request.db, request.viewer, place.id, ())
    return invite_page(place, waiting, tags, limit, now=request.now)


def sheet(request: Request, query: _Query) -> Component:
    place = queries.get_organisation(request.db, request.viewer, organisation_in(query))
    return people_sheet_page(place)


def organisations(request: Request, query: _Query) -> Component:
    total = queries.count_organisations(request.db, request.viewer)
    return organisations_page(read_organisations(query), total)


def new(request: Request, _query: _Query) -> Component:
    request.viewer.require(Permission.ORGANISATIONS_WRITE)
    return new_page()


def data(request: Request, query: _Query) -> Component:
    requests = list_all(request.db, request.viewer)
    report = get_report(request.db, request.viewer)
    return data_page(
        request.viewer,
        requests,
        report,
        request.portal.periods,
        done=query.get("fait", ""),
    )


def key_in(text: str) -> int | None:
    """Return the key in an address; None without one, 0 if invalid."""
    if not text:
        return None
    is_key = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_key else 0


def settings(request: Request, _query: _Query) -> Component:
    return settings_page(list_standings(request.db, request.viewer, request.portal.origin))


def mails(request: Request, query: _Query) -> Component:
    standings = list_standings(request.db, request.viewer, request.portal.origin)
    chosen = chosen_mail(query.get("mail", ""), query.get("in", ""))
    return mails_page(standings, chosen, request.settings, request.portal.address, request.now)


def weather(request: Request, query: _Query) -> Component:
    if query.get("sheet") in {DAYS, STATIONS}:
        return sheet_page(query["sheet"])
    if query.get("new"):
        return new_station_page()
    if query.get("station"):
        return station(request, query["station"])
    db, viewer = request.db, request.viewer
    unserved = count_serving(db, viewer).unserved
    fetch, at = get_fetch(db, viewer), page_of(query.get("page"))
    stations = list_stations(db, viewer)
    return stations_page(StationsFacts(stations, unserved, fetch, at, viewer.today, request.now))


def station(request: Request, code: str) -> Component:
    db, viewer = request.db, request.viewer
    station_row = get_station(db, viewer, code)
    chosen = list_chosen(db, viewer, station_row.id, MOST_CHOSEN)
    return station_page(StationFacts(station_row, chosen, count_by_tag(db, viewer), viewer.today))


def programs(request: Request, query: _Query) -> Component:
    db, viewer = request.db, request.viewer
    place = queries.get_organisation(db, viewer, organisation_in(query))
    rows = list_credentials(db, viewer, request.now, organisation_id=place.id)
    use = get_use(db, viewer, request.portal.pace, organisation_id=place.id)
    done = query.get("fait", "")
    facts = ProgramsFacts(place, rows, MOST_CREDENTIALS, use, request.portal.address, done)
    return programs_page(viewer, facts)


def hooks(request: Request, query: _Query) -> Component:
    db, viewer = request.db, request.viewer
    older = key_in(query.get("before", ""))
    return hooks_page(list_hooks(db, viewer), get_journal(db, viewer, older), older=older)


def failed_work(request: Request, _query: _Query) -> Component:
    return failed_work_page(list_failed_work(request.db, request.viewer))


_Parts = Mapping[str, Callable[[Request, _Query], Component]]
_PARTS: _Parts = {
    "invite": invite,
    "import": sheet,
    "programs": programs,
    "hooks": hooks,
    "connections": connections,
}
_RUNNING: _Parts = {
    "people": everybody,
    "new": new,
    "settings": settings,
    "mails": mails,
    "data": data,
    "weather": weather,
    "work": failed_work,
}

PAGE = PageSpec(
    path="/admin",
    name="admin",
    title=N_("Administration"),
    section=Section.ACCOUNT,
    permission=Permission.PEOPLE_WRITE,
    layout=layout,
    tables=True,
    shots=(
        "",
        "?part=programs",
        "?part=hooks",
        "?part=connections",
        "?part=invite",
        "?part=import",
        "?user={colleague}",
        "?q=zzz",
    ),
)
