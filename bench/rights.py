"""The grid of rights, at the database and the browser: 200,000 of them, a million when asked.

The floor of each is the very statements that it ran, sent again by the bare driver: what the
database alone takes. Both are the median of several turns, one beside the other.
"""

import statistics
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Any

import structlog
from sqlalchemy import event

from bench import rights_browser
from bench.faults_ingestion import STAFF, START, prepare
from bench.many_rights import RARE, fill
from bench.places import place_of
from bench.report import Line
from core.access import OrganisationKind, Role, Viewer
from core.database import Database, Session
from core.paging import RowBlock
from data.identity.accounts.models import Organisation
from data.rights.queries import count_states, list_rights
from data.rights.types import RightFilter, RightRole, RightSort, RightState
from tests.architecture.sources import ROOT

SIZE, LARGE = 200_000, 1_000_000
GOAL, TURNS = 300, 5  # milliseconds
AFTER = 1000  # for what comes after the lines
LARGEST, OTHERS = 2, range(3, 11)
ASKER = Viewer(
    2, LARGEST, OrganisationKind.THIRD_PARTY, Role.FACILITY_MANAGER, START.date(), contracted=True
)
WORD, LETTERS, DIGITS = "résidence", "temer", "8 0000 0012"  # one in eight, one in ten, few
PENDING, OPEN = (RightState.PENDING,), (RightState.ACTIVE, RightState.PENDING)
SOON = RightFilter(ending_before=date(2026, 11, 24) + timedelta(days=60))
Ask = Callable[[Session], Any]
Statement = tuple[str, Any]


@dataclass(frozen=True, slots=True)
class Spent:
    ours: float  # milliseconds
    floor: float


def measure(*, large: bool = False) -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL, then in the browser."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    size = LARGE if large else SIZE
    for kind in ("sqlite", "postgresql"):
        with place_of(kind, trigrams=True) as url:
            database = loaded(url, size)
            for whose, viewer in (("staff, all", STAFF), ("a third party, half", ASKER)):
                yield f"Grid of {size:,} rights, {kind}: {whose}", lines_of(database, viewer, size)
            database.close()
    place = ROOT / "var" / "bench" / f"rights-{size}"
    yield f"Grid of {size:,} rights, in the browser, staff", rights_browser.measure(place, size)


def loaded(url: str, size: int) -> Database:
    database = Database(url)
    prepare(database)
    with database.transaction() as db:
        kind = OrganisationKind.THIRD_PARTY
        for id_ in (LARGEST, *OTHERS):
            db.add(
                Organisation(
                    id=id_,
                    name=f"Tiers {id_}",
                    kind=kind,
                    created_at=START,
                    contracted_until=date.max,
                )
            )
    fill(database, size, LARGEST, OTHERS)
    return database


def lines_of(database: Database, viewer: Viewer, size: int) -> list[Line]:
    shown = [line(work, spent(database, ask), GOAL) for work, ask in asked(viewer, size)]
    after = [line(work, spent(database, ask), AFTER) for work, ask in counted(viewer)]
    return [*shown, *after]


def asked(viewer: Viewer, size: int) -> Iterator[tuple[str, Ask]]:
    """What a person does on the grid, and the reads that it costs."""

    def page(wanted: RightFilter = RightFilter(), **more: Any) -> Ask:  # noqa: B008 (frozen)
        return partial(_page, viewer=viewer, wanted=wanted, **more)

    yield "first page, newest first", page()
    yield "a page in the middle", page(block=RowBlock(offset=size // 5))
    for sort in RightSort:
        yield f"sorted by {sort.value}", page(sort=sort, descending=False)
    yield "one state", page(RightFilter(states=PENDING))
    yield "two states, sorted by holder", page(RightFilter(states=OPEN), sort=RightSort.HOLDER)
    yield "a role nobody has", page(RightFilter(roles=(RightRole.HOLDER_INJECTION,)))
    yield "ending soon, sorted by end", page(SOON, sort=RightSort.ENDS, descending=False)
    for typed in (WORD, LETTERS, RARE, DIGITS, "zzzz"):
        yield f"contains “{typed}”", page(RightFilter(text=typed))
    both = RightFilter(text=LETTERS, states=PENDING)
    yield f"“{LETTERS}”, one state, by site", page(both, sort=RightSort.SITE, descending=False)


def counted(viewer: Viewer) -> Iterator[tuple[str, Ask]]:
    """What comes after the lines, that do not wait for it: exact however many there are."""
    for typed in ("", WORD, LETTERS, RARE):
        wanted = RightFilter(text=typed)
        name = f"counts, contains “{typed}”" if typed else "counts of the chips"
        yield name, partial(_counts, viewer=viewer, wanted=wanted)


def _page(db: Session, *, viewer: Viewer, wanted: RightFilter, **more: Any) -> None:
    list_rights(db, viewer, wanted, **more)


def _counts(db: Session, *, viewer: Viewer, wanted: RightFilter) -> None:
    count_states(db, viewer, wanted)


def spent(database: Database, ask: Ask) -> Spent:
    said = _statements(database, ask)
    ours, floor = [], []
    for _turn in range(TURNS):
        with database.reading() as db:
            begin = time.perf_counter()
            ask(db)
            ours.append(time.perf_counter() - begin)
        floor.append(_bare(database, said))
    return Spent(statistics.median(ours) * 1000, statistics.median(floor) * 1000)


def _statements(database: Database, ask: Ask) -> list[Statement]:
    """What *ask* sends, as the driver is given it."""
    said: list[Statement] = []

    def note(_c: Any, _cursor: Any, sql: str, values: Any, *_more: Any) -> None:
        said.append((sql, values))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.reading() as db:
        ask(db)
    event.remove(database.engine, "before_cursor_execute", note)
    return said


def _bare(database: Database, said: Sequence[Statement]) -> float:
    connection = database.engine.raw_connection()
    cursor = connection.cursor()
    begin = time.perf_counter()
    for sql, values in said:
        cursor.execute(sql, values)
        cursor.fetchall()
    took = time.perf_counter() - begin
    connection.rollback()
    connection.close()
    return took


def line(work: str, spent: Spent, goal: int) -> Line:
    return Line(
        work,
        f"{spent.ours:,.1f} ms",
        f"bare SQL {spent.floor:,.1f} ms",
        f"{spent.ours / spent.floor:.2f}",
        f"≤ {goal} ms",
        spent.ours <= goal,
    )
