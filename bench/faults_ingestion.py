"""Kill the ingestion at random: nothing is lost, nothing is doubled.

Files are deposited, a process stores them and is ended with SIGKILL at a random moment. Whatever is
left half-way is taken up by the next process. In the end every table is compared with those of a
portal that nobody disturbed, and so are the counts of every run. One file in four has published
periods: they stand for the days of the sites without readings.
"""

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bench.kills import Verdict, compare, emptied, preload, quiet, run_and_kill
from core.access import OrganisationKind, Role, Viewer
from core.database import Database
from core.queue_models import QueueItem
from core.queue_types import ItemState
from data.identity.accounts.models import Organisation, User
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import differing_months, differing_shares, last_pce
from data.metering.consumption.files.adict_writer import period_line
from data.metering.consumption.models import (
    ConsumptionPeriod,
    MonthlyConsumption,
    PeriodDay,
    Reading,
    ReadingRevision,
)
from data.metering.consumption.types import PeriodKind, PeriodStatement, Quality, Status
from data.metering.pces.models import Pce
from data.runs.actions import STORE_DEPOSIT, accept_oddities, confirm, open_run, undo_deposit
from data.runs.files import Incoming, folder_of
from data.runs.models import Run, RunDelivery
from data.runs.queries import MAX_ROWS, count_waiting, list_runs
from data.runs.types import DepositLimits, RunState
from tests.queue_work import work_runs as work

START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=2)  # between two processes: the run of the one before is free again
STAFF = Viewer(1, 1, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER, START.date())
TABLES = (Reading, ReadingRevision, MonthlyConsumption, ConsumptionPeriod, PeriodDay)
PCES, DAYS, STEP = 12, 90, 5  # a file; the next one starts that many days later
PUBLISHED = 4  # one file in so many has periods
PERIOD_SITES = range(PCES - 2, PCES + 4)  # of which the first two have readings as well
PERIODS, LENGTH = 6, timedelta(days=30)
UNDONE = 3  # one file in so many is taken back
FIRST = date(2024, 1, 1)
HEAD = (
    "PCE;Alias;Journée gazière;Index début (m3);Index fin (m3);Volume (m3);Energie (kWh PCS);"
    "Coefficient;Température (°C);Qualification;Statut"
)


def story(turn: int) -> bytes:
    """File number *turn*: it overlaps the ones before, corrects some days and misses others."""
    if turn % PUBLISHED == 0:
        lines = [_period(turn, site, place) for site in PERIOD_SITES for place in range(PERIODS)]
        return "\n".join(lines).encode()
    days = range(turn * STEP, turn * STEP + DAYS)
    lines = [_line(turn, site, place) for site in range(PCES) for place in days]
    return "\n".join([HEAD, *lines]).encode()


def _line(turn: int, site: int, place: int) -> str:
    chance = random.Random(f"{site}/{place}/{turn}")
    volume = (place * 7 + site * 3) % 9
    end = sum((day * 7 + site * 3) % 9 for day in range(place + 1))
    energy = volume * 11 + (chance.random() < 0.1)  # one day in ten is restated
    day = (FIRST + timedelta(days=place)).isoformat()
    number = _number(site)
    if chance.random() < 0.05:
        return f"{number};;{day};;;;;;;Absence de Données;"
    values = f"{end - volume};{end};{volume};{energy};11,05;{place % 30}"
    return f"{number};;{day};{values};Mesuré;{'Définitive' if turn % 3 else 'Provisoire'}"


