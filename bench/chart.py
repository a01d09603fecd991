"""One PCE's chart over HTTP, with sign-in and rights, against the bare floors."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser
from sqlalchemy import select

from bench.load import Load, Request, drive, middle
from bench.report import Line, bound, ratio
from bench.servers import gunicorn, serving
from data.access import Viewer
from data.accounts.models import Organisation, User
from data.consumption import queries
from data.consumption.rules.view import read_view
from data.db import Database
from tests.journeys.portal import Portal
from tests.journeys.screen import choose
from tests.journeys.visitor import DESKTOP, Visitor

READER = "camille@tilleuls.example"
TABLES = ("readings", "monthly_consumption", "consumption_periods", "reading_revisions")
ROUNDS = 5


def viewer_of(database: Database, email: str, today: Any) -> Viewer:
    found = select(User, Organisation).join(Organisation).where(User.email == email)
    with database.reading() as db:
        user, organisation = db.execute(found).one()
        return Viewer(user.id, organisation.id, organisation.kind, user.role, today)


def note_statements(portal: Portal, numbers: Sequence[str], today: Any) -> None:
    """Write what SQL the portal runs on consumption to chart each of *numbers*."""
    viewer = viewer_of(portal.database, READER, today)
    noted: dict[str, list[tuple[str, list[Any]]]] = {}
    for number in numbers:
        said: list[str] = []
        with portal.database.reading() as db:
            db.connection().connection.dbapi_connection.set_trace_callback(said.append)
            queries.series(db, viewer, read_view({"pce": number}, today))
            db.connection().connection.dbapi_connection.set_trace_callback(None)
        noted[number] = [(sql, []) for sql in said if any(table in sql for table in TABLES)]
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
    plain = Request("GET", "/series", [f"pce={number}".encode() for number in numbers], {})
    asked = portal_request(browser, portal, numbers)
    bare = dash_request(numbers)
    found: dict[str, list[Load]] = {"portal": [], "dash": [], "flask": []}
    with (
        serving(place, gunicorn("bench.floors:bare_dash()")) as dash_url,
        serving(
            place, gunicorn("bench.floors:flask_view()"), f"/series?pce={numbers[0]}"
        ) as flask_url,
    ):
        for turn in range(ROUNDS + 1):
            loads = {
                "portal": drive(portal.url, asked, seconds=2 if turn else 1),
                "dash": drive(dash_url, bare, seconds=2 if turn else 1),
                "flask": drive(flask_url, plain, seconds=2 if turn else 1),
            }
            if turn:
                for name, load in loads.items():
                    found[name].append(load)
    ours, dash, flask = (middle(found[name]) for name in ("portal", "dash", "flask"))
    rate = (ours.rate, "req/s")
    return [
        ratio("chart, 8 clients", rate, ("bare Dash callback", dash.rate), 0.6, most=False),
        Line(
            "",
            f"{ours.rate:,.1f} req/s",
            f"Flask view {flask.rate:,.1f} req/s",
            f"{ours.rate / flask.rate:.2f}",
            "told",
            None,
        ),
        bound("chart, p95 at 8 clients", ours.p95, "ms", 60),
        Line(
            "the floors' p95", "", f"Dash {dash.p95:.1f} ms, Flask {flask.p95:.1f} ms", "", "", None
        ),
        bound("one answer, as sent", ours.octets / 1000, "kB", 300),
    ]
