"""Process deposited files: each is read whole, then stored part by part in turns."""

import time
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from core import log
from core.database import Database, Session
from core.errors import Conflict, Forbidden, Invalid, PortalError, Unavailable
from core.file_age import modified_before
from core.i18n import N_, PARIS
from data.consumption.actions import examine, span_of, store, withdraw
from data.consumption.files.spool import (
    Deposited,
    NoSpoolError,
    Spool,
    is_draft,
    open_spool,
    spool_file,
    spools_of,
)
from data.consumption.rules.relayed_files import check_relayed
from data.consumption.types import PceDelivery, ReadingsFile
from data.pces.actions import find_or_create_pce, importable
from data.pces.rules import number_of
from data.provenance import Provenance
from data.rights.types import Delays
from data.runs import actions, queries
from data.runs.files import folder_of, forget
from data.runs.rules import KEPT
from data.runs.types import ASKS_PCE, ClaimedRun, RunKind, RunTask
from jobs import imports, run_reader
from jobs.clock import Clock, clock_since
from jobs.imports import PreparedImport
from jobs.run_reader import PAUSE, ReaderPool
from jobs.turns import WorkSlice

SIGN_OF_LIFE = timedelta(seconds=20)  # heartbeat interval of a run while it is read
_NOWHERE = "none"  # name of no file
ORPHAN = timedelta(days=1)  # age from which a file without a run is deleted


def work(
    database: Database,
    var: Path,
    now: datetime,
    delays: Delays = Delays(),  # noqa: B008 (frozen)
) -> int:
    """Process every waiting run, organisations in turn; return how many.

    If killed, the next call resumes each run where it stopped, with exact counts.
    """
    with ReaderPool() as readers:
        desk = _Desk(database, var, delays=delays, clock=clock_since(now), readers=readers)
        return desk.work()


