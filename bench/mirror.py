"""A night of the mirror without the pause and the network: what is ours, against a bare upsert.

The other side answers at once, in this process: 40 days of each PCE, 39 of which were known. An
answer of forty lines costs its own steps more than its rows: whether the right still opens it, the
lines read and held against what is known, the month summed again, the task and the round told, in
two transactions. The bare upsert has but its rows, in one.
"""

import resource
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bench.places import place_of
from bench.report import Line, ratio
from core.database import Database, upsert
from data.exchange.mirror.actions import tasks
from data.exchange.mirror.models import MirrorConnection, MirrorRound
from data.exchange.mirror.queries.unscoped import list_asked_parts
from data.exchange.mirror.types import MirrorPart
from data.metering.consumption.models import Reading
from data.migrations import upgrade
from tests.data.exchange.mirror.distributor import connect
from tests.data.exchange.mirror.readings import day_line
from tests.factories import make_people
from tests.jobs.mirrored import Other, right, work

PCES, DAYS = 2405, 40
GOAL = 0.25  # of the bare upsert
NIGHT = datetime(2026, 11, 25, 1, 15, tzinfo=UTC)
_DAY = timedelta(days=1)


class Fleet(Other):
    """Days that follow from the site and the day."""

    def __init__(self) -> None:
        super().__init__(*(right(f"0999999{n:07d}", supply_first=date(2026, 10, 17))
                           for n in range(PCES)))  # fmt: skip

    def readings(self, number: str, part: MirrorPart, first: date, last: date) -> Iterator[Any]:
        del part
        self.calls += 1
        for place in range((last - first).days):
            day, volume = first + place * _DAY, (place * 7 + int(number)) % 40
            yield place, day_line(day.isoformat(), volume, volume * 11, pce=number)


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    for kind, name in (("sqlite", "SQLite"), ("postgresql", "PostgreSQL")):
        with place_of(kind) as url:
            yield f"A night of the mirror, {PCES} PCE, {name}", _measure(url)


def _measure(url: str) -> list[Line]:
    database, other = Database(url), Fleet()
    upgrade(database)
    with database.transaction() as db:
        make_people(db)
        connect(db, "usr-4471", parts=[MirrorPart.RIGHTS, MirrorPart.INFORMATIVE])
    _timed(lambda: work(database, other.open, NIGHT))  # the first night, of which all is new
    before, bare = _memory(), _timed(lambda: _upsert(database))
    took = _timed(lambda: work(database, other.open, NIGHT + _DAY))
    grown = _memory() - before
    planned, calls = _planned(database), _calls(database)
    bare = (bare + _timed(lambda: _upsert(database))) / 2  # on both sides of a noisy moment
    database.close()
    return [
        Line("calls: seconds of pause, at one a second", f"{calls}", "", "", "", None),
        Line("the rest, of that pause", f"{took / calls:.2%}", "", "", "", None),
        ratio("days read, compared and kept", (PCES * DAYS / took, "a second"),
              ("bare upsert", PCES * DAYS / bare), GOAL, most=False),
        Line("planning, one statement", f"{planned * 1000:.0f} ms", "", "", "", None),
        Line("memory grown", f"{grown:.1f} MB", "", "", "≤ 60 MB", grown <= 60),
    ]  # fmt: skip


def _timed(run: Any) -> float:
    begin = time.perf_counter()
    run()
    return time.perf_counter() - begin


def _memory() -> float:
    """The most that this process held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _calls(database: Database) -> int:
    with database.reading() as db:
        last = db.scalars(select(MirrorRound).order_by(MirrorRound.id.desc())).first()
        return int(last.counts["calls"]) if last else 0


def _planned(database: Database) -> float:
    """Of a round in which nothing is new."""
    with database.transaction() as db:
        who = db.scalars(select(MirrorConnection.organisation_id)).one()
        parts = list_asked_parts(db, who)
        return _timed(lambda: tasks.plan_for(db, who, parts, NIGHT + _DAY))


def _upsert(database: Database) -> None:
    """The same rows again, in as many transactions."""
    columns = [column.name for column in Reading.__table__.columns]
    first = (NIGHT + _DAY).date() - DAYS * _DAY
    with database.reading() as db:
        ids = db.scalars(select(Reading.pce_id).distinct()).all()
    for pce_id in ids:
        with database.transaction() as db:
            mine = select(*Reading.__table__.columns).where(Reading.pce_id == pce_id)
            rows = db.execute(mine.where(Reading.gas_day >= first)).mappings().all()
            said = upsert(db, Reading)
            kept = {name: said.excluded[name] for name in columns[2:]}
            again = said.on_conflict_do_update(index_elements=["pce_id", "gas_day"], set_=kept)
            db.execute(again, [dict(row) for row in rows])
