"""Making the exports that were asked for: each file is whole before anybody is offered it."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import structlog
from sqlalchemy.orm import Session

import log
from data.access import Permission, Viewer
from data.db import Database
from data.errors import Conflict, Forbidden, Invalid, PortalError
from data.exports import actions
from data.exports.files import Draft, Target, folder_of, forget, target
from data.exports.files.kept import drop_dead, names_in
from data.exports.queries import service
from data.exports.queries.reading import reach_of, read_parts
from data.exports.rules import file_name
from data.exports.types import Claimed, Limits, Made, Part, Reach
from data.file_age import modified_before
from data.pces.queries import count_chosen, list_scopes
from i18n import N_, PARIS
from jobs.clock import Clock, clock_since

BLOCK = 50  # PCE whose rights are asked for at once
BEAT = 1.0  # seconds between two signs of life
ORPHAN = timedelta(hours=1)  # a file that no export refers to, that long after it was written
_FULL = N_("Le disque du serveur n’a pas pu prendre ce fichier : demandez-le à nouveau plus tard.")


def work(database: Database, var: Path, now: datetime, limits: Limits) -> int:
    """Make every export that waits; how many there were.

    Killed at any line, the next call begins the file again: nothing of a draft is ever offered.
    """
    clock, worked = clock_since(now), 0
    while (export := _claim(database, clock())) is not None:
        _Making(database, folder_of(var), export, clock=clock, limits=limits).run()
        worked += 1
    return worked


def _claim(database: Database, now: datetime) -> Claimed | None:
    with database.reading() as db:
        if not service.is_waiting(db):
            return None  # most often: no writing transaction for nothing
    with database.transaction() as db:
        return actions.claim(db, now)


class _Making:
    """One export on its way."""

    def __init__(
        self, database: Database, folder: Path, export: Claimed, *, clock: Clock, limits: Limits
    ) -> None:
        self.database = database
        self.folder = folder
        self.export = export
        self.clock = clock
        self.limits = limits
        self.done = self.rows = 0
        self.read: list[Reach] = []
        self.beaten = time.monotonic()

    def run(self) -> None:
        logger = structlog.get_logger().bind(export=self.export.id)
        try:
            try:
                self._make()
            except PortalError as problem:
                if isinstance(problem, Conflict):
                    raise
                self._fail(problem)
                logger.info("exports.failed")
                return
            except OSError as error:
                self._fail(Invalid(_FULL))
                logger.warning("exports.disk", problem=str(error))
                return
            logger.info("exports.made", rows=self.rows)
        except Conflict:
            logger.warning("exports.taken_over")
        except Exception:  # the edge of the job: another call begins it again
            logger.exception("exports.broken", reference=log.reference())

    def _make(self) -> None:
        viewer = self._asker()
        draft = Draft(self.folder, self.export)
        try:
            self._write(viewer, draft)
            name, size, digest = draft.keep()
        finally:
            draft.drop()
        called = file_name(self.export.wanted)
        made = Made(name, called, size, digest, self.rows)
        try:
            with self.database.transaction() as db:
                actions.finish(db, viewer, self.export, made, limits=self.limits, now=self.clock())
        except BaseException:
            forget(self.folder, name)
            raise

    def _asker(self) -> Viewer:
        """Who asked, with the rights of now: those of the day they asked do not count."""
        today = self.clock().astimezone(PARIS).date()
        with self.database.reading() as db:
            viewer = service.find_asker(db, self.export.id, today)
        if viewer is None:
            raise Forbidden(N_("Le compte qui a demandé cet export est fermé."))
        viewer.require(Permission.CONSUMPTION_EXPORT)
        viewer.require_contract()
        return viewer

    def _write(self, viewer: Viewer, draft: Draft) -> None:
        with self.database.reading() as db:
            total = count_chosen(db, viewer, self.export.wanted.choice)
            self._note(lambda told: actions.begin(told, self.export, total, self.clock()))
            into = target(self.export.wanted, draft.path)
            try:
                self._fill(db, viewer, into)
            finally:
                into.close()
        if not self.rows:
            raise Invalid(
                N_("Il n’y a plus rien à exporter : les droits ou les données ont changé.")
            )
        self._beat()

    def _fill(self, db: Session, viewer: Viewer, into: Target) -> None:
        """In one reading, so that it is of one moment on SQLite; each block asks the rights."""
        wanted, after = self.export.wanted, 0
        while scopes := list_scopes(db, viewer, wanted.choice, after=after, limit=BLOCK):
            for part in read_parts(db, viewer, wanted, scopes):
                into.add(part)
                self._count(part)
            after = scopes[-1].id
            self.done += len(scopes)
            if time.monotonic() - self.beaten >= BEAT:
                self._beat()

    def _count(self, part: Part) -> None:
        self.rows += part.count
        if part.count:
            self.read.append(reach_of(self.export.wanted, part.scope))

    def _beat(self) -> None:
        counts, read = (self.done, self.rows), self.read
        self._note(lambda db: actions.move(db, self.export, counts, read, self.clock()))
        self.read, self.beaten = [], time.monotonic()

    def _note(self, work: Callable[[Session], None]) -> None:
        """In a transaction of its own, beside the one that reads."""
        with self.database.transaction() as db:
            work(db)

    def _fail(self, problem: PortalError) -> None:
        self._note(lambda db: actions.fail(db, self.export, problem, self.clock()))


def open_due(database: Database, now: datetime, limits: Limits) -> int:
    """Ask for the exports whose day of the month has come; how many."""
    with database.reading() as db:
        due = service.list_due(db, now.astimezone(PARIS).date())
    opened = 0
    for schedule_id in due:
        with database.transaction() as db:
            made = actions.make_due(db, schedule_id, limits=limits, now=now)
        opened += made is not None
    return opened


def purge(database: Database, var: Path, now: datetime) -> int:
    """Erase the files kept long enough, those that no export refers to, and dead drafts."""
    folder = folder_of(var)
    with database.transaction() as db:
        over = actions.let_go(db, now)
    names = names_in(folder)
    with database.reading() as db:
        known = service.known_files(db)
    if not folder.is_dir():
        return 0
    limit = modified_before(folder, ORPHAN)
    orphans = {n for n in set(names) - known if n in over or names[n].stat().st_mtime < limit}
    for name in orphans:
        forget(folder, name)
    return len(orphans) + drop_dead(folder, limit)
