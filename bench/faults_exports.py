"""Kill the making of exports at random: no half file is offered, each PCE is logged once.

Each turn asks for an export of another kind and lets a process make it, which is ended by SIGKILL
at a random moment until one comes to its end. In the end each file offered is compared with the
one that a portal which nobody disturbed makes of the same request, and so are its counts and the
lines of the readers' log.
"""

import hashlib
import os
import random
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import structlog
from sqlalchemy import select

from bench.kills import Verdict, emptied, preload, quiet, run_and_kill
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.worker import drain
from data.exports import actions
from data.exports.files import folder_of
from data.exports.models import Export, ExportedPce
from data.exports.types import Content, ExportLimits, ExportSpec, ExportState, FileKind
from data.identity.accounts.models import Organisation, User
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import store
from data.metering.consumption.types import DayStatement, PceDelivery, Quality, Status
from data.metering.pces.models import Pce
from data.metering.pces.types import Frequency
from data.provenance import FEED
from jobs.exports import export_handler, purge
from jobs.job_clock import clock_since

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=2)  # between two processes: what the one before had is free again
PCES, DAYS = 120, 400
FIRST = date(2025, 1, 1)
LIMITS = ExportLimits(days=3650, quota_megabytes=100_000, waiting=1000)
VIEWER = Viewer(
    1, 1, OrganisationKind.COLLECTIVITY, Role.FACILITY_MANAGER, START.date(), contracted=True
)
_YEAR = {"first": FIRST, "last": FIRST + timedelta(days=DAYS)}
ASKED: Sequence[ExportSpec] = (
    ExportSpec(Content.DAILY, FileKind.CSV, **_YEAR),
    ExportSpec(Content.DAILY, FileKind.NDJSON, **_YEAR),
    ExportSpec(Content.DAILY, FileKind.CSV, file_per_pce=True, **_YEAR),
    ExportSpec(Content.MONTHLY, FileKind.CSV, **_YEAR),
    ExportSpec(Content.DAILY, FileKind.PARQUET, **_YEAR),
)


def torment(urls: tuple[str, str], place: Path, kills: int, seed: int) -> Verdict:
    """Disturb the first database, leave the second in peace, and compare."""
    preload("jobs.exports", "data.migrations")
    begin = time.monotonic()
    disturbed, peaceful = place / "exports-disturbed", place / "exports-undisturbed"
    with quiet():
        turns, halfway = _disturbed(urls[0], disturbed, kills, seed)
        _undisturbed(urls[1], peaceful)
    problems = tuple(_problems(urls[0], disturbed, turns, _made(urls[1], peaceful)))
    return Verdict(kills, halfway, turns, PCES * turns, problems, time.monotonic() - begin)


def _prepare(database: Database) -> None:
    emptied(database)
    with database.transaction() as db:
        kind = OrganisationKind.COLLECTIVITY
        db.add(
            Organisation(
                id=1, name="Tilleuls", kind=kind, created_at=START, contracted_until=date.max
            )
        )
        db.flush()
        who = {"email": "alice@tilleuls.example", "name": "Alice", "role": Role.FACILITY_MANAGER}
        dates = {"password_changed_at": START, "created_at": START}
        db.add(User(id=1, organisation_id=1, password_hash="!", **who, **dates))
        db.add_all(
            Pce(id=n + 1, number=f"0999999995{n:04d}", holder_id=1, frequency=Frequency.MONTHLY)
            for n in range(PCES)
        )
        db.flush()
        for n in range(PCES):
            days = tuple(_day(n, place) for place in range(DAYS))
            store(
                db,
                n + 1,
                PceDelivery(None, days, ()),
                as_of=START.date(),
                now=START,
                provenance=FEED,
            )


def _day(site: int, place: int) -> DayStatement:
    wh = 1000 * ((place * 7 + site * 3) % 90) + place
    day = FIRST + timedelta(days=place)
    return DayStatement(
        day, wh, wh // 11, None, None, 110_000, 500, Quality.MEASURED, Status.DEFINITIVE
    )


