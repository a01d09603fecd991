"""Write personal data archives, carry out erasures, and apply retention periods each night."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from core import log
from core.database import Database
from core.file_age import modified_before
from core.queue_handlers import Postponement, Success, WorkContext, WorkHandler, WorkOutcome
from core.queue_types import ClaimedItem
from data.administration.people.actions import forget_invitations
from data.administration.subjects import actions
from data.administration.subjects.actions.retention import BLOCK
from data.administration.subjects.files import (
    draft_in,
    folder_of,
    forget,
    keep,
    names_in,
    write_archive,
)
from data.administration.subjects.queries import unscoped
from data.administration.subjects.queries.extracts import iter_extracts
from data.administration.subjects.rules.classes import RULES
from data.administration.subjects.types import (
    ClassRule,
    DataClass,
    MadeArchive,
    Periods,
    RetentionVerdict,
)
from data.identity.accounts.actions import purge_sessions
from data.identity.accounts.types import SessionLimits
from jobs import exports, runs

ORPHAN = timedelta(hours=1)  # age from which a file without a request is deleted


@dataclass(frozen=True, slots=True)
class Keeping:
    """What the nightly deletion needs of this portal."""

    database: Database
    var: Path
    limits: SessionLimits
    periods: Periods


def archive_handler(var: Path, read_periods: Callable[[], Periods]) -> WorkHandler:
    """Return the handler that makes the requested archives."""
    folder = folder_of(var)

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        return _make_archive(item, context, folder, read_periods())

    def give_up(db: Session, item: ClaimedItem, _error: str, now: datetime) -> None:
        actions.fail(db, item.payload["request"], now)

    return WorkHandler(actions.MAKE_ARCHIVE, run, give_up)


def _make_archive(
    item: ClaimedItem, context: WorkContext, folder: Path, periods: Periods
) -> WorkOutcome:
    """Write the archive of a request; a draft left by a crash is purged."""
    draft = draft_in(folder)
    try:
        with context.database.reading() as db:
            order = unscoped.find_archive_order(db, item.payload["request"])
            if order is None:
                return Success()
            rows = iter_extracts(db, order.subject)
            counts = write_archive(draft, rows, order.subject.email, periods, context.now())
        archive = MadeArchive(*keep(draft), counts)
    except OSError as error:  # most often a full disk, which is no bug
        return Postponement(str(error))
    finally:
        draft.unlink(missing_ok=True)
    now = context.now()
    until = now + timedelta(days=periods.file_days)
    return Success(lambda db: actions.finish(db, order, archive, kept_until=until, now=now))


def erase_due(database: Database, var: Path, now: datetime) -> int:
    """Do the due erasures, each in one transaction; return how many."""
    with database.reading() as db:
        due = unscoped.list_due(db, now)
    done = 0
    for request_id in due:
        with database.transaction() as db:
            done += actions.erase(db, request_id, now=now)
    if done:
        purge(database, var, now, at_once=True)
        exports.purge(database, var, now)
    return done


def purge(database: Database, var: Path, now: datetime, *, at_once: bool = False) -> int:
    """Delete expired archives, and files without a request; return how many.

    A file just written may await its commit, so younger files are kept: for an hour, or a minute
    with `at_once`.
    """
    folder = folder_of(var)
    with database.transaction() as db:
        over = set(actions.expire_archives(db, now))
    names = names_in(folder)
    with database.reading() as db:
        known_names = unscoped.list_archive_names(db)
    spare = timedelta(minutes=1) if at_once else ORPHAN
    if not names:
        return 0
    limit = modified_before(folder, spare)
    orphans = [n for n in set(names) - known_names if n in over or names[n].stat().st_mtime < limit]
    for name in orphans:
        forget(folder, name)
    return len(orphans)


def keep_nothing_old(portal: Keeping, now: datetime) -> int:
    """Delete expired data, class by class, and write the report; return how many rows.

    Each block is a transaction: if killed, the next night goes on. A class that fails does not stop
    the others, and is reported, also by `/health`.
    """
    return sum(_see_to(portal, rule, now) for rule in RULES if rule.key in unscoped.AGES)


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
        remaining_count, overdue_count, oldest = unscoped.count_retained_rows(db, rule.key, before)
        actions.record(
            db,
            RetentionVerdict(rule.key, erased, remaining_count, overdue_count, oldest, problem),
            now,
        )
    return erased


def _erase(portal: Keeping, key: DataClass, before: datetime | None, now: datetime) -> int:
    if key is DataClass.FILES:
        return runs.purge(portal.database, portal.var, now) + exports.purge(
            portal.database, portal.var, now
        )
    if before is None:
        return 0
    purge_by_class: dict[DataClass, Callable[..., int]] = {
        DataClass.SESSIONS: lambda db: purge_sessions(db, now, portal.limits),
        DataClass.TRIES: lambda db: actions.forget_tries(db, now),
        DataClass.INVITATIONS: lambda db: forget_invitations(db, now),
        DataClass.ACCOUNT: lambda db: actions.close_old_accounts(db, before, now),
    }
    if key in purge_by_class:
        with portal.database.transaction() as db:
            gone = purge_by_class[key](db)
        if key is DataClass.ACCOUNT:
            return erase_due(portal.database, portal.var, now) if gone else 0
        return gone
    total = 0
    while True:
        with portal.database.transaction() as db:
            gone = actions.delete_old(db, key, before, BLOCK)
        total += gone
        if not gone:
            return total
