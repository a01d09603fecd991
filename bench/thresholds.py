"""A night's evaluation against the one SQL that reads the same rows, and the time of a back-test.

Every PCE has a threshold of its own of twelve monthly values, and one new day tonight; one in a
hundred begins to warn, one in two hundred exceeds, as many are open already.

The floor that we are held to is what one would write by hand, in one committed transaction: the
statement that finds the month to date of every PCE against its limit, then the very episodes,
events, notices and marks that ours wrote or removed that night, known beforehand (`bare_night`).
It reads AND writes, as an evaluation does. Two more ratios stand under it without a goal, so that
nobody is misled: against that statement alone, which writes nothing, and against the one on the
roll-up, which sums nothing either.
"""

import gc
import json
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import structlog
from sqlalchemy import text

from bench.bare_night import BareNight
from bench.places import place_of
from bench.report import Line, bound, ratio
from data.access import OrganisationKind, Role, Viewer
from data.db import Database
from data.migrations import upgrade
from data.notifications.types import ChannelKind, Grouping, Recipient
from data.thresholds import queries
from data.thresholds.rules.wire import packed
from data.thresholds.types import Draft, Period, Scope, ThresholdKind
from jobs.thresholds import evaluate

SIZES, LARGE = (2_400, 24_000), 240_000  # the last takes minutes to load: when asked
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
MONTH, KNOWN, NIGHTS = date(2026, 11, 1), 20, 3
LIMIT, TURNS, SITES = 4_000_000, 5, 8
AGAIN = 3  # times each night, undone in between
SLOPE = 1.5  # times the cost by PCE of a tenth of them
VIEWER = Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, NOW.date())
DRAFT = Draft(
    name="Chaufferie",
    kind=ThresholdKind.FIXED,
    period=Period.MONTH,
    values_wh=(LIMIT,) * 12,
    recipients=(Recipient(1, None, frozenset({ChannelKind.INBOX}), Grouping.IMMEDIATE),),
    scope=Scope(("0",)),
)


def measure(*, large: bool = False) -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    sizes = (*SIZES, LARGE) if large else SIZES
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    for kind in ("sqlite", "postgresql"):
        lines: list[Line] = []
        costs: dict[int, float] = {}
        for size in sizes:
            with place_of(kind) as url:
                found, costs[size] = _night(url, size)
            lines += found
        lines += _slopes(costs)
        yield f"Thresholds, {kind}", lines
        with place_of(kind) as url:
            yield f"Back-test of three years, {kind}", _back_tests(url)


def _night(url: str, size: int) -> tuple[list[Line], float]:
    database = Database(url)
    upgrade(database)
    _load(database, size)
    evaluate(database, NOW)
    ours: list[float] = []
    floors: dict[str, list[float]] = {name: [] for name in (_WHOLE, *_FLOORS)}
    told = [0] * NIGHTS
    for night in range(NIGHTS):
        _new_day(database, MONTH + timedelta(days=KNOWN + night))
        for turn in range(AGAIN):  # side by side: others are at work on this machine
            bare = BareNight(database)
            _time_floors(database, floors)
            gc.collect()  # what came before is not ours to sweep
            begin = time.perf_counter()
            told[night] = evaluate(database, NOW)[1]
            ours.append(time.perf_counter() - begin)
            bare.over()
            bare.undo()
            _time_floors(database, floors)  # as before ours: the same pages are at hand
            gc.collect()
            floors[_WHOLE].append(_clock(partial(bare.do, _FLOORS[_DAYS])))
            if turn < AGAIN - 1:
                bare.undo()
    database.close()
    work = f"{size:,} PCE, {sum(told) // NIGHTS:,} notices a night"
    took = statistics.median(ours)
    lines = _told(work, took, {name: statistics.median(all_) for name, all_ in floors.items()})
    return lines, took / size


def _time_floors(database: Database, floors: dict[str, list[float]]) -> None:
    for name, sql in _FLOORS.items():
        floors[name].append(_clock(partial(_ask, database, sql)))


def _told(work: str, took: float, floors: dict[str, float]) -> list[Line]:
    floor = ("bare SQL and its writes", floors[_WHOLE] * 1000)
    return [
        ratio(work, (took * 1000, "ms"), floor, 2, most=True),
        *(
            Line("", "", f"{name} {floors[name] * 1000:,.1f} ms", f"{took / floors[name]:.2f}", "",
                 None)
            for name in _FLOORS
        ),
    ]  # fmt: skip


