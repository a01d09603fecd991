"""`/admin`: people, invitations, one person and, for the operator, organisations."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from dash.development.base_component import Component

from components.admin.failed_work import failed_work_page
from components.admin.filters import read_filters, read_organisations
from components.admin.hooks import hooks_page
from components.admin.invitation import invite_page
from components.admin.listing import PeopleFacts
from components.admin.mails import chosen_mail, mails_page
from components.admin.organisations import new_page, organisations_page
from components.admin.people import everybody_page, people_page
from components.admin.people_sheet import sheet_page
from components.admin.person import person_page
from components.admin.programs import ProgramsFacts, programs_page
from components.admin.settings import settings_page
from components.kit import page_of
from components.subjects.admin import data_page
from components.weather.listing import (
    DAYS,
    STATIONS,
    StationsFacts,
    days_sheet_page,
    stations_page,
    stations_sheet_page,
)
from components.weather.station import MOST as MOST_CHOSEN
from components.weather.station import StationFacts, station_page
from components.weather.station import new_page as new_station_page
from core.access import Permission, Viewer
from core.database import Session
from core.i18n import N_
from data.accounts.actions.credentials import MOST as MOST_CREDENTIALS
from data.accounts.queries.security import list_credentials, list_organisation_events
from data.hooks.queries import get_journal, list_hooks
from data.mirror.types import Address
from data.operations.queries import list_failed_work
from data.pces.queries import count_by_tag
from data.people import queries
from data.people.types import InvitationRow, PeopleFilter, PersonState
from data.programs.queries import get_use
from data.programs.types import ProgramPace
from data.rights.queries import count_tries
from data.settings.queries import list_standings
from data.settings.types import OperatorSettings
from data.subjects.queries.requests import list_all
from data.subjects.queries.unscoped import get_report
from data.subjects.types import Periods
from data.weather.queries import (
    count_serving,
    get_fetch,
    get_station,
    list_chosen,
    list_stations,
)
from pages.connections import connections
from pages.page import PageSpec

_DIGITS = 9
_LAST = 20  # lines of the journal of a person


@dataclass(frozen=True, slots=True)
class AdminPart:
    """A part of the page, as an address asks for it."""

    db: Session
    viewer: Viewer
    now: datetime
    periods: Periods
    query: Mapping[str, str]
    values: OperatorSettings
    origin: OperatorSettings
    address: str
    pace: ProgramPace
    upstream: Address | None

    @property
    def organisation(self) -> int | None:
        return key_in(self.query.get("organisation", ""))


def layout(  # noqa: PLR0913 (what the page wants of the portal, each by its name)
    *,
    db: Session,
    viewer: Viewer,
    now: datetime,
    values: OperatorSettings,
    origin: OperatorSettings,
    address: str,
    periods: Periods,
    pace: ProgramPace,
    upstream: Address | None,
    **query: str,
) -> Component:
    context = AdminPart(db, viewer, now, periods, query, values, origin, address, pace, upstream)
    if query.get("user"):
        return person(context, key_in(query["user"]) or 0)
    runs = viewer.may(Permission.ORGANISATIONS_WRITE)
    usual = organisations if runs and context.organisation is None else people
    screens = {**_PARTS, **(_RUNNING if runs else {})}
    return screens.get(query.get("part", ""), usual)(context)


def person(asked: AdminPart, user: int) -> Component:
    """With their lines of the security journal, which is that of the viewer's organisation."""
    db, viewer = asked.db, asked.viewer
    detail = queries.get_detail(db, viewer, user)
    if detail.row.organisation_id != viewer.organisation_id:
        return person_page(detail, viewer)
    return person_page(
        detail, viewer, list_organisation_events(db, viewer, about=user, limit=_LAST)
    )


def people(asked: AdminPart) -> Component:
    place = queries.get_organisation(asked.db, asked.viewer, asked.organisation)
    facts = people_facts(
        asked, place.id, queries.list_invitations(asked.db, asked.viewer, place.id)
    )
    connects = asked.upstream is not None
    tries = tries_of(asked, place.id)
    return people_page(asked.viewer, place, facts, asked.now, connects=connects, tries=tries)


def tries_of(asked: AdminPart, organisation_id: int) -> int:
    """Count an organisation's failed attempts, for viewers who can lift the limit."""
    if not asked.viewer.may(Permission.RIGHTS_SETTLE):
        return 0
    return count_tries(asked.db, asked.viewer, organisation_id, asked.now)


def everybody(asked: AdminPart) -> Component:
    return everybody_page(people_facts(asked, None, ()))