class _Desk:
    """The runs in progress: one time slice each, until none waits."""

    def __init__(
        self,
        database: Database,
        var: Path,
        *,
        delays: Delays,
        clock: Clock,
        readers: ReaderPool,
    ) -> None:
        self._database = database
        self._folder = folder_of(var)
        self._spools = spools_of(var)
        self._delays = delays
        self._clock = clock
        self._readers = readers
        self._imports: dict[int, Future[PreparedImport]] = {}
        self._postponed: set[int] = set()  # waiting for a reader
        self._alive = clock()

    def work(self) -> int:
        worked: set[int] = set()
        while True:
            self._collect()
            run = self._claim()
            if run is not None:
                worked.add(run.id)
                self._take_turn(run)
            elif self._readers.runs:
                time.sleep(PAUSE)
            else:
                return len(worked)

    def _claim(self) -> ClaimedRun | None:
        now = self._clock()
        with self._database.reading() as db:
            if not actions.is_waiting(db, now, self._postponed):
                return None  # most often: no writing transaction for nothing
        with self._database.transaction() as db:
            return actions.claim(db, now, self._postponed)

    def _collect(self) -> None:
        """Requeue the runs whose file has been read, and keep the others alive."""
        for run in self._readers.take_ended():
            self._postponed.clear()
            self._release(run)
        now = self._clock()
        if self._readers.runs and now - self._alive > SIGN_OF_LIFE:
            self._alive = now
            with self._database.transaction() as db:
                actions.keep_alive(db, self._readers.runs, now)

    def _release(self, run: ClaimedRun) -> None:
        with self._database.transaction() as db:
            actions.release(db, run)

    def _take_turn(self, run: ClaimedRun) -> None:
        logger, turn = structlog.get_logger().bind(run=run.id), WorkSlice(self._database)
        try:
            try:
                store_slice = self._prepare(run)
            except Unavailable:
                raise
            except PortalError as problem:
                self._refuse(run, problem)
                return
            if store_slice is None:
                return  # its file is being read
            if store_slice(turn):
                self._end(run)
                logger.info("runs.done", task=run.task)
            else:
                self._release(run)
        except Conflict:
            logger.warning("runs.taken_over")
        except Unavailable:  # the machine is slow: another call resumes the run
            logger.warning("runs.put_off")
        except Exception:  # the edge of the job: another call resumes the run
            logger.exception("runs.failed", reference=log.reference())

    def _prepare(self, run: ClaimedRun) -> Callable[[WorkSlice], bool] | None:
        """Return the function that stores `run`, None while its file is read.

        Raise what refuses the file.
        """
        if run.kind is RunKind.RIGHTS:
            lines = self._prepare_rights(run)
            if lines is None:
                return None
            return lambda turn: imports.store(run, lines, self._delays, self._clock, turn)
        if run.task is RunTask.UNDO:
            return lambda turn: self._undo(run, turn)
        spool = self._read(run)
        if spool is None:
            return None
        numbers = numbers_of([part.pce for part in spool.parts], run.pce)
        if not run.done:  # a run that has begun continues to its end
            self._check_importable(run, numbers, spool.file)
        return lambda turn: self._work_through(run, spool, numbers, turn)

    def _prepare_rights(self, run: ClaimedRun) -> PreparedImport | None:
        """Return the lines still to store; None while they are being read.

        Raise what refuses them.
        """
        if run.id in self._imports:
            try:
                return self._imports[run.id].result()
            except BaseException:
                del self._imports[run.id]
                raise
        arguments = self._database, self._folder, run, self._delays, self._clock()
        if run.file_size <= run_reader.INLINE:
            return imports.prepare(*arguments)
        if self._readers.is_full or len(self._imports) >= run_reader.AT_ONCE:
            self._postpone(run)
        else:
            self._imports[run.id] = self._readers.submit(run, lambda: imports.prepare(*arguments))
        return None

    def _postpone(self, run: ClaimedRun) -> None:
        """Leave a long file until another one has been read."""
        self._postponed.add(run.id)
        self._release(run)

    def _read(self, run: ClaimedRun) -> Spool | None:
        """Return the contents of the file; None while it is being read.

        Raise what refuses it.
        """
        path = self._spools / (run.stored_name or _NOWHERE)
        with suppress(NoSpoolError):
            return open_spool(path, run.column_uses)
        today = self._clock().astimezone(PARIS).date().isoformat()
        folder = str(self._folder.absolute())
        file = (folder, run.stored_name, run.sha256, run.file_name)
        deposited = Deposited(*file, today, run.column_uses)
        if run.file_size <= run_reader.INLINE:
            spool_file(path, deposited)
            return open_spool(path, run.column_uses)
        if self._readers.is_full:
            self._postpone(run)
        else:
            self._readers.start(run, deposited, path)
        return None

    def _work_through(
        self, run: ClaimedRun, spool: Spool, numbers: list[str], turn: WorkSlice
    ) -> bool:
        """Check or store parts until the time slice ends; return whether all are done."""
        act = _check_part if run.task is RunTask.CHECK else _store_part
        total = len(numbers)
        with self._database.reading() as db:
            provenance = queries.get_provenance(db, run.id)
        if not run.done:
            with turn.transaction() as db:
                actions.begin(db, run, total, self._clock(), spool.file.columns)
        for place in range(run.done, total):
            if place > run.done and turn.is_over:
                return False
            delivery = spool.load(place)
            part = FilePart(place, numbers[place], delivery, spool.file.as_of, provenance)
            with turn.transaction() as db:
                counts = act(db, run, part, self._clock())
                counts |= {"pces": int(spool.parts[place].opens)}
                actions.move(db, run, place, counts, self._clock())
        with turn.transaction() as db:
            if spool.file.aside is not None:
                actions.set_aside(db, run, total, spool.file.aside, spool.file.rejected_count)
            if run.task is RunTask.CHECK:
                actions.finish_check(db, run, total)
            else:
                actions.finish(db, run, total, self._clock())
        return True

    def _undo(self, run: ClaimedRun, turn: WorkSlice) -> bool:
        """Undo a deposit until the time slice ends; return whether all of it is undone."""
        with self._database.reading() as db:
            numbers = queries.list_stored_numbers(db, run.id)
        total = len(numbers)
        if not run.done:
            with turn.transaction() as db:
                actions.begin(db, run, total, self._clock())
        for place in range(run.done, total):
            if place > run.done and turn.is_over:
                return False
            now = self._clock()
            with turn.transaction() as db:
                withdraw(db, find_or_create_pce(db, numbers[place], now=now), run.id, now=now)
                actions.move(db, run, place, {"pces": 1}, now)
        with turn.transaction() as db:
            actions.finish_undo(db, run, total, self._clock())
        return True

    def _check_importable(self, run: ClaimedRun, numbers: list[str], file: ReadingsFile) -> None:
        """Raise unless the depositor may currently import `file` for `numbers`."""
        with self._database.reading() as db:
            viewer = queries.find_depositor(db, run.id, self._clock().astimezone(PARIS).date())
            if viewer is None:
                raise Forbidden(N_("Le compte qui a déposé ce fichier est fermé."))
            importable(db, viewer, numbers)
            check_relayed(file, queries.get_provenance(db, run.id))

    def _refuse(self, run: ClaimedRun, problem: PortalError) -> None:
        with self._database.transaction() as db:
            needed = actions.refuse(db, run, problem, self._clock())
        structlog.get_logger().info("runs.refused", run=run.id)
        if not needed:
            self._forget(run)

    def _end(self, run: ClaimedRun) -> None:
        """Delete what the next step of a run does not need; undoing needs the file."""
        if run.kind is RunKind.RIGHTS:
            self._forget(run)
        elif run.task is not RunTask.CHECK:
            forget(self._spools, run.stored_name)

    def _forget(self, run: ClaimedRun) -> None:
        """Delete the file of `run`: its lines are stored, or it is refused."""
        if self._imports.pop(run.id, None):
            self._postponed.clear()
        for folder in (self._folder, self._spools):
            forget(folder, run.stored_name)


