"""What every proof by `kill -9` does: empty a portal, kill a process at random, compare."""

import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from typing import Any

import structlog
from sqlalchemy import text

from core.database import Base, Database
from data.migrations import upgrade

_FORK = get_context("forkserver")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the kills did."""

    kills: int
    halfway: int  # of them, those that left something begun and not ended
    turns: int  # files, nights, alerts or exports
    rows: int  # readings, notices or rights kept, mails said twice, or PCE read
    problems: tuple[str, ...]
    seconds: float


def preload(*modules: str) -> None:
    """What each process to be killed needs, imported once; the program, which each runs, too."""
    ours = [name for name in sys.modules if name.startswith("bench.")]
    _FORK.set_forkserver_preload([*modules, *ours])


def emptied(database: Database) -> None:
    """The schema, and nothing in it."""
    upgrade(database)
    if not database.sqlite:
        names = ", ".join(table.name for table in Base.metadata.sorted_tables)
        with database.transaction() as db:
            db.execute(text("SET LOCAL session_replication_role = replica"))  # the journal's too
            db.execute(text(f"TRUNCATE {names} RESTART IDENTITY CASCADE"))


def run_and_kill(
    target: Callable[..., None], job: tuple[Any, ...], after: float | None
) -> float | None:
    """Seconds that *target* took to end by itself, None when it was killed before, after *after*.

    It is given *job*, then an event to set once it is ready: killing begins there.
    """
    ready = _FORK.Event()
    child = _FORK.Process(target=target, args=(*job, ready))
    child.start()
    ready.wait(60)
    begin = time.monotonic()
    child.join(after)
    if child.is_alive():
        child.kill()
        child.join()
    return None if child.exitcode else time.monotonic() - begin


def by_waves(
    database: Database,
    target: Callable[..., None],
    where: str,
    left: Callable[[Database], int],
    *,
    least: tuple[int, int],
    seed: int,
) -> tuple[int, int, int]:
    """Waves of work under kills: how many kills, those that *left* something, and waves done.

    *target* is given the database's address, *where* it sends, the numbers of the wave and of the
    process. At *least* so many kills and waves; the first wave and the last are left in peace.
    """
    url, chance = database.url.render_as_string(hide_password=False), random.Random(seed)
    done = halfway = waves = turn = 0
    usual = 0.0  # seconds that a process takes for a whole wave
    took: float | None = None
    while took is None or done < least[0] or waves < least[1]:
        turn += 1
        calm = not usual or done >= least[0]
        database.close()  # nothing is shared with the process to come
        job = url, where, waves, turn
        took = run_and_kill(target, job, None if calm else chance.uniform(0, 1.2 * usual))
        if took is None:
            done += 1
            halfway += left(database) > 0
        else:
            usual = max(usual, took)
            waves += 1
    return done, halfway, waves


def compare(one: dict[str, list[Any]], other: dict[str, list[Any]]) -> Iterator[str]:
    """What differs, in words."""
    for name, rows in one.items():
        if rows != other[name]:
            lost = sum(row not in rows for row in other[name])
            added = sum(row not in other[name] for row in rows)
            yield f"{name}: {lost} lost or wrong, {added} doubled or wrong"


@contextmanager
def quiet() -> Iterator[None]:
    """The runs that end well need no line each."""
    before = structlog.get_config()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    try:
        yield
    finally:
        structlog.configure(**before)
