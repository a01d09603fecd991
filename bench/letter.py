"""The page of a letter about 10,000 delivery points: by town, one town, a search.

The floor is the very statements that a request ran, sent again by the bare driver.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from flask.testing import FlaskClient

from bench.places import places_of
from bench.report import Line, bound
from bench.rights import line, spent
from core.database import Database
from data.migrations import upgrade
from tests.data.rights.large_letter import TOKEN, make_letter
from tests.factories import make_people
from tests.web import Web

POINTS, GOAL, SIZE = 10_000, 500, 300  # milliseconds, kB
PAGES = {
    "opened, by town": "",
    "the first page of a town": "?commune=99:Val-des-Tilleuls",
    "a search in all of them": "?q=montreval",
}


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    for kind in ("sqlite", "postgresql"):
        with TemporaryDirectory() as folder, places_of(kind, Path(folder), "bench") as (url,):
            yield f"Letter about {POINTS:,} points, {kind}", _lines(url, Path(folder) / "var")


def _lines(url: str, var: Path) -> list[Line]:
    database = Database(url)
    upgrade(database)
    with database.transaction() as db:
        make_people(db)
        make_letter(db, POINTS)
    client = Web(database, var).browser().client
    octets = max(len(_page(client, query)) for query in PAGES.values())
    times = [
        line(name, spent(database, partial(_asked, client, query)), GOAL)
        for name, query in PAGES.items()
    ]
    database.close()
    return [*times, bound("the longest of these pages", octets / 1000, "kB", SIZE)]


def _asked(client: FlaskClient, query: str, _db: Any) -> bytes:
    return _page(client, query)


def _page(client: FlaskClient, query: str) -> bytes:
    answer = client.get(f"/consentement/{TOKEN}{query}", headers={"Accept": "text/html"})
    assert answer.status_code == 200, answer.status
    return answer.data