def _period(turn: int, site: int, place: int) -> str:
    first = FIRST + LENGTH * (turn // PUBLISHED % 3 + place)
    energy = 1000 * random.Random(f"{site}/{first}/{turn // 12}").randrange(900)
    period = PeriodStatement(
        PeriodKind.PUBLISHED,
        *(first, first + LENGTH - timedelta(days=1), energy, energy // 11),
        *(None,) * 3,
        Quality.MEASURED,
        Status.UNKNOWN,
    )
    return json.dumps({"pce": {"id_pce": _number(site)}} | period_line(period))


def _number(site: int) -> str:
    return f"0999999992{site:04d}"


def prepare(database: Database) -> None:
    """An empty portal with one person who may deposit."""
    emptied(database)
    with database.transaction() as db:
        db.add(
            Organisation(id=1, name="Réseau", kind=OrganisationKind.DISTRIBUTOR, created_at=START)
        )
        db.flush()
        db.add(
            User(
                id=1,
                organisation_id=1,
                email="dora@reseau.example",
                name="Dora",
                role=Role.ACCOUNT_MANAGER,
                password_hash="!",
                password_changed_at=START,
                created_at=START,
            )
        )


def deposit(database: Database, var: Path, turn: int, now: datetime) -> None:
    file = Incoming(folder_of(var), DepositLimits().file_octets)
    file.write(story(turn))
    kept = file.keep(f"{turn}.csv")
    with database.transaction() as db:
        open_run(db, STAFF, kept, now=now)


def ingest(url: str, var: Path, now: datetime, ready: Any) -> None:
    """The process that is killed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    ready.set()
    take_all(database, var, now)


def take_all(database: Database, var: Path, now: datetime) -> None:
    """Check, confirm and store what waits, and undo one in three; the oldest goes on first."""
    for _step in range(3):
        hand_over(database, now)
        work(database, var, now)


def hand_over(database: Database, now: datetime) -> None:
    """As whoever deposited the files would: confirm each that is checked, take some back."""
    with database.transaction() as db:
        for run in list_runs(db, STAFF, MAX_ROWS):
            if run.state is RunState.DRAFT:
                accept_oddities(db, STAFF, run.id)
                confirm(db, STAFF, run.id, version=run.version, now=now)
            elif run.state is RunState.DONE and not run.id % UNDONE:
                undo_deposit(db, STAFF, run.id, now=now)


def disturb(url: str, var: Path, kills: int, seed: int) -> tuple[int, int]:
    """Ingest under *kills* SIGKILL, then in peace; how many files, and kills that hit a run.

    A file that kills its worker too many times in a row, and not a delivery stored, is given up:
    the kills of chance stop before that.
    """
    chance, database = random.Random(seed), Database(url)
    prepare(database)
    files = halfway = done = turn = 0
    usual = 0.0  # seconds that a process takes for a whole file: the first one is left in peace
    while done < kills:
        turn += 1
        now = START + turn * DEAD
        if not _count(database, _count_unfinished):
            deposit(database, var, files, now)
            files += 1
        spared = not usual or _count(database, _claims) >= STORE_DEPOSIT.policy.max_attempts - 1
        after = None if spared else chance.uniform(0, 1.2 * usual)
        database.close()  # nothing is shared with the process to come
        took = run_and_kill(ingest, (url, var, now), after)
        if took is None:
            done += 1
            halfway += _count(database, _begun)
        else:
            usual = max(usual, took)
    take_all(database, var, START + (turn + 1) * DEAD)
    database.close()
    return files, halfway


def _count(database: Database, query: Callable[[Session], int]) -> int:
    with database.reading() as db:
        return query(db)


def _count_unfinished(db: Session) -> int:
    """Runs still to be checked, confirmed, stored or taken back.

    A file checked before the one in front of it is settled rightly counts other days as new.
    """
    runs = list_runs(db, STAFF, MAX_ROWS)
    drafts = sum(run.state is RunState.DRAFT for run in runs)
    to_undo = sum(run.state is RunState.DONE and not run.id % UNDONE for run in runs)
    return count_waiting(db) + drafts + to_undo


def _begun(db: Session) -> int:
    begun = select(func.count()).where(Run.state == RunState.WORKING, Run.done < Run.total)
    return db.scalar(begun) or 0


def _claims(db: Session) -> int:
    leased = select(func.max(QueueItem.attempts)).where(QueueItem.state == ItemState.LEASED)
    return db.scalar(leased) or 0


def undisturbed(url: str, var: Path, files: int) -> None:
    database = Database(url)
    prepare(database)
    for turn in range(files):
        deposit(database, var, turn, START)
        take_all(database, var, START)
    database.close()


def tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must not depend on the kills, PCE by their number."""
    database, found = Database(url), {}
    with database.reading() as db:
        for model in TABLES:
            table = model.__table__
            columns = [c for c in table.c if c.name not in {"pce_id", "learnt_at", "told"}]
            query = select(Pce.number, *columns).join(table, table.c.pce_id == Pce.id)
            found[str(table.name)] = sorted(map(tuple, db.execute(query)), key=repr)
        pces = select(Pce.number, Pce.data_until, Pce.search).order_by(Pce.number)
        found["pces"] = list(map(tuple, db.execute(pces)))
        runs = select(Run.id, Run.state, Run.done, Run.total, Run.counts).order_by(Run.id)
        found["runs"] = list(map(tuple, db.execute(runs)))
        parts = select(RunDelivery.__table__).order_by(RunDelivery.run_id, RunDelivery.place)
        found["run_deliveries"] = list(map(tuple, db.execute(parts)))
        events = select(AuditEvent.action, AuditEvent.object_id).order_by(
            AuditEvent.action, AuditEvent.object_id
        )
        found["audit_events"] = list(map(tuple, db.execute(events)))
        found["roll-up"] = list(map(tuple, differing_months(db, 0, last_pce(db))))
        found["shares"] = [(pce_id,) for pce_id in differing_shares(db, 0, last_pce(db))]
    database.close()
    return found


def torment(urls: tuple[str, str], place: Path, kills: int, seed: int) -> Verdict:
    """Disturb the first database, leave the second in peace, and compare."""
    preload("jobs.runs", "data.migrations")
    begin = time.monotonic()
    with quiet():
        files, halfway = disturb(urls[0], place / "disturbed", kills, seed)
        undisturbed(urls[1], place / "undisturbed", files)
    one, other = tables(urls[0]), tables(urls[1])
    took = time.monotonic() - begin
    problems = list(compare(one, other))
    if one["roll-up"]:
        problems.append(f"{len(one['roll-up'])} months of the roll-up differ from their days")
    if one["shares"]:
        problems.append(f"{len(one['shares'])} PCE whose shares differ from their periods")
    if not one["period_days"]:
        problems.append("no period stood for a day")
    return Verdict(kills, halfway, files, len(one["readings"]), tuple(problems), took)
