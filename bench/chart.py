"""One PCE's chart over HTTP, with sign-in and rights, against the bare floors."""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from statistics import median
from threading import Event, Thread
from typing import Any

from playwright.sync_api import Browser
from sqlalchemy import select

from bench.load import Load, Request, drive
from bench.report import Line, bound, ratio
from bench.servers import gunicorn, serving
from core.access import Viewer
from core.database import Database
from data.identity.accounts.models import Organisation, User
from data.metering.consumption import queries
from data.metering.consumption.rules.view import read_view
from tests.journeys.portal import Portal
from tests.journeys.screen import choose
from tests.journeys.visitor import DESKTOP, Visitor

READER = "camille@tilleuls.example"
TABLES = ("readings", "monthly_consumption", "consumption_periods", "reading_revisions")
ROUNDS = 11
MANY = 64  # PCE: more than any connection to the database keeps the days of
FEW = 4  # PCE: as if a few people had each gone on looking at theirs


def viewer_of(database: Database, email: str, today: Any) -> Viewer:
    found = select(User, Organisation).join(Organisation).where(User.email == email)
    with database.reading() as db:
        user, organisation = db.execute(found).one()
        return Viewer(user.id, organisation.id, organisation.kind, user.role, today)


def note_statements(portal: Portal, numbers: Sequence[str], today: Any) -> None:
    """Write what SQL the portal runs on consumption to chart each of *numbers*."""
    viewer = viewer_of(portal.database, READER, today)
    noted: dict[str, list[tuple[str, list[Any]]]] = {}
    database = Database(str(portal.database.url))  # which keeps nothing yet
    for number in numbers:
        said: list[str] = []
        with database.reading() as db:
            db.connection().connection.dbapi_connection.set_trace_callback(said.append)
            queries.load_series(db, viewer, read_view({"pce": number}, today))
            db.connection().connection.dbapi_connection.set_trace_callback(None)
        noted[number] = [(sql, []) for sql in said if any(table in sql for table in TABLES)]
    database.close()
    (portal.var / "statements.json").write_text(json.dumps(noted), "utf8")


def portal_request(browser: Browser, portal: Portal, numbers: Sequence[str]) -> Request:
    """The real callback of a click on the year, with its cookies, for each of *numbers*."""
    context = browser.new_context(**DESKTOP)
    visitor = Visitor(context, portal)
    visitor.sign_in(READER)
    visitor.open(f"/consommations?pce={numbers[0]}&step=year")
    with visitor.page.expect_request(
        lambda sent: (
            "update-component" in sent.url and "consumption-chart" in (sent.post_data or "")
        )
    ) as sent:
        choose(visitor, "consumption-step", "month")
    body = sent.value.post_data or ""
    headers = {
        name: value
        for name, value in sent.value.all_headers().items()
        if not name.startswith(":") and name not in {"content-length", "host", "connection"}
    }
    context.close()
    bodies = [body.replace(numbers[0], number).encode() for number in numbers]
    return Request("POST", "/_dash-update-component", bodies, headers)


def home_request(browser: Browser, portal: Portal) -> Request:
    """The home page of the fleet, with its first figures, as its browser asks for it."""
    context = browser.new_context(**DESKTOP)
    visitor = Visitor(context, portal)
    visitor.sign_in(READER)
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in context.cookies())
    context.close()
    return Request("GET", "/", [None], {"Cookie": cookies, "Accept": "text/html"})


@contextmanager
def repeated_writes(portal: Portal) -> Iterator[None]:
    """Write to the database every 20 ms: no process reads again what it read."""
    done = Event()

    def write() -> None:
        for theme in cycle(("dark", "light")):  # the same again would write nothing
            portal.prefer(READER, "fr", theme)
            if done.wait(0.02) and theme == "light":
                return

    thread = Thread(target=write)
    thread.start()
    yield
    done.set()
    thread.join()


def dash_request(numbers: Sequence[str]) -> Request:
    bodies = [
        json.dumps(
            {
                "output": "chart.figure",
                "outputs": {"id": "chart", "property": "figure"},
                "inputs": [{"id": "pce", "property": "value", "value": number}],
                "changedPropIds": ["pce.value"],
                "parsedChangedPropsIds": ["pce.value"],
            }
        ).encode()
        for number in numbers
    ]
    return Request("POST", "/_dash-update-component", bodies, {"Content-Type": "application/json"})


def measure(browser: Browser, portal: Portal, numbers: Sequence[str], place: Path) -> list[Line]:
    """Both goals are told twice: for PCE whose days are to be read, and for those just read.

    Each turn drives all of them one after the other; what counts is the turn in the middle.
    """
    plain = Request("GET", "/series", [f"pce={number}".encode() for number in numbers], {})
    home = home_request(browser, portal)
    home_again = drive(portal.url, home, clients=1)
    with repeated_writes(portal):
        home_first = drive(portal.url, home, clients=1)
    first = portal_request(browser, portal, numbers)
    again = replace(first, bodies=first.bodies[:FEW])
    with (
        serving(place, gunicorn("bench.floors:bare_dash()")) as dash_url,
        serving(
            place, gunicorn("bench.floors:flask_view()"), f"/series?pce={numbers[0]}"
        ) as flask_url,
    ):
        asked = {
            "first": (portal.url, first),
            "again": (portal.url, again),
            "dash": (dash_url, dash_request(numbers)),
            "flask": (flask_url, plain),
        }
        turns = [
            {name: drive(*what, seconds=1) for name, what in asked.items()}
            for _turn in range(ROUNDS + 1)
        ][1:]
    floors = ", ".join(f"{name} {_p95(turns, name):.1f} ms" for name in ("dash", "flask"))
    return [
        *_against("to be read", "first", turns),
        *_against("just read", "again", turns),
        Line("the floors' p95", "", floors, "", "", None),
        bound("one answer, as sent", turns[0]["first"].octets / 1000, "kB", 300),
        bound("home of the fleet after a write, median", home_first.p50, "ms", 150),
        bound("home of the fleet, read again", home_again.p50, "ms", 150),
    ]


Turns = Sequence[Mapping[str, Load]]


def _against(days: str, name: str, turns: Turns) -> list[Line]:
    ours, dash = _middle(turns, name, "dash")
    same, flask = _middle(turns, name, "flask")
    bare = ("bare Dash callback", dash)
    return [
        ratio(f"8 clients, days {days}", (ours, "req/s"), bare, 0.6, most=False),
        Line(
            "",
            f"{same:,.1f} req/s",
            f"Flask view {flask:,.1f} req/s",
            f"{same / flask:.2f}",
            "",
            None,
        ),
        bound(f"p95 at 8 clients, days {days}", _p95(turns, name), "ms", 60),
    ]


def _middle(turns: Turns, name: str, floor: str) -> tuple[float, float]:
    """Both rates of the turn whose ratio is in the middle."""
    rates = [(turn[name].rate, turn[floor].rate) for turn in turns]
    return sorted(rates, key=lambda pair: pair[0] / pair[1])[len(rates) // 2]


def _p95(turns: Turns, name: str) -> float:
    return median([turn[name].p95 for turn in turns])
