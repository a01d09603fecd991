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
import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import structlog
from sqlalchemy import text

from bench.bare_night import BareNight
from bench.night_fleet import KNOWN, MONTH, NOW, days_of, load, new_day
from bench.places import place_of
from bench.report import Line, bound, ratio
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from data.migrations import upgrade
from data.thresholds import queries
from data.thresholds.types import ThresholdDraft, ThresholdKind, ThresholdPeriod, ThresholdScope
from jobs.thresholds import evaluate

SIZES, LARGE = (2_400, 24_000), 240_000  # the last takes minutes to load: when asked
NIGHTS = 3
TURNS, SITES = 5, 8
AGAIN = 3  # times each night, undone in between
SLOPE = 1.5  # times the cost by PCE of a tenth of them
VIEWER = Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, NOW.date())


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
    load(database, size)
    evaluate(database, NOW)
    ours: list[float] = []
    floors: dict[str, list[float]] = {name: [] for name in (_WHOLE, *_FLOORS)}
    told = [0] * NIGHTS
    for night in range(NIGHTS):
        new_day(database, MONTH + timedelta(days=KNOWN + night))
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


def _ask(database: Database, sql: str) -> int:
    with database.reading() as db:
        return len(db.connection().exec_driver_sql(sql).fetchall())


def _back_tests(url: str) -> list[Line]:
    """Three years of daily data of a PCE, by month, by day and against the year before."""
    database = Database(url)
    upgrade(database)
    load(database, SITES)
    first = date(2023, 10, 1)
    with database.transaction() as db:
        days = [first + timedelta(days=n) for n in range((MONTH - first).days)]
        db.execute(text(days_of(database, days)))
    lines = []
    for kind, period in (
        (ThresholdKind.FIXED, ThresholdPeriod.MONTH),
        (ThresholdKind.FIXED, ThresholdPeriod.DAY),
        (ThresholdKind.RELATIVE, ThresholdPeriod.MONTH),
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


def _like(kind: ThresholdKind, period: ThresholdPeriod) -> ThresholdDraft:
    values = {ThresholdPeriod.DAY: (120_000,), ThresholdPeriod.MONTH: (3_800_000,) * 12}[period]
    fixed = kind is ThresholdKind.FIXED
    return ThresholdDraft(
        "x", kind, period, values if fixed else (), percent=10, scope=ThresholdScope(("0",))
    )


def _try(database: Database, draft: ThresholdDraft, number: str) -> Any:
    with database.reading() as db:
        return queries.get_back_test(db, VIEWER, draft, number)


if __name__ == "__main__":
    from bench.report import show

    for title, told in measure():
        show(title, told)
