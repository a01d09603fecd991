"""Storing readings, against the bare insertion of the same rows in as many transactions."""

import statistics
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from bench.places import place_of
from bench.report import Line, ratio
from core.database import Database
from data.metering.consumption.actions import store
from data.metering.consumption.models import Reading
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.migrations import upgrade
from data.provenance import FEED

FILES = 40
DAYS = 1096
ROUNDS = 5
FIRST = date(2023, 11, 20)
AS_OF = date(2026, 11, 22)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL."""
    with place_of("sqlite") as url:
        yield "Ingest, SQLite", _measure(url, "executemany", _executemany)
    with place_of("postgresql") as url:
        yield "Ingest, PostgreSQL", _measure(url, "COPY", _copy)


def _measure(url: str, name: str, bare: Any) -> list[Line]:
    database = Database(url)
    upgrade(database)
    deliveries = [_delivery(number) for number in range(FILES)]
    stored: list[float] = []
    floor: list[float] = []
    for turn in range(ROUNDS + 1):
        ids, others = _new_pces(database, 2 * turn), _new_pces(database, 2 * turn + 1)
        took = _clock(lambda ids=ids: _store(database, ids, deliveries))
        rows = [_rows(database, *pair) for pair in zip(ids, others, strict=True)]
        base = _clock(lambda rows=rows: bare(database, rows))
        if turn:
            stored.append(FILES * DAYS / took)
            floor.append(FILES * DAYS / base)
    database.close()
    ours = (statistics.median(stored), "rows/s")
    return [ratio("store a file a PCE", ours, (name, statistics.median(floor)), 0.6, most=False)]


def _clock(work: Any) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _delivery(number: int) -> PceDelivery:
    """Three years of one PCE, indexes and all, as a daily sheet gives them."""
    index, days = 1_000_000, []
    for day in range(DAYS):
        volume = 1_000 * (5 + (day * 7 + number * 13) % 40)
        days.append(
            DayStatement(
                gas_day=FIRST + timedelta(days=day),
                energy_wh=volume * 11 + day % 900,
                volume_dm3=volume,
                index_start_dm3=index,
                index_end_dm3=index + volume,
                coefficient_e4=110_000 + day % 2_000,
                temperature_c100=day % 3_000 - 500,
                quality=Quality.MEASURED,
                status=Status.DEFINITIVE,
            )
        )
        index += volume
    return PceDelivery(pce=None, days=tuple(days), periods=())


def _new_pces(database: Database, turn: int) -> list[int]:
    with database.transaction() as db:
        pces = [
            Pce(number=f"{9_000_000 + turn * FILES + file:014d}", frequency=Frequency.DAILY)
            for file in range(FILES)
        ]
        db.add_all(pces)
        db.flush()
        return [pce.id for pce in pces]


def _store(database: Database, ids: Sequence[int], deliveries: Sequence[PceDelivery]) -> None:
    for pce_id, delivery in zip(ids, deliveries, strict=True):
        with database.transaction() as db:
            store(db, pce_id, delivery, as_of=AS_OF, now=NOW, provenance=FEED)


def _rows(database: Database, pce_id: int, other: int) -> list[tuple[Any, ...]]:
    """What the portal has just stored of *pce_id*, as the driver gives it, said of *other*."""
    sql = select(Reading.__table__).where(Reading.pce_id == pce_id)
    with database.reading() as db:
        if database.sqlite:
            names = ", ".join(Reading.__table__.columns.keys())
            plain = f"SELECT {names} FROM readings WHERE pce_id = {pce_id}"
            return [(other, *row[1:]) for row in db.connection().exec_driver_sql(plain)]
        return [(other, *row[1:]) for row in db.execute(sql)]


def _executemany(database: Database, files: Sequence[Sequence[tuple[Any, ...]]]) -> None:
    marks = ", ".join("?" * len(Reading.__table__.columns))
    for rows in files:
        with database.transaction() as db:
            driver: Any = db.connection().connection.driver_connection
            driver.executemany(f"INSERT INTO readings VALUES ({marks})", rows)


def _copy(database: Database, files: Sequence[Sequence[tuple[Any, ...]]]) -> None:
    for rows in files:
        with database.transaction() as db:
            driver: Any = db.connection().connection.driver_connection
            with driver.cursor() as cursor, cursor.copy("COPY readings FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
