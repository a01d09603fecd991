"""A fleet held against the year before, month by month, and the grid that ranks it.

The floor is DuckDB scanning the raw rows for the same answer: each month's sum and that of the
same days a year before, on the days that both know. A second one has no goal, so that nobody is
misled: DuckDB that only sums each month, and compares nothing.
"""

import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

import duckdb
from sqlalchemy import func, select

from bench.places import place_of
from bench.report import Line, bound, ratio
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.paging import RowBlock
from data.analysis.signatures.actions import rank_again
from data.metering.consumption import queries
from data.metering.consumption.actions import recompute_standings
from data.metering.consumption.queries.fleet import get_pce_months_query
from data.metering.consumption.types import FleetSort, FleetView
from data.metering.pces.rules import month_of
from data.metering.pces.types import PceFilter
from data.migrations import upgrade

PCES, MONTHS, TURNS, GOAL = 2_405, 36, 5, 300
SIZES, LARGE = (PCES, 24_000, 240_000), 1_000_000  # of the grid; the last takes long: when asked
BLOCK = 2_000
TODAY = date(2026, 11, 24)
VIEWER = Viewer(1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, TODAY)
FIRST, DAYS = date(2022, 11, 1), 1461  # four years, so that 36 months have a year before
_WH = "11000 * (5 + (k * 7 + p * 13) % 40) + k % 900"  # of day k and PCE p
_KNOWN = "(k * 31 + p * 17) % 97 > 0"  # one day in a hundred lacks


def measure(*, large: bool = False) -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    for kind in ("sqlite", "postgresql"):
        lines: list[Line] = []
        for size in (*SIZES, LARGE) if large else SIZES:
            with place_of(kind) as url:
                database = Database(url)
                upgrade(database)
                _load(database, size)
                if size == PCES:
                    lines += _portfolio(database)
                lines += _grid(database, size)
                database.close()
        yield f"Fleet, {kind}", lines


def _raw() -> Any:
    """DuckDB holding every day of the fleet of PCES."""
    raw = duckdb.connect()
    raw.execute("SET threads = 2")
    _days(raw, PCES)
    return raw


def _days(raw: Any, pces: int) -> None:
    raw.execute(
        f"""CREATE TABLE readings AS SELECT p::INTEGER AS pce_id,
            (DATE '{FIRST}' + k::INTEGER) AS gas_day, ({_WH})::BIGINT AS energy_wh
            FROM range(1, {pces + 1}) AS a(p), range({DAYS}) AS b(k)
            WHERE {_KNOWN} ORDER BY 1, 2"""
    )


_FACED = """SELECT date_trunc('month', r.gas_day) AS month, count(b.energy_wh),
    sum(r.energy_wh), sum(CASE WHEN b.energy_wh IS NOT NULL THEN r.energy_wh END), sum(b.energy_wh)
    FROM readings r LEFT JOIN readings b ON b.pce_id = r.pce_id
    AND b.gas_day = r.gas_day - INTERVAL 1 YEAR AND strftime(r.gas_day, '%m%d') <> '0229'"""


def _load(database: Database, size: int) -> None:
    """The PCE, the roll-up of the days of PCES of them as DuckDB sums it, and copies of these."""
    raw = duckdb.connect()
    _days(raw, min(size, PCES))
    rolled = raw.execute(
        _FACED.replace("SELECT", "SELECT r.pce_id, count(r.energy_wh),", 1) + " GROUP BY ALL"
    ).fetchall()
    raw.close()
    months = [
        (pce, month.date() if hasattr(month, "date") else month, wh, known, *face)
        for pce, known, month, shared, wh, this, before in rolled
        for face in [(shared, this or 0, before or 0)]
    ]
    _pour(database, months)
    _copy(database, size)
    _stand(database, size)
    _judge(database, size)
    _price(database)
    with database.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.exec_driver_sql("ANALYZE" if database.sqlite else "VACUUM ANALYZE")


def _pour(database: Database, months: list[Any]) -> None:
    mark = "?" if database.sqlite else "%s"
    stamp = "2026-11-24 08:00:00"
    organisation = (
        "INSERT INTO organisations (id, name, kind, created_at)"
        f" VALUES (1, 'Tilleuls', 'COLLECTIVITY', '{stamp}')"
    )
    rolled = f"""INSERT INTO monthly_consumption (pce_id, month, energy_wh, days_measured,
        days_shared, shared_wh, before_wh, volume_dm3, days_estimated, days_reconstructed,
        days_absent) VALUES ({", ".join([mark] * 7)}, 0, 0, 0, 0)"""
    if database.sqlite:
        months = [(pce, month.isoformat(), *rest) for pce, month, *rest in months]
    with database.transaction() as db:
        db.connection().exec_driver_sql(organisation)
        db.connection().exec_driver_sql(_PCES[database.sqlite].format(first=1, last=PCES))
        driver: Any = db.connection().connection.driver_connection
        driver.cursor().executemany(rolled, sorted(months))