def _slopes(costs: dict[int, float]) -> list[Line]:
    sizes = sorted(costs)
    return [
        bound(f"cost by PCE, {more:,} over {less:,}", costs[more] / costs[less], "×", SLOPE)
        for less, more in pairwise(sizes)
    ]


def _clock(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


# What one would ask by hand, of the days themselves or of the roll-up.
_WHOLE, _DAYS = "whole", "reading the days alone"
_FLOORS = {
    _DAYS: f"""
        SELECT m.threshold_id, m.pce_id, sum(r.energy_wh) AS total, max(f.floor_wh) AS floor
        FROM threshold_members m
        JOIN threshold_floors f ON f.threshold_id = m.threshold_id AND f.slot = {MONTH.month}
        JOIN readings r ON r.pce_id = m.pce_id AND r.gas_day >= '{MONTH}'
        GROUP BY m.threshold_id, m.pce_id HAVING sum(r.energy_wh) >= max(f.floor_wh)""",
    "reading the roll-up alone": f"""
        SELECT m.threshold_id, m.pce_id, c.energy_wh, f.floor_wh
        FROM threshold_members m
        JOIN threshold_floors f ON f.threshold_id = m.threshold_id AND f.slot = {MONTH.month}
        JOIN monthly_consumption c ON c.pce_id = m.pce_id AND c.month = '{MONTH}'
        WHERE c.energy_wh >= f.floor_wh""",
}
# Wh a day: those of a remainder pass 3,200 kWh (a warning) or 4,000 (the limit) on a night of ours.
_USED = """CASE p.id % 200 WHEN 0 THEN 153000 WHEN 100 THEN 153000
    WHEN 1 THEN 146000 WHEN 101 THEN 146000 WHEN 2 THEN 140000 WHEN 102 THEN 140000
    WHEN 3 THEN 191000 WHEN 4 THEN 182000 WHEN 5 THEN 174000
    ELSE 100000 + p.id % 40 * 1000 END"""


def _ask(database: Database, sql: str) -> int:
    with database.reading() as db:
        return len(db.connection().exec_driver_sql(sql).fetchall())


def _load(database: Database, size: int) -> None:
    """Everything in SQL: a quarter of a million PCE are not made row by row."""
    with database.transaction() as db:
        for statement in (*_fleet(database, size), *_limits(database), *_history(database)):
            db.execute(text(statement))
    _analyse(database)


def _fleet(database: Database, size: int) -> list[str]:
    """One person, and her *size* PCE."""
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S")
    numbers = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {size})"
    pad = "printf('%014d', i)" if database.sqlite else "lpad(i::text, 14, '0')"
    return [
        f"""INSERT INTO organisations (id, name, kind, created_at)
            VALUES (1, 'Tilleuls', 'COLLECTIVITY', '{stamp}')""",
        f"""INSERT INTO users (id, organisation_id, email, name, role, password_hash,
            password_changed_at, language, theme, created_at) VALUES (1, 1, 'alice@x.example',
            'Alice', 'FACILITY_MANAGER', '!', '{stamp}', 'fr', 'light', '{stamp}')""",
        f"""INSERT INTO pces (id, number, alias, search, holder_id, street, postal_code, city,
            frequency, tariff, supplier, profile, meter_serial, technical, contract, data_until)
            {numbers} SELECT i, {pad}, '', '', 1, '', '', '', 'JJ', '', '', '', '', '{{}}', '{{}}',
            {_day(database, MONTH + timedelta(days=KNOWN - 1))} FROM n""",
    ]


def _limits(database: Database) -> list[str]:
    """A threshold a PCE."""
    draft = json.dumps(packed(DRAFT)).replace(":", "\\:")
    false = "0" if database.sqlite else "false"
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S")
    slots = ", ".join(f"({n})" for n in range(1, 13))
    return [
        f"""INSERT INTO thresholds (id, organisation_id, name, search, kind, period, severity, tag,
            delay, paused, changed_at, version, screen)
            SELECT id, 1, 'Chaufferie', '', 'FIXED', 'MONTH', 2, '', 0, {false}, '{stamp}', 1,
            'MONTH_ABOVE' FROM pces""",
        f"""INSERT INTO threshold_versions (threshold_id, number, first_day, at, user_id, change,
            active, draft) SELECT id, 1, {_day(database, MONTH)}, '{stamp}', 1, 'CREATED',
            {"1" if database.sqlite else "true"}, '{draft}' FROM pces""",
        f"""INSERT INTO threshold_floors (threshold_id, slot, floor_wh)
            WITH s(slot) AS (VALUES {slots})
            SELECT p.id, s.slot, {LIMIT * 80 // 100} FROM pces p CROSS JOIN s ORDER BY 1, 2""",
        f"""INSERT INTO threshold_members (pce_id, threshold_id, since)
            SELECT id, id, {_day(database, MONTH)} FROM pces ORDER BY id""",
        "INSERT INTO threshold_pces (pce_id, threshold_id) SELECT id, id FROM pces ORDER BY id",
    ]


