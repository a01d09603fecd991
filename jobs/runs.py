"""Working through deposited files: each is read whole, then stored delivery by delivery."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from datetime import datetime, timedelta
from pathlib import Path

import structlog

import log
from data.consumption import files
from data.consumption.actions import store
from data.consumption.types import ReadingsFile
from data.db import Database
from data.errors import Conflict, Forbidden, Invalid, PortalError, Unavailable
from data.file_age import modified_before
from data.pces.actions import find_or_create_pce, importable
from data.pces.rules import number_of
from data.rights.types import Delays
from data.runs import actions, queries
from data.runs.files import folder_of, forget, read_kept
from data.runs.rules import KEPT
from data.runs.types import ASKS_PCE, Claimed, RunKind
from i18n import N_, PARIS
from jobs import imports
from jobs.clock import Clock, clock_since

ORPHAN = timedelta(days=1)  # one that no run refers to, that long after it was written


def work(
    database: Database,
    var: Path,
    now: datetime,
    delays: Delays = Delays(),  # noqa: B008 (frozen)
) -> int:
    """Work through every waiting run, the oldest first; how many there were.

    Killed at any line, the next call takes the run up again where it was, its counts exact.
    """
    clock, worked = clock_since(now), 0
    while (run := _claim(database, clock())) is not None:
        _work_on(database, folder_of(var), run, delays, clock)
        worked += 1
    return worked


def _claim(database: Database, now: datetime) -> Claimed | None:
    with database.reading() as db:
        if not queries.count_waiting(db):
            return None  # most often: no writing transaction for nothing
    with database.transaction() as db:
        return actions.claim(db, now)


def _work_on(database: Database, folder: Path, run: Claimed, delays: Delays, clock: Clock) -> None:
    logger = structlog.get_logger().bind(run=run.id)
    try:
        try:
            store = _prepared(database, folder, run, delays, clock)
        except Unavailable:
            raise
        except PortalError as problem:
            with database.transaction() as db:
                needed = actions.refuse(db, run, problem, clock())
            logger.info("runs.refused")
            if not needed:
                forget(folder, run.stored_name)
            return
        deliveries = store()
        forget(folder, run.stored_name)
        logger.info("runs.done", deliveries=deliveries)
    except Conflict:
        logger.warning("runs.taken_over")
    except Unavailable:  # the machine is slow: another call takes the run up again
        logger.warning("runs.put_off")
    except Exception:  # the edge of the job: another call takes the run up again
        logger.exception("runs.failed", reference=log.reference())


def _prepared(
    database: Database, folder: Path, run: Claimed, delays: Delays, clock: Clock
) -> Callable[[], int]:
    """What stores the file, now that it is read; raises what makes it unacceptable."""
    if run.kind is RunKind.RIGHTS:
        lines = imports.prepare(database, folder, run, delays, clock())
        return lambda: imports.store(database, run, lines, delays, clock)
    file, numbers = _prepare(database, folder, run, clock())
    return lambda: _store(database, run, file, numbers, clock)


def _prepare(
    database: Database, folder: Path, run: Claimed, now: datetime
) -> tuple[ReadingsFile, list[str]]:
    """The file read whole, and the PCE of each delivery; raises what makes it unacceptable."""
    content = read_kept(folder, run.stored_name, run.sha256)
    today = now.astimezone(PARIS).date()
    file = files.read(run.file_name, content, today=today)
    numbers = numbers_of(file, run.pce)
    with database.reading() as db:
        viewer = queries.find_depositor(db, run.id, today)
        if viewer is None:
            raise Forbidden(N_("Le compte qui a déposé ce fichier est fermé."))
        if not run.done:  # once begun, it goes to its end
            importable(db, viewer, numbers)
    return file, numbers


def numbers_of(file: ReadingsFile, given: str | None) -> list[str]:
    """The PCE of each delivery: its own, else the one *given* with the file."""
    number = number_of(given) if given else None
    numbers = [delivery.pce or number for delivery in file.deliveries]
    if None in numbers:
        raise Invalid(ASKS_PCE)
    return [number_of(number) for number in numbers if number]


def _store(
    database: Database, run: Claimed, file: ReadingsFile, numbers: list[str], clock: Clock
) -> int:
    total = len(numbers)
    with database.transaction() as db:
        actions.begin(db, run, total, clock())
    for place in range(run.done, total):
        delivery, now = file.deliveries[place], clock()
        with database.transaction() as db:
            pce_id = find_or_create_pce(db, numbers[place], now=now, alias=delivery.alias)
            outcome = store(db, pce_id, delivery, as_of=file.as_of, now=now)
            counts: Mapping[str, int] = asdict(outcome) | {"pces": 1}
            actions.move(db, run, place, counts, clock())
    with database.transaction() as db:
        if file.aside is not None:
            actions.set_aside(db, run, total, file.aside, file.left)
        actions.finish(db, run, total, clock())
    return total


def purge(database: Database, var: Path, now: datetime) -> int:
    """Remove files that waited long enough, and those that no run refers to; how many."""
    folder = folder_of(var)
    names = {path.name: path for path in folder.iterdir()} if folder.is_dir() else {}
    with database.transaction() as db:
        finished = set(actions.let_go(db, now - KEPT)) & set(names)
    with database.reading() as db:
        known = queries.known_files(db, names)
    if not names:
        return 0
    limit = modified_before(folder, ORPHAN)
    orphans = {n for n in set(names) - known - finished if names[n].stat().st_mtime < limit}
    for name in finished | orphans:
        forget(folder, name)
    return len(finished | orphans)
