"""Start a whole portal as an operator does, with a small demo."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select, update

from core.database import Database
from data.identity.accounts.models import Organisation, User
from data.metering.consumption.models import Reading
from data.metering.pces.models import Pce
from tests.architecture.sources import ROOT
from tests.choosing import EVERY_WAY

WAIT = 60


@dataclass(frozen=True, slots=True)
class Portal:
    """A running portal: its address, its folder, its database and the password of its demo.

    `mapped` lists the files that its processes had in memory once it answered.
    """

    url: str
    var: Path
    password: str
    database: Database
    mapped: frozenset[str]

    def prefer(self, email: str, language: str, theme: str) -> None:
        """Set the language and the theme of *email*, as the user menu does."""
        with self.database.transaction() as db:
            chosen = update(User).where(User.email == email)
            db.execute(chosen.values(language=language, theme=theme))

    def disable(self, email: str) -> None:
        with self.database.transaction() as db:
            gone = update(User).where(User.email == email)
            db.execute(gone.values(disabled_at=datetime.now(UTC)))

    def enable(self, email: str) -> None:
        with self.database.transaction() as db:
            db.execute(update(User).where(User.email == email).values(disabled_at=None))

    def held_by(self, email: str) -> list[str]:
        """Return the numbers of the PCEs with daily data that the organisation of *email* holds."""
        held = (
            select(Pce.number)
            .join(User, User.organisation_id == Pce.holder_id)
            .where(User.email == email)
            .where(select(Reading.pce_id).where(Reading.pce_id == Pce.id).exists())
            .order_by(Pce.number)
        )
        with self.database.reading() as db:
            return list(db.scalars(held))

    def name_of(self, number: str) -> str:
        with self.database.reading() as db:
            return str(db.scalar(select(Pce.alias).where(Pce.number == number)))

    def organisation_of(self, email: str) -> str:
        found = select(Organisation.name).join(User).where(User.email == email)
        with self.database.reading() as db:
            return str(db.scalar(found))


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def settings(var: Path, port: int, **more: str) -> dict[str, str]:
    return os.environ | {
        "PORTAL_VAR": str(var),
        "PORTAL_HOST": "127.0.0.1",
        "PORTAL_PORT": str(port),
        "PORTAL_LOGIN_TRIES": "1000",
        "PORTAL_WORKERS": "2" if EVERY_WAY else "1",  # one more to start, and no busier
        "PORTAL_TICK": "2",  # nobody waits for a mail or a threshold
        "PORTAL_DEMO": "true",  # whose accounts are spared a second factor; the demo is there
        **more,
    }


@contextmanager
def started(
    var: Path, *, pces: int, years: int = 3, port: int = 0, **more: str
) -> Iterator[Portal]:
    """Load a demo into *var* unless it is there, serve it, and stop every process at the end."""
    var.mkdir(parents=True, exist_ok=True)
    bundles = ROOT / "var" / "static"
    if bundles.exists() and not (var / "static").exists():
        (var / "static").symlink_to(bundles)
    port = port or free_port()
    env = settings(var, port, **more)
    if not (var / "portal.db").exists():
        demo = [sys.executable, "-m", "jobs", "demo", f"--pces={pces}", f"--years={years}"]
        subprocess.run(demo, cwd=ROOT, env=env, check=True, capture_output=True)
    with (var / "serve.log").open("w", encoding="utf8") as log:
        served = subprocess.Popen(
            [sys.executable, "-m", "jobs", "serve"],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    database = Database(f"sqlite:///{(var / 'portal.db').resolve()}")
    try:
        url = f"http://127.0.0.1:{port}"
        await_health(url, served, var / "serve.log")
        password = (var / "demo-password").read_text("utf8").strip()
        yield Portal(url, var, password, database, mapped_by(served.pid))
    finally:
        database.close()
        stop(served)


def await_health(url: str, served: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + WAIT
    while time.monotonic() < until and served.poll() is None:
        try:
            with urllib.request.urlopen(f"{url}/health", timeout=2) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"the portal did not start:\n{log.read_text('utf8')[-3000:]}")


def mapped_by(pid: int) -> frozenset[str]:
    """Return the files in the memory of a process and of those that it started."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    mapped = frozenset(line.split()[-1] for line in lines if "/" in line)
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return mapped.union(*(mapped_by(int(child)) for child in children))


def stop(served: subprocess.Popen[bytes]) -> None:
    """Stop the process group of *served*: SIGTERM, then SIGKILL."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(served.pid, sign)
        except ProcessLookupError:
            break
        try:
            served.wait(10)
        except subprocess.TimeoutExpired:
            continue
    served.wait()