_SERIES = {
    True: "(WITH RECURSIVE s(n) AS (SELECT {first} UNION ALL SELECT n + 1 FROM s WHERE n < {last})"
    " SELECT n FROM s) AS s",
    False: "generate_series({first}, {last}) AS s(n)",
}
_PADDED = {True: "printf('%014d', n)", False: "lpad(n::text, 14, '0')"}
_PCES = {
    sqlite: f"""INSERT INTO pces (id, number, alias, search, holder_id, holder_name, street,
        postal_code, city, frequency, tariff, supplier, profile, meter_serial, technical, contract,
        data_until) SELECT n, {_PADDED[sqlite]}, 'Site ' || n, 'site ' || n || ' ville titulaire '
        || {_PADDED[sqlite]}, 1, '', '', '', '', '1M', '', '', '', '', '{{{{}}}}', '{{{{}}}}',
        {"'2026-10-31'" if sqlite else "DATE '2026-10-31'"} FROM {_SERIES[sqlite]}"""
    for sqlite in (True, False)
}


def _copy(database: Database, size: int) -> None:
    """The others, of the months that a grid reads alone, each copy above the one before."""
    since = month_of(TODAY, -12)
    for turn in range(1, -(-size // PCES)):
        first = turn * PCES
        last = min(size, first + PCES)
        with database.transaction() as db:
            run = db.connection().exec_driver_sql
            run(_PCES[database.sqlite].format(first=first + 1, last=last))
            run(
                f"""INSERT INTO monthly_consumption (pce_id, month, energy_wh, days_measured,
                days_shared, shared_wh, before_wh, volume_dm3, days_estimated, days_reconstructed,
                days_absent) SELECT pce_id + {first}, month, energy_wh, days_measured, days_shared,
                shared_wh + shared_wh * {turn % 97} / 900, before_wh, 0, 0, 0, 0
                FROM monthly_consumption WHERE month >= '{since}' AND pce_id <= {last - first}"""
            )


def _stand(database: Database, size: int) -> None:
    for first in range(1, size + 1, BLOCK):
        with database.transaction() as db:
            recompute_standings(db, range(first, min(size, first + BLOCK - 1) + 1), TODAY)


def _price(database: Database) -> None:
    """A price that changed within a month of the year, a fixed part, and a rate."""
    day = "'{}'" if database.sqlite else "DATE '{}'"
    since, until, then = (day.format(one) for one in (FIRST, "2026-03-10", "2026-03-11"))
    rows = (
        f"('Fourniture', 'variable', 'eur_mwh', 45000000, {since}, {until})",
        f"('Fourniture', 'variable', 'eur_mwh', 52000000, {then}, NULL)",
        f"('Abonnement', 'fixed', 'eur_month', 31000000000, {since}, NULL)",
        f"('TVA', 'rate', 'percent', 200000, {since}, NULL)",
    )
    told = f"""INSERT INTO price_components (name, kind, unit, amount, first_day, last_day,
        organisation_id, tag, version, changed_at) SELECT s.*, 1, '', 1, {{now}} FROM
        (VALUES {", ".join(rows)}) AS s"""
    stamp = "'2026-11-24 08:00:00'"
    with database.transaction() as db:
        now = stamp if database.sqlite else f"TIMESTAMP {stamp}"
        db.connection().exec_driver_sql(told.format(now=now))


def _judge(database: Database, size: int) -> None:
    """Two sites in three have a ratio that can be told; the page ranks them by it."""
    told = "CASE WHEN mod(id, 3) = 0 THEN NULL ELSE 0.9 + mod(id, 200) / 1000.0 END"
    day = "'{}'" if database.sqlite else "DATE '{}'"
    year = day.format(month_of(TODAY, -12))
    verdicts = f"""INSERT INTO signature_verdicts (pce_id, base, baseload_wh, slope_wh, use, out,
        weeks, r2, cvrmse, year, ratio, difference_wh, climate_wh, calendar_wh, missing_wh, rest_wh,
        day_wh) SELECT id, 16, 1, 1, 1, 1, 150, 0.9, 0.1, {year}, {told}, 0, 0, 0, 0, 0, 0
        FROM pces"""
    with database.transaction() as db:
        db.connection().exec_driver_sql(verdicts)
    for first in range(1, size + 1, BLOCK):
        with database.transaction() as db:
            rank_again(db, range(first, min(size, first + BLOCK - 1) + 1))


def _portfolio(database: Database) -> list[Line]:
    """36 months of the whole fleet: ours and DuckDB's turn by turn, and they must agree."""
    months = [month_of(TODAY, n) for n in range(-MONTHS, 0)]
    each = get_pce_months_query(VIEWER, PceFilter(), months).subquery("each")
    names = ("energy_wh", "shared", "this_wh", "before_wh")
    asked = (
        select(each.c.month, *(func.sum(each.c[name]) for name in names))
        .group_by(each.c.month)
        .order_by(each.c.month)
    )
    since = f" WHERE r.gas_day >= DATE '{months[0]}' AND r.gas_day < DATE '{month_of(TODAY)}'"
    summed = (
        f"SELECT date_trunc('month', gas_day), sum(energy_wh) FROM readings r{since} GROUP BY 1"
    )
    raw = _raw()
    ours, faced, plain = [], [], []
    for _turn in range(TURNS):
        with database.reading() as db:
            took, found = _clock(lambda db=db: db.execute(asked).all())  # type: ignore[misc]
        ours.append(took)
        took, told = _clock(
            lambda: raw.execute(f"{_FACED}{since} GROUP BY 1 ORDER BY 1").fetchall()
        )
        faced.append(took)
        plain.append(_clock(lambda: raw.execute(summed).fetchall())[0])
        assert [int(row[1]) for row in found] == [int(row[2]) for row in told]
        assert [int(row[4]) for row in found] == [int(row[4]) for row in told]
    raw.close()
    work = f"{PCES:,} PCE × {MONTHS} months against the year before"
    mine, floor, least = (statistics.median(times) for times in (ours, faced, plain))
    alone = f"DuckDB, sums alone {least:,.1f} ms"
    return [
        ratio(work, (mine, "ms"), ("DuckDB, raw rows", floor), 1, most=True),
        Line("", "", alone, f"{mine / least:.2f}", "", None),
    ]


def _page(db: Any, view: FleetView, **asked: Any) -> object:
    """What a block of lines asks for: how many there are, and its own."""
    count = queries.count_fleet(db, VIEWER, view)
    rows = queries.list_fleet(db, VIEWER, view, count=count, **asked)
    return queries.load_fleet_costs(db, VIEWER, view, rows)


def _grid(database: Database, size: int) -> list[Line]:
    """A page of the grid as it opens, sorted otherwise, far below, and narrowed by words."""
    view = FleetView()
    asks: dict[str, Callable[[Any], object]] = {
        "opens": lambda db: _page(db, view),
        "sorted by %": lambda db: _page(db, view, sort=FleetSort.PERCENT),
        "at equal climate": lambda db: _page(db, view, sort=FleetSort.EQUAL_GAP),
        "sorted by kWh": lambda db: _page(db, view, sort=FleetSort.GAP),
        "sorted by name": lambda db: _page(db, view, sort=FleetSort.ALIAS, descending=False),
        "page 10": lambda db: _page(db, view, block=RowBlock(offset=900)),
        "narrowed by a word": lambda db: _page(db, replace(view, text="1177")),
        "narrowed by words of all": lambda db: _page(db, replace(view, text="site 77")),
        "how many have a price": lambda db: queries.count_priced(db, VIEWER, view),
        "figures above it": lambda db: queries.sum_fleet(db, VIEWER, view),
        "groups by holder": lambda db: queries.list_groups_by_holder(db, VIEWER, view),
    }
    lines = []
    for name, ask in asks.items():
        times = []
        for _turn in range(TURNS):
            with database.reading() as db:
                times.append(_clock(lambda db=db, ask=ask: ask(db))[0])  # type: ignore[misc]
        lines.append(bound(f"{size:,} PCE, {name}", statistics.median(times), "ms", GOAL))
    return lines


def _clock(work: Callable[[], Any]) -> tuple[float, Any]:
    """Milliseconds, and what *work* found."""
    begin = time.perf_counter()
    found = work()
    return (time.perf_counter() - begin) * 1000, found
