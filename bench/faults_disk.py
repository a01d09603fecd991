"""Fill the disk under a portal: a sentence each time, and nothing lost.

The portal works on a file system of its own, a few megabytes of memory, which is filled to a random
octet. People sign in, deposit files, confirm imports, keep proofs and revoke rights; the job of
deposits works. Whatever fails must be told as a full disk. Once there is room again the same works,
and all that was said to be done is there.
"""

import os
import random
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

import app
from bench.faults_ingestion import START
from bench.faults_power import ACTS, lost, prepare
from bench.kills import Verdict, quiet
from core.database import Database
from core.errors import StorageFull
from core.outages import outage_of
from core.settings import Settings
from data.runs.models import Run
from data.runs.types import RunState
from tests.queue_work import work_runs as work

MISSING = "no file system can be mounted here: no disk can be filled"
MEGABYTES = {"sqlite": 24, "postgresql": 160}
ROOM = 150_000  # octets left at most: some acts pass
TRIES = 1_000  # more than there are fills, so that none is refused for the tries before it


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path | None]:
    """A file system of its own; None where it cannot be mounted."""
    place.mkdir(parents=True)
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", place]
    if os.geteuid() or subprocess.run(command, check=False, capture_output=True).returncode:
        yield None
        return
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def torment(url: str, disk: Path, fills: int, seed: int) -> Verdict:
    """Fill the *disk*, which holds the database and the files, so many times."""
    begin, chance = time.monotonic(), random.Random(seed)
    database, var = Database(url), disk / "var"
    var.mkdir()
    prepare(database)
    told: list[tuple[str, int]] = []
    problems: list[str] = []
    refused = number = 0
    for _fill in range(fills):
        _take_room(disk, chance.randint(0, ROOM))
        with quiet():
            for _turn in range(4):
                number += 1
                for name in chance.sample(sorted(ACTS), len(ACTS)):
                    said = _said_of(lambda name=name, at=number: ACTS[name](database, var, at))
                    refused += said is not None
                    if said is None:
                        told.append((name, number))
                    elif said:
                        problems.append(f"{name}: {said}")
            said = [_said_of(lambda: work(database, var, START)), _sign_in(database, var)]
            problems += filter(None, said)
        (disk / "filler").unlink()
    with quiet():
        work(database, var, datetime.now(UTC))
    problems += lost(url, var, told)
    problems += _not_done(database)
    database.close()
    return Verdict(fills, refused, number, len(told), tuple(problems), time.monotonic() - begin)


def _take_room(disk: Path, left: int) -> None:
    """Fill the disk but for so many octets."""
    with (disk / "filler").open("wb") as file:
        while (free := shutil.disk_usage(disk).free - left) > 0:
            try:
                file.write(b"\0" * min(free, 65_536))
                file.flush()
            except OSError:
                return


def _said_of(do: Callable[[], object]) -> str | None:
    """None when it is done, "" when a full disk is told, else what was told instead."""
    try:
        do()
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told)
        return "" if isinstance(outage_of(error), StorageFull) else repr(error)
    return None


def _sign_in(database: Database, var: Path) -> str | None:
    """What is wrong with the answer to who signs in: neither the usual one nor a sentence."""
    settings = Settings(var=var, secret_key="k" * 48, login_tries=TRIES)
    client = app.create_app(settings, database).server.test_client()
    client.get("/connexion", headers={"Accept": "text/html"})
    token = client.get_cookie("_csrf_token")
    form = {"email": "dora@reseau.example", "password": "non"}
    form["csrf_token"] = token.value if token else ""
    answer = client.post("/connexion", data=form, headers={"Accept": "text/html"})
    told = answer.status_code == 507 and "disque" in answer.text
    good = told or answer.status_code in {401, 422}
    return None if good else f"signing in: {answer.status_code}"


def _not_done(database: Database) -> Iterator[str]:
    with database.reading() as db:
        for run in db.scalars(select(Run)):
            if run.state is RunState.REFUSED and "disque" in str(run.problem):
                yield f"{run.file_name} was refused for the full disk"