def people_facts(
    asked: AdminPart, place: int | None, invitations: tuple[InvitationRow, ...]
) -> PeopleFacts:
    active = PeopleFilter(state=PersonState.ACTIVE, organisation_id=place)
    return PeopleFacts(
        read_filters(asked.query, place),
        queries.count_people(asked.db, asked.viewer, PeopleFilter(organisation_id=place)),
        queries.count_people(asked.db, asked.viewer, active),
        place,
        invitations,
    )


def invite(asked: AdminPart) -> Component:
    place = queries.get_organisation(asked.db, asked.viewer, asked.organisation)
    waiting = queries.list_invitations(asked.db, asked.viewer, place.id)
    tags = queries.list_tags(asked.db, asked.viewer, place.id)
    limit = queries.count_limited_pces(asked.db, asked.viewer, place.id, ())
    return invite_page(place, waiting, tags, limit, now=asked.now)


def sheet(asked: AdminPart) -> Component:
    return sheet_page(queries.get_organisation(asked.db, asked.viewer, asked.organisation))


def organisations(asked: AdminPart) -> Component:
    total = queries.count_organisations(asked.db, asked.viewer)
    return organisations_page(read_organisations(asked.query), total)


def new(asked: AdminPart) -> Component:
    asked.viewer.require(Permission.ORGANISATIONS_WRITE)
    return new_page()


def data(asked: AdminPart) -> Component:
    requests = list_all(asked.db, asked.viewer)
    report = get_report(asked.db, asked.viewer)
    return data_page(
        asked.viewer, requests, report, asked.periods, done=asked.query.get("fait", "")
    )


def key_in(text: str) -> int | None:
    """The key that an address says; None when it says nothing, 0 for what is no key."""
    if not text:
        return None
    is_key = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if is_key else 0


def settings(asked: AdminPart) -> Component:
    return settings_page(list_standings(asked.db, asked.viewer, asked.origin))


def mails(asked: AdminPart) -> Component:
    standings = list_standings(asked.db, asked.viewer, asked.origin)
    chosen = chosen_mail(asked.query.get("mail", ""), asked.query.get("in", ""))
    return mails_page(standings, chosen, asked.values, asked.address, asked.now)


def weather(asked: AdminPart) -> Component:
    sheets = {DAYS: days_sheet_page, STATIONS: stations_sheet_page}
    if asked.query.get("sheet") in sheets:
        return sheets[asked.query["sheet"]]()
    if asked.query.get("new"):
        return new_station_page()
    if asked.query.get("station"):
        return station(asked, asked.query["station"])
    db, viewer = asked.db, asked.viewer
    unserved = count_serving(db, viewer).unserved
    fetch, at = get_fetch(db, viewer), page_of(asked.query.get("page"))
    stations = list_stations(db, viewer)
    return stations_page(StationsFacts(stations, unserved, fetch, at, viewer.today, asked.now))


def station(asked: AdminPart, code: str) -> Component:
    db, viewer = asked.db, asked.viewer
    station_row = get_station(db, viewer, code)
    chosen = list_chosen(db, viewer, station_row.id, MOST_CHOSEN)
    return station_page(StationFacts(station_row, chosen, count_by_tag(db, viewer), viewer.today))


def programs(asked: AdminPart) -> Component:
    db, viewer = asked.db, asked.viewer
    place = queries.get_organisation(db, viewer, asked.organisation)
    rows = list_credentials(db, viewer, asked.now, organisation_id=place.id)
    use = get_use(db, viewer, asked.pace, organisation_id=place.id)
    done = asked.query.get("fait", "")
    facts = ProgramsFacts(place, rows, MOST_CREDENTIALS, use, asked.address, done)
    return programs_page(viewer, facts)


def hooks(asked: AdminPart) -> Component:
    db, viewer = asked.db, asked.viewer
    older = key_in(asked.query.get("before", ""))
    return hooks_page(list_hooks(db, viewer), get_journal(db, viewer, older), older=older)


def failed_work(asked: AdminPart) -> Component:
    return failed_work_page(list_failed_work(asked.db, asked.viewer))


def mirror(asked: AdminPart) -> Component:
    return connections(asked.db, asked.viewer, asked.upstream, asked.now, asked.query)


_Parts = Mapping[str, Callable[[AdminPart], Component]]
_PARTS: _Parts = {
    "invite": invite,
    "import": sheet,
    "programs": programs,
    "hooks": hooks,
    "connections": mirror,
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
    wants=("now", "values", "origin", "address", "periods", "pace", "upstream"),
)
