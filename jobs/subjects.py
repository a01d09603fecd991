"""Archives of who asked for their data, erasures, and the night that keeps nothing too long."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog

import log
from data.accounts.actions import purge_sessions
from data.accounts.types import SessionLimits
from data.db import Database
from data.file_age import modified_before
from data.people.actions import forget_invitations
from data.subjects import actions
from data.subjects.actions.keeping import BLOCK
from data.subjects.files import draft_in, folder_of, forget, keep, names_in, write_archive
from data.subjects.queries import service
from data.subjects.queries.extracts import extracts_of
from data.subjects.rules.classes import RULES
from data.subjects.types import Claimed, ClassRule, DataClass, Periods, Verdict
from i18n import N_
from jobs import exports, runs
from jobs.clock import Clock, clock_since

ORPHAN = timedelta(hours=1)  # a file that no request refers to, that long after it was written
FULL = N_("Le disque du serveur n’a pas pu prendre cette archive : demandez-la à nouveau.")


@dataclass(frozen=True, slots=True)
class Keeping:
    """What a night needs to know of this portal."""

    database: Database
    var: Path
    limits: SessionLimits
    periods: Periods


def work(database: Database, var: Path, now: datetime, periods: Periods) -> int:
    """Make each archive that waits; how many. Killed at any line, the next call begins it again."""
    clock, made = clock_since(now), 0
    while (one := _claim(database, clock())) is not None:
        _make(database, folder_of(var), one, periods, clock)
        made += 1
    return made


def _claim(database: Database, now: datetime) -> Claimed | None:
    with database.reading() as db:
        if not service.is_waiting(db):
            return None  # most often: no writing transaction for nothing
    with database.transaction() as db:
        return actions.claim(db, now)


def _make(database: Database, folder: Path, one: Claimed, periods: Periods, clock: Clock) -> None:
    draft = draft_in(folder)
    try:
        with database.reading() as db:
            rows = extracts_of(db, one.subject)
            counts = write_archive(draft, rows, one.subject.email, periods, clock())
        file = keep(draft)
    except OSError as error:
        structlog.get_logger().warning("subjects.disk", problem=str(error))
        draft.unlink(missing_ok=True)
        with database.transaction() as db:
            actions.fail(db, one, FULL, clock())
        return
    try:
        with database.transaction() as db:
            actions.finish(db, one, file, counts, periods=periods, now=clock())
    except BaseException:
        forget(folder, file[0])
        raise


def erase_due(database: Database, var: Path, now: datetime) -> int:
    """Do the erasures whose day has come, each in one transaction; how many were done."""
    with database.reading() as db:
        due = service.list_due(db, now)
    done = 0
    for request_id in due:
        with database.transaction() as db:
            done += actions.erase(db, request_id, now=now)
    if done:
        purge(database, var, now, at_once=True)
        exports.purge(database, var, now)
    return done


def purge(database: Database, var: Path, now: datetime, *, at_once: bool = False) -> int:
    """Erase archives past their days, and what no request refers to; how many.

    A file that was just written may await its commit, unless all is to go *at_once* but what is
    younger than a minute.
    """
    folder = folder_of(var)
    with database.transaction() as db:
        over = set(actions.let_go(db, now))
    names = names_in(folder)
    with database.reading() as db:
        known = service.known_files(db)
    spare = timedelta(minutes=1) if at_once else ORPHAN
    if not names:
        return 0
    limit = modified_before(folder, spare)
    orphans = [n for n in set(names) - known if n in over or names[n].stat().st_mtime < limit]
    for name in orphans:
        forget(folder, name)
    return len(orphans)


def keep_nothing_old(portal: Keeping, now: datetime) -> int:
    """Erase what is past its time, class by class, and write the report; how many went.

    Each block is a transaction: killed, the next night goes on. A class that fails leaves the
    others alone, and says so in the report and to `/health`.
    """
    return sum(_see_to(portal, rule, now) for rule in RULES if rule.key in service.AGES)


def _see_to(portal: Keeping, rule: ClassRule, now: datetime) -> int:
    before = rule.lasts(portal.periods).before(now)
    erased, problem = 0, ""
    try:
        erased = _erase(portal, rule.key, before, now)
    except Exception as error:  # noqa: BLE001 (told in the report; the other classes go on)
        problem = type(error).__name__
        structlog.get_logger().exception(
            "subjects.retention_failed", data_class=rule.key.value, reference=log.reference()
        )
    with portal.database.transaction() as db:
        left, held, oldest = service.measure(db, rule.key, before)
        actions.record(db, Verdict(rule.key, erased, left, held, oldest, problem), now)
    return erased


def _erase(portal: Keeping, key: DataClass, before: datetime | None, now: datetime) -> int:
    if key is DataClass.FILES:
        return runs.purge(portal.database, portal.var, now) + exports.purge(
            portal.database, portal.var, now
        )
    if before is None:
        return 0
    known: dict[DataClass, Callable[..., int]] = {
        DataClass.SESSIONS: lambda db: purge_sessions(db, now, portal.limits),
        DataClass.TRIES: lambda db: actions.forget_tries(db, now),
        DataClass.INVITATIONS: lambda db: forget_invitations(db, now),
        DataClass.ACCOUNT: lambda db: actions.close_old_accounts(db, before, now),
    }
    if key in known:
        with portal.database.transaction() as db:
            gone = known[key](db)
        if key is DataClass.ACCOUNT:
            return erase_due(portal.database, portal.var, now) if gone else 0
        return gone
    total = 0
    while True:
        with portal.database.transaction() as db:
            gone = actions.keep(db, key, before, BLOCK)
        total += gone
        if not gone:
            return total