@dataclass(frozen=True, slots=True)
class FilePart:
    """Part of a file about one PCE."""

    place: int
    number: str
    delivery: PceDelivery
    as_of: date
    provenance: Provenance  # source of its values


def _check_part(db: Session, run: ClaimedRun, part: FilePart, now: datetime) -> dict[str, int]:
    """Return the counts of storing `part`: it is stored, checked, and rolled back."""
    trial = db.begin_nested()
    pce_id = find_or_create_pce(db, part.number, now=now, alias=part.delivery.alias)
    findings = examine(db, pce_id, part.delivery)
    counts = _store(db, pce_id, part, now)
    trial.rollback()
    days = span_of(part.delivery)
    checked = findings | {"counts": counts}
    actions.note_checked(db, run, part.place, part.number, days=days, checked=checked)
    return counts


def _store_part(db: Session, run: ClaimedRun, part: FilePart, now: datetime) -> dict[str, int]:
    pce_id = find_or_create_pce(db, part.number, now=now, alias=part.delivery.alias)
    counts = _store(db, pce_id, part, now)
    days = span_of(part.delivery)
    moved = actions.note_stored(db, run, part.place, part.number, days=days, stored=counts)
    return counts | {"moved": int(moved)}


def _store(db: Session, pce_id: int, part: FilePart, now: datetime) -> dict[str, int]:
    word, as_of = part.provenance, part.as_of
    outcome = store(db, pce_id, part.delivery, as_of=as_of, now=now, provenance=word)
    return asdict(outcome) | {"ignored": outcome.ignored}


def numbers_of(pces: Sequence[str | None], default_pce: str | None) -> list[str]:
    """Return the PCE of each part: its own, else `default_pce`.

    Raise Invalid when a part has neither.
    """
    number = number_of(default_pce) if default_pce else None
    numbers = [pce or number for pce in pces]
    if None in numbers:
        raise Invalid(ASKS_PCE)
    return [number_of(number) for number in numbers if number]


def purge(database: Database, var: Path, now: datetime) -> int:
    """Delete expired files, and those without a run; return how many."""
    folder = folder_of(var)
    names = _files_in(folder)
    with database.transaction() as db:
        finished = set(actions.let_go(db, now - KEPT)) & set(names)
    with database.reading() as db:
        known_names = queries.list_stored_names(db, names)
    old = _left_alone(folder, names)
    gone = finished | (old - known_names)
    for name in gone:
        forget(folder, name)
    spools = spools_of(var)
    spooled = _files_in(spools)
    unneeded = {name for name in spooled if not is_draft(name)} - (names - gone)
    for name in unneeded | _left_alone(spools, spooled):
        forget(spools, name)  # if it is still needed, the file is read again
    return len(gone)


def _files_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} if folder.is_dir() else set()


def _left_alone(folder: Path, names: set[str]) -> set[str]:
    """Return those of `names` not written for a day."""
    limit, old = modified_before(folder, ORPHAN) if names else 0.0, set[str]()
    for name in names:
        with suppress(FileNotFoundError):  # stored and deleted meanwhile
            if (folder / name).stat().st_mtime < limit:
                old.add(name)
    return old
