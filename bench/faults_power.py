"""Cut the power at random: nothing that somebody was told is done is undone.

A process deposits files, confirms imports, keeps proofs, revokes rights and writes the journal
through the product's own actions, and says so after each. It is killed at a
random moment and what it had not synced is thrown away (`power_cut.py`). Whatever it had said must
then be in the database, and each file that a row names on the disk.

PostgreSQL syncs by itself: there it is asked whether each commit waits for the disk.
"""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from statistics import median

import structlog
from sqlalchemy import insert, select, text

from bench import faults_imports
from bench.faults_hooks import right_of
from bench.faults_imports import ASKER, prepare_asker
from bench.faults_ingestion import STAFF, START
from bench.kills import Verdict
from bench.power_cut import Disk
from data.audit.actions import note
from data.audit.models import AuditEvent
from data.controls.files.storage import Folder
from data.controls.files.storage import folder_of as proofs_of
from data.db import Database
from data.errors import Unreadable
from data.pces.models import Pce
from data.pces.types import Frequency
from data.rights.actions import revoke
from data.rights.models import AccessRight
from data.rights.types import RightState
from data.runs.actions import open_run
from data.runs.files import Incoming, folder_of, read_kept
from data.runs.models import Run
from data.runs.types import Limits, RunState

ROOT = Path(__file__).parent.parent
RIGHTS = 4000
PROOF, JOURNAL = "power.proof", "power.journal"
Act = Callable[[Database, Path, int], object]


def prepare(database: Database) -> None:
    prepare_asker(database)
    rights = [right_of(place, 2) | {"state": RightState.ACTIVE} for place in range(RIGHTS)]
    facts = dict.fromkeys(("alias", "street", "postal_code", "city", "search"), "")
    with database.transaction() as db:
        db.add(Pce(number="09999999910001", frequency=Frequency.DAILY, tariff="T3", **facts))
        db.flush()
        db.execute(insert(AccessRight), rights)


def _deposit(database: Database, var: Path, number: int) -> object:
    file = Incoming(folder_of(var), Limits().file_octets)
    file.write(f"PCE;{number}".encode())
    kept = file.keep(f"{number}.txt")
    with database.transaction() as db:
        return open_run(db, STAFF, kept, now=START)


def _import(database: Database, var: Path, number: int) -> object:
    faults_imports.LINES = 20
    return faults_imports.deposit(database, var, number)


def _proof(database: Database, var: Path, number: int) -> object:
    key = Folder(proofs_of(var)).put(f"proof {number}".encode())
    with database.transaction() as db:
        return note(db, START, PROOF, ("piece", key), detail={"act": number})


def _journal(database: Database, _var: Path, number: int) -> object:
    with database.transaction() as db:
        return note(db, START, JOURNAL, ("act", number))


def _revoke(database: Database, _var: Path, number: int) -> object:
    with database.transaction() as db:
        return revoke(db, ASKER, [f"r{number}"], now=START)


ACTS: dict[str, Act] = {
    "deposit": _deposit,
    "import": _import,
    "proof": _proof,
    "journal": _journal,
    "revoke": _revoke,
}


