"""A year of a PCE by program, against a bare Flask view that streams the same SELECT.

The floor runs the statement on a connection kept open and writes the same lines, octet for octet.
Each call of ours is the whole of one: its token opened, its credential looked up, counted, its
right asked, what it read logged. The list of rights says what a long stream holds in memory.
"""

import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

import structlog
from werkzeug.test import Client

from bench.bare_stream import bare_view
from bench.exports import peak
from bench.many_rights import fill
from bench.places import places_of
from bench.report import Line, bound, ratio
from core.database import Database
from data.metering.consumption.actions import store
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status
from data.migrations import upgrade
from data.provenance import FEED
from tests.api.adict.program import Program, program_of
from tests.factories import PCE, make_grant, make_pce, make_people
from tests.web import Web

ROUNDS, RIGHTS = 40, 40_000
GOAL, MEMORY = 0.6, 30
FIRST, DAYS = date(2023, 11, 25), 1_092
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
OURS = f"/adict/v2/pce/{PCE}/donnees_consos_informatives?periode=2025"
FLOOR = "/year?first=2025-01-01&last=2025-12-31"
_SPAWN = get_context("spawn")
_UNPACED = {"api_calls_a_minute": 0, "api_calls_a_day": 0}


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    for kind in ("sqlite", "postgresql"):
        with (
            TemporaryDirectory() as folder,
            places_of(kind, Path(folder), "bench") as (url,),
        ):
            yield f"ADICT: a year by program, {kind}", _measure(url, Path(folder) / "var")


def _measure(url: str, var: Path) -> list[Line]:
    database = Database(url)
    upgrade(database)
    pce_id = _load(database)
    program = program_of(_portal(database, var))
    floor = Client(bare_view(database, pce_id, PCE))
    assert _year(program) == floor.get(FLOOR).data, "the floor does not write the same lines"
    ours, floors = _alternate(lambda: _year(program), lambda: floor.get(FLOOR).data)
    fill(database, RIGHTS, 2, [2])
    database.close()
    grown = _apart(url, var, program)
    return [
        ratio(
            "a year a second", (1 / ours, "/ s"), ("bare Flask view", 1 / floors), GOAL, most=False
        ),
        ratio("one year", (ours * 1000, "ms"), ("", floors * 1000), 1 / GOAL, most=True),
        bound(f"memory above the start, {RIGHTS:,} lines", grown, "MB", MEMORY),
    ]


def _portal(database: Database, var: Path) -> Web:
    web = Web(database, var, **_UNPACED)
    web.clock.now = NOW
    return web


def _year(program: Program) -> bytes:
    found: bytes = _asked(program, OURS).data
    return found


def _asked(program: Program, path: str) -> Any:
    """As a server would call it: nothing is read before it is asked for."""
    head = {"Authorization": f"Bearer {program.token}"}
    return Client(program.web.server).get(path, headers=head)


def _alternate(ours: Callable[[], object], floor: Callable[[], object]) -> tuple[float, float]:
    """The seconds that each takes, by turns, so that whatever else runs weighs on both."""
    took: tuple[list[float], list[float]] = [], []
    for _round in range(ROUNDS):
        for work, times in zip((ours, floor), took, strict=True):
            begin = time.perf_counter()
            work()
            times.append(time.perf_counter() - begin)
    return median(took[0]), median(took[1])


def _apart(url: str, var: Path, program: Program) -> float:
    """Megabytes by which a process of its own grows that streams every right."""
    told = _SPAWN.Queue()
    child = _SPAWN.Process(target=_stream, args=(url, var, program.client_id, told))
    child.start()
    lines, megabytes = told.get(timeout=300)
    child.join()
    assert lines == RIGHTS + 1, lines
    return float(megabytes)


def _stream(url: str, var: Path, client_id: str, told: Any) -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    program = Program(_portal(database, var), client_id).enter()
    _year(program)  # what the first call loads is not of the stream
    before = peak()
    answer = _asked(program, "/adict/v2/droits_acces")
    lines = sum(piece.count(b"\n") for piece in answer.response)
    told.put((lines, peak() - before))
    database.close()


def _load(database: Database) -> int:
    """Bob's third party reads three years of a site; gives back the site's key."""
    days = tuple(
        DayStatement(
            FIRST + timedelta(days=n), 100_000 + n * 1001, 9_000 + n, 1_000_000 + n * 10_000,
            1_010_000 + n * 10_000, 111_900 + n % 10, 500, Quality.MEASURED, Status.DEFINITIVE,
        )
        for n in range(DAYS)
    )  # fmt: skip
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, holder_id=1)
        store(
            db,
            pce.id,
            PceDelivery(pce.number, days, ()),
            as_of=NOW.date(),
            now=NOW,
            provenance=FEED,
        )
        pce.data_until = days[-1].gas_day
        make_grant(db, pce, 2)
        return pce.id