def made(url: str, var: Path, now: datetime, ready: Any) -> None:
    """The process that is killed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    ready.set()
    _work(database, var, now)


def _work(database: Database, var: Path, now: datetime) -> None:
    drain(database, [export_handler(var, lambda: LIMITS)], clock_since(now))


def _disturbed(url: str, var: Path, kills: int, seed: int) -> tuple[int, int]:
    """How many exports, and how many kills left one begun and not ended."""
    chance, database = random.Random(seed), Database(url)
    _prepare(database)
    usual: dict[int, float] = {}
    done = halfway = turn = asked = 0
    while done < kills:
        kind = asked % len(ASKED)
        with database.transaction() as db:
            actions.ask(db, VIEWER, ASKED[kind], limits=LIMITS, now=START)
        asked += 1
        took, hits = None, 0
        while took is None:
            turn += 1
            database.close()  # nothing is shared with the process to come
            free = kind not in usual or done >= kills or hits >= 6  # given up past ten claims
            wait = None if free else chance.uniform(0, 1.1 * usual[kind])
            took = run_and_kill(made, (url, var, START + turn * DEAD), wait)
            if took is None:
                done, hits = done + 1, hits + 1
                halfway += _begun(database)
        usual[kind] = max(usual.get(kind, 0), took)
    for left in folder_of(var).rglob("*"):
        os.utime(left, (0, 0))
    purge(database, var, datetime.now(UTC))
    database.close()
    return asked, halfway


def _begun(database: Database) -> bool:
    with database.reading() as db:
        working = select(Export.id).where(Export.state == ExportState.WORKING)
        return db.scalar(working) is not None


def _undisturbed(url: str, var: Path) -> None:
    database = Database(url)
    _prepare(database)
    for wanted in ASKED:
        with database.transaction() as db:
            actions.ask(db, VIEWER, wanted, limits=LIMITS, now=START)
        _work(database, var, START)
    database.close()


def _made(url: str, var: Path) -> list[tuple[Any, ...]]:
    """What each export says of itself, and what its file holds."""
    database = Database(url)
    with database.reading() as db:
        rows = list(db.scalars(select(Export).order_by(Export.id)))
    database.close()
    return [
        (row.state, row.rows, row.pces, row.done, row.total, _content(folder_of(var), row))
        for row in rows
    ]


def _content(folder: Path, row: Export) -> str:
    """The digest of what the file says; of a ZIP, of the files in it: it bears the hour."""
    path = folder / row.stored_name
    whole = path.read_bytes() if row.stored_name and path.is_file() else b""
    if hashlib.sha256(whole).hexdigest() != row.sha256 or len(whole) != row.file_size:
        return "not the file that was promised"
    if not row.apart:
        return row.sha256
    with ZipFile(path) as archive:
        told = [(name, archive.read(name)) for name in archive.namelist()]
    return hashlib.sha256(repr(told).encode()).hexdigest()


def _problems(url: str, var: Path, turns: int, expected: list[tuple[Any, ...]]) -> Iterator[str]:
    found = _made(url, var)
    if len(found) != turns:
        yield f"{len(found)} exports of {turns}"
    wrong = [n for n, one in enumerate(found) if one != expected[n % len(ASKED)]]
    if wrong:
        yield f"{len(wrong)} exports are not what they should be: {found[wrong[0]]}"
    database = Database(url)
    with database.reading() as db:
        read = db.scalars(
            select(AuditEvent.object_id).where(AuditEvent.action == "consumption.exported")
        )
        times = set(Counter(read).values())
        named = list(db.scalars(select(Export.stored_name)))
        reaches = Counter(db.scalars(select(ExportedPce.export_id)))
    database.close()
    if times != {turns}:
        yield f"PCE logged {sorted(times)} times instead of {turns}"
    if set(reaches.values()) != {PCES}:
        yield f"PCE of an export: {set(reaches.values())} instead of {PCES}"
    left = [path.name for path in folder_of(var).rglob("*") if path.is_file()]
    if sorted(left) != sorted(named):
        yield f"{len(left)} files for {len(named)} exports"