def act(url: str, var: Path, first: int) -> None:
    """The process that is killed: each act, then the word that it is done."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    os.write(1, b"ready 0\n")
    for number in range(first, RIGHTS):
        for name, do in ACTS.items():
            do(database, var, number)
            os.write(1, f"{name} {number}\n".encode())


def torment(place: Path, cuts: int, seed: int) -> Verdict:
    """So many power cuts in the folder *place*."""
    begin, chance = time.monotonic(), random.Random(seed)
    var = place / "var"
    var.mkdir(parents=True)
    url = f"sqlite:///{var}/portal.db"
    database = Database(url)
    prepare(database)
    database.close()
    disk, told, first, halfway, problems = Disk(var), [], 0, 0, []
    for _cut in range(cuts):
        said = _until_cut(disk, url, var, first, (chance.randint(1, 25), chance.uniform(0, 0.1)))
        halfway += bool(said)
        told += said
        disk.put_back()
        problems += lost(url, var, told)
        first = 2 + max((number for _name, number in told), default=first)
    syncs = disk.syncs
    disk.close()
    took = time.monotonic() - begin
    return Verdict(cuts, halfway, len(told), syncs, tuple(problems), took)


def _until_cut(
    disk: Disk, url: str, var: Path, first: int, after: tuple[int, float]
) -> list[tuple[str, int]]:
    """The acts that a process said were done, killed after so many of them, and so many seconds."""
    disk.accept()
    command = [sys.executable, "-m", "bench.faults_power", url, str(var), str(first)]
    with subprocess.Popen(command, env=disk.environment, cwd=ROOT, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        words = [child.stdout.readline() for _act in range(1 + after[0])]
        time.sleep(after[1])
        child.send_signal(signal.SIGKILL)
        words += child.stdout.read().splitlines()
    said = [word.decode().split() for word in words if word]
    return [(name, int(number)) for name, number in said if name in ACTS]


def lost(url: str, var: Path, told: list[tuple[str, int]]) -> Iterator[str]:
    """What was said to be done, and is not."""
    database = Database(url)
    with database.reading() as db:
        damage = db.scalar(text("PRAGMA quick_check")) if database.sqlite else "ok"
        runs = {run.file_name: run for run in db.scalars(select(Run))}
        written = select(AuditEvent.object_id)
        proofs = select(AuditEvent.object_id, AuditEvent.detail).where(AuditEvent.action == PROOF)
        keys = {detail["act"]: key for key, detail in db.execute(proofs)}
        notes = set(db.scalars(written.where(AuditEvent.action == JOURNAL)))
        final = [state for state in RightState if state.final]
        over = set(db.scalars(select(AccessRight.uid).where(AccessRight.state.in_(final))))
    database.close()
    if damage != "ok":
        yield f"the database is damaged: {damage}"
    yield from _unreadable(var, runs.values(), keys.values())
    stands = {
        "deposit": lambda number: f"{number}.txt" in runs,
        "import": lambda number: runs[f"{number}.csv"].state is not RunState.DRAFT,
        "proof": keys.__contains__,
        "journal": lambda number: str(number) in notes,
        "revoke": lambda number: f"r{number}" in over,
    }
    for name, number in told:
        try:
            done = stands[name](number)
        except KeyError:
            done = False
        if not done:
            yield f"{name} {number} was said to be done"


def _unreadable(var: Path, runs: Iterable[Run], keys: Iterable[str]) -> Iterator[str]:
    """The files that a row names, and that are not there whole."""
    for run in runs:
        if not run.stored_name:
            continue  # it was read to its end
        try:
            read_kept(folder_of(var), run.stored_name, run.sha256)
        except Unreadable:
            yield f"the file of {run.file_name} is gone"
    for key in keys:
        try:
            Folder(proofs_of(var)).get(key)
        except Unreadable:
            yield f"the proof {key} is gone"


def costs(place: Path, commits: int = 300) -> Mapping[str, tuple[float, float]]:
    """The median and the slowest twentieth of a commit, in ms, as SQLite syncs or does not."""
    found = {}
    for synchronous in ("NORMAL", "FULL"):
        with closing(sqlite3.connect(place / f"{synchronous}.db", isolation_level=None)) as driver:
            for word in ("journal_mode=WAL", f"synchronous={synchronous}"):
                driver.execute(f"PRAGMA {word}")
            driver.execute("CREATE TABLE acts (said TEXT)")
            times = sorted(_commit(driver) for _one in range(commits))
        found[synchronous] = 1000 * median(times), 1000 * times[commits * 19 // 20]
    return found


def _commit(driver: sqlite3.Connection) -> float:
    begin = time.monotonic()
    driver.execute("BEGIN IMMEDIATE")
    driver.execute("INSERT INTO acts VALUES (?)", ("done " * 40,))
    driver.execute("COMMIT")
    return time.monotonic() - begin


def waits_for_the_disk(url: str) -> bool:
    """Whether each commit on PostgreSQL does."""
    database = Database(url)
    with database.transaction() as db:
        found = db.scalar(text("SHOW synchronous_commit"))
    database.close()
    return found == "on"


if __name__ == "__main__":
    act(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