def _history(database: Database) -> list[str]:
    """The days known, and that they are to be judged."""
    return [
        _days(database, [MONTH + timedelta(days=n) for n in range(KNOWN)]),
        f"""INSERT INTO monthly_consumption (pce_id, month, energy_wh, volume_dm3, days_measured,
            days_estimated, days_reconstructed, days_absent)
            SELECT pce_id, {_day(database, MONTH)}, sum(energy_wh), 0, {KNOWN}, 0, 0, 0
            FROM readings GROUP BY pce_id ORDER BY pce_id""",
        f"""INSERT INTO reading_marks (pce_id, first_day)
            SELECT id, {_day(database, MONTH)} FROM pces ORDER BY id""",
    ]


def _day(database: Database, day: date) -> str:
    return f"'{day}'" if database.sqlite else f"DATE '{day}'"


def _days(database: Database, days: list[date]) -> str:
    told = ", ".join(f"({_day(database, day)})" for day in days)
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S")
    instant = f"'{stamp}'" if database.sqlite else f"TIMESTAMPTZ '{stamp}+00'"
    return f"""INSERT INTO readings (pce_id, gas_day, energy_wh, volume_dm3, quality, status,
        flags, as_of, learnt_at)
        WITH d(day) AS (VALUES {told})
        SELECT p.id, d.day, {_USED}, 10000, 4, 2, 0, {_day(database, NOW.date())}, {instant}
        FROM pces p CROSS JOIN d ORDER BY p.id, d.day"""


def _new_day(database: Database, day: date) -> None:
    rolled = f"""UPDATE monthly_consumption AS c SET energy_wh = c.energy_wh + ({_USED})
        FROM pces p WHERE p.id = c.pce_id"""
    marked = f"""INSERT INTO reading_marks (pce_id, first_day)
        SELECT id, {_day(database, day)} FROM pces ORDER BY id"""
    until = f"UPDATE pces SET data_until = {_day(database, day)}"
    with database.transaction() as db:
        for statement in (_days(database, [day]), rolled, until, marked):
            db.execute(text(statement))
    _analyse(database)


def _analyse(database: Database) -> None:
    """The planner's figures, which autovacuum and a long life would have gathered."""
    bare = database.engine.execution_options(isolation_level="AUTOCOMMIT")
    with bare.connect() as connection:
        connection.exec_driver_sql("ANALYZE")


def _back_tests(url: str) -> list[Line]:
    """Three years of daily data of a PCE, by month, by day and against the year before."""
    database = Database(url)
    upgrade(database)
    _load(database, SITES)
    first = date(2023, 10, 1)
    with database.transaction() as db:
        days = [first + timedelta(days=n) for n in range((MONTH - first).days)]
        db.execute(text(_days(database, days)))
    lines = []
    for kind, period in (
        (ThresholdKind.FIXED, Period.MONTH),
        (ThresholdKind.FIXED, Period.DAY),
        (ThresholdKind.RELATIVE, Period.MONTH),
    ):
        draft = _like(kind, period)
        times: list[float] = []
        for turn in range(TURNS * SITES):
            trial = partial(_try, database, draft, f"{turn % SITES + 1:014d}")
            times.append(_clock(trial))
        took = statistics.median(times) * 1000
        lines.append(bound(f"{kind.value} by {period.value}", took, "ms", 300))
    database.close()
    return lines


def _like(kind: ThresholdKind, period: Period) -> Draft:
    values = {Period.DAY: (120_000,), Period.MONTH: (3_800_000,) * 12}[period]
    fixed = kind is ThresholdKind.FIXED
    return Draft("x", kind, period, values if fixed else (), percent=10, scope=Scope(("0",)))


def _try(database: Database, draft: Draft, number: str) -> Any:
    with database.reading() as db:
        return queries.back_test(db, VIEWER, draft, number)


if __name__ == "__main__":
    from bench.report import show

    for title, told in measure():
        show(title, told)
