"""Write the requested exports; a file is offered only once it is complete."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from core.database import Database
from core.errors import Conflict, Forbidden, Invalid, PortalError
from core.file_age import modified_before
from core.i18n import N_, PARIS, using_language
from core.queue import confirm_lease
from core.queue_handlers import Success, WorkContext, WorkHandler, WorkOutcome
from core.queue_types import ClaimedItem
from data.exports import actions
from data.exports.files import ExportDraft, ExportTarget, folder_of, forget, target
from data.exports.files.reports import write_report
from data.exports.files.storage import drop_dead, names_in
from data.exports.queries import unscoped
from data.exports.queries.contents import get_read_period, read_parts
from data.exports.queries.reports import read_report
from data.exports.rules import file_name
from data.exports.types import ExportLimits, ExportOrder, FinishedExport, PceExtract, ReadPeriod
from data.metering.pces.queries import count_chosen, list_scopes, list_scopes_by_id

BLOCK = 50  # PCEs whose rights are read at once
BEAT = 1.0  # seconds between heartbeats
ORPHAN = timedelta(hours=1)  # age from which a file without an export is deleted
_FULL = N_("Le disque du serveur n’a pas pu prendre ce fichier : demandez-le à nouveau plus tard.")


def export_handler(var: Path, read_limits: Callable[[], ExportLimits]) -> WorkHandler:
    """Return the handler that writes the files of exports."""
    folder = folder_of(var)

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        with context.database.reading() as db:
            order = unscoped.find_order(db, item.payload["export"])
        if order is None:
            return Success()
        return _ExportMaking(item, context, folder, order).run(read_limits())

    def give_up(db: Session, item: ClaimedItem, _error: str, now: datetime) -> None:
        actions.fail_for_good(db, item.payload["export"], now)

    return WorkHandler(actions.MAKE_EXPORT, run, give_up)


class _ExportMaking:
    """One export being written. If killed, it starts again: a draft is never offered."""

    def __init__(
        self, item: ClaimedItem, context: WorkContext, folder: Path, export: ExportOrder
    ) -> None:
        self.item = item
        self.database = context.database
        self.clock = context.now
        self.folder = folder
        self.export = export
        self.done = self.rows = 0
        self.read: list[ReadPeriod] = []
        self.beaten = time.monotonic()

    def run(self, limits: ExportLimits) -> WorkOutcome:
        logger = structlog.get_logger().bind(export=self.export.id)
        try:
            viewer = self._asker()
            export_file = self._make(viewer)
        except Conflict:
            logger.info("exports.removed")
            return Success()
        except PortalError as problem:
            logger.info("exports.failed")
            return self._failure(problem)
        except OSError as error:
            logger.warning("exports.disk", problem=str(error))
            return self._failure(Invalid(_FULL))
        logger.info("exports.made", rows=self.rows)
        return Success(lambda db: self._offer(db, viewer, export_file, limits))

    def _offer(
        self, db: Session, viewer: Viewer, made: FinishedExport, limits: ExportLimits
    ) -> None:
        if not actions.finish(db, viewer, self.export, made, limits=limits, now=self.clock()):
            forget(self.folder, made.stored_name)

    def _failure(self, problem: PortalError) -> Success:
        """Record the error message: trying again would give the same error."""
        now = self.clock()
        return Success(lambda db: actions.fail(db, self.export, problem, now))

    def _make(self, viewer: Viewer) -> FinishedExport:
        draft = ExportDraft(self.folder, self.export)
        try:
            self._write(viewer, draft)
            name, size, digest = draft.keep()
        finally:
            draft.drop()
        return FinishedExport(name, file_name(self.export.wanted), size, digest, self.rows)

    def _asker(self) -> Viewer:
        """Return the person who requested the export, with their current rights."""
        today = self.clock().astimezone(PARIS).date()
        with self.database.reading() as db:
            viewer = unscoped.find_asker(db, self.export.id, today)
        if viewer is None:
            raise Forbidden(N_("Le compte qui a demandé cet export est fermé."))
        viewer.require(Permission.CONSUMPTION_EXPORT)
        viewer.require_contract()
        return viewer

    def _write(self, viewer: Viewer, draft: ExportDraft) -> None:
        with self.database.reading() as db:
            total = count_chosen(db, viewer, self.export.wanted.choice)
            self._note(lambda other: actions.begin(other, self.export, total, self.clock()))
            if self.export.wanted.content.is_report:
                self._write_report(db, viewer, draft.path)
            else:
                self._write_parts(db, viewer, draft.path)
        if not self.rows:
            raise Invalid(
                N_("Il n’y a plus rien à exporter : les droits ou les données ont changé.")
            )
        self._beat()

    def _write_report(self, db: Session, viewer: Viewer, path: Path) -> None:
        """Write a report in the language of its asker, of what they may read now."""
        spec = self.export.wanted
        report = read_report(db, viewer, spec)
        if report.rows:
            with using_language(viewer.language):
                write_report(report, path)
        self.rows = report.rows
        scopes = list_scopes_by_id(db, viewer, report.pce_ids)
        self.read += [get_read_period(spec, scope) for scope in scopes]
        self.done = len(scopes)

    def _write_parts(self, db: Session, viewer: Viewer, path: Path) -> None:
        into = target(self.export.wanted, path)
        try:
            self._fill(db, viewer, into)
        finally:
            into.close()

    def _fill(self, db: Session, viewer: Viewer, into: ExportTarget) -> None:
        """Write all PCEs in one reading, which is a single snapshot on SQLite; rights by block."""
        wanted, after = self.export.wanted, 0
        while scopes := list_scopes(db, viewer, wanted.choice, after=after, limit=BLOCK):
            for part in read_parts(db, viewer, wanted, scopes):
                into.add(part)
                self._count(part)
            after = scopes[-1].id
            self.done += len(scopes)
            if time.monotonic() - self.beaten >= BEAT:
                self._beat()

    def _count(self, part: PceExtract) -> None:
        self.rows += part.count
        if part.count:
            self.read.append(get_read_period(self.export.wanted, part.scope))

    def _beat(self) -> None:
        counts, read = (self.done, self.rows), self.read
        self._note(lambda db: actions.move(db, self.export, counts, read))
        self.read, self.beaten = [], time.monotonic()

    def _note(self, change: Callable[[Session], None]) -> None:
        """Write progress outside the reading transaction, while the lease is held."""
        with self.database.transaction() as db:
            confirm_lease(db, self.item)
            change(db)


def open_due(database: Database, now: datetime, limits: ExportLimits) -> int:
    """Create the monthly exports that are due; return how many."""
    with database.reading() as db:
        due = unscoped.list_due(db, now.astimezone(PARIS).date())
    opened = 0
    for schedule_id in due:
        with database.transaction() as db:
            export_id = actions.make_due(db, schedule_id, limits=limits, now=now)
        opened += export_id is not None
    return opened


def purge(database: Database, var: Path, now: datetime) -> int:
    """Delete expired files, files without an export, and dead drafts; return how many."""
    folder = folder_of(var)
    with database.transaction() as db:
        over = actions.expire_files(db, now)
    names = names_in(folder)
    with database.reading() as db:
        known_names = unscoped.list_stored_names(db)
    if not folder.is_dir():
        return 0
    limit = modified_before(folder, ORPHAN)
    orphans = {n for n in set(names) - known_names if n in over or names[n].stat().st_mtime < limit}
    for name in orphans:
        forget(folder, name)
    return len(orphans) + drop_dead(folder, limit)
