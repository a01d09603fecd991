"""Process deposited files: each is read whole, then stored part by part in turns."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

import structlog

from core.database import Database, Session
from core.errors import Conflict, Forbidden, Invalid, PortalError, Unavailable
from core.file_age import modified_before
from core.i18n import N_, PARIS
from core.queue import confirm_lease
from core.queue_handlers import (
    Continuation,
    Postponement,
    Success,
    WorkContext,
    WorkHandler,
    WorkOutcome,
)
from core.queue_types import ClaimedItem, Progress, WorkKind
from data.metering.consumption.actions import check_delivery, span_of, store, withdraw
from data.metering.consumption.files.spool import (
    Deposited,
    NoSpoolError,
    Spool,
    is_draft,
    open_spool,
    spool_file,
    spools_of,
)
from data.metering.consumption.rules.relayed_files import check_relayed
from data.metering.consumption.types import PceDelivery
from data.metering.pces.actions import find_or_create_pce, importable
from data.metering.pces.rules import number_of
from data.provenance import Provenance
from data.rights.types import Delays
from data.runs import actions, queries
from data.runs.files import folder_of, forget
from data.runs.rules import KEPT
from data.runs.types import ASKS_PCE, ClaimedRun, RunKind, RunTask
from jobs import imports, run_reader
from jobs.thresholds import wake_evaluation
from jobs.time_slices import WorkSlice

RETRY = timedelta(seconds=5)  # until the retry of a run for which the machine was too slow
WHOLE = 600.0  # seconds for the lines of a long file, which the thread that read it stores
_NOWHERE = "none"  # no file has that name
ORPHAN = timedelta(days=1)  # one that no run refers to, that long after it was written


def run_handlers(var: Path, read_delays: Callable[[], Delays] = Delays) -> list[WorkHandler]:
    """Return the handlers that read, check, store and undo deposits.

    A run continues after a kill at any line, with exact counts.
    """

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        return RunTurn(item, context, var, read_delays()).work()

    return [
        WorkHandler(kind, run, lambda db, item, _error, now: _give_up(db, item, now))
        for kind in (actions.STORE_DEPOSIT, actions.READ_DEPOSIT)
    ]


def _give_up(db: Session, item: ClaimedItem, now: datetime) -> None:
    actions.give_up(db, item.payload["run"], now)


class RunTurn:
    """One turn of a run."""

    def __init__(self, item: ClaimedItem, context: WorkContext, var: Path, delays: Delays) -> None:
        self._item = item
        self._database = context.database
        self._context = context
        self._clock = context.now
        self._folder = folder_of(var)
        self._spools = spools_of(var)
        self._delays = delays

    def work(self) -> WorkOutcome:
        """Work on the run for a time slice; another one follows until it is done."""
        with self._database.transaction() as db:
            confirm_lease(db, self._item)
            run = actions.claim(db, self._item.payload["run"], self._clock())
        if run is None:
            return Success()
        logger = structlog.get_logger().bind(run=run.id)
        try:
            return self._work(run)
        except Conflict:  # a person handed it over again: it is enqueued
            logger.warning("runs.taken_over")
            return Success()
        except Unavailable as busy:  # the machine is slow
            logger.warning("runs.put_off")
            return Postponement(busy.message, at=self._clock() + RETRY, counted=False)

    def _work(self, run: ClaimedRun) -> WorkOutcome:
        is_reading = self._item.kind == actions.READ_DEPOSIT.name
        if not is_reading and self._is_to_read(run):
            return self._hand_to(actions.READ_DEPOSIT, run)
        try:
            if is_reading and run.kind is RunKind.READINGS and self._is_to_read(run):
                if not self._read_apart(run):
                    structlog.get_logger().warning("runs.unread", run=run.id)
                    return Postponement("its file was not read")
                return self._hand_to(actions.STORE_DEPOSIT, run)
            store_slice = self._prepare(run)
        except Unavailable:
            raise
        except PortalError as problem:
            self._refuse(run, problem)
            return Success()
        if not store_slice(WorkSlice(self._database, self._item, WHOLE if is_reading else None)):
            return Continuation(Progress({}))
        self._end(run)
        structlog.get_logger().info("runs.done", run=run.id, task=run.task)
        return Success(lambda db: wake_evaluation(db, self._clock()))

    def _is_to_read(self, run: ClaimedRun) -> bool:
        """Return whether its file is still to be read, and long."""
        if run.file_size <= run_reader.INLINE or run.task is RunTask.UNDO:
            return False
        if run.kind is RunKind.RIGHTS:
            return True
        try:
            open_spool(self._spool_of(run), run.column_uses)
        except NoSpoolError:
            return True
        except PortalError:  # what refuses it is known
            return False
        return False

    def _hand_to(self, kind: WorkKind, run: ClaimedRun) -> WorkOutcome:
        now = self._clock()
        return Success(lambda db: actions.enqueue_run(db, run.id, run.organisation_id, now, kind))

    def _prepare(self, run: ClaimedRun) -> Callable[[WorkSlice], bool]:
        """Return what stores `run` for a time slice. Raise the reason to refuse it."""
        if run.kind is RunKind.RIGHTS:
            lines = imports.prepare(self._database, self._folder, run, self._delays, self._clock())
            return lambda turn: imports.store(run, lines, self._delays, self._clock, turn)
        if run.task is RunTask.UNDO:
            return lambda turn: self._undo(run, turn)
        spool = self._read(run)
        numbers = numbers_of([part.pce for part in spool.parts], run.pce)
        if not run.done:  # a run that has begun continues to its end
            with self._database.reading() as db:
                viewer = queries.find_depositor(db, run.id, self._clock().astimezone(PARIS).date())
                if viewer is None:
                    raise Forbidden(N_("Le compte qui a déposé ce fichier est fermé."))
                importable(db, viewer, numbers)
                check_relayed(spool.file, queries.get_provenance(db, run.id))
        return lambda turn: self._work_through(run, spool, numbers, turn)

    def _spool_of(self, run: ClaimedRun) -> Path:
        return self._spools / (run.stored_name or _NOWHERE)

    def _deposited(self, run: ClaimedRun) -> Deposited:
        today = self._clock().astimezone(PARIS).date().isoformat()
        folder = str(self._folder.absolute())
        file = folder, run.stored_name, run.sha256, run.file_name
        return Deposited(*file, today, run.column_uses)

    def _read_apart(self, run: ClaimedRun) -> bool:
        path, is_stopping = self._spool_of(run), self._context.is_stopping
        return run_reader.read_apart(self._deposited(run), path, is_stopping)

    def _read(self, run: ClaimedRun) -> Spool:
        """Read the file, unless that is done. Raise the reason to refuse it."""
        path = self._spool_of(run)
        with suppress(NoSpoolError):
            return open_spool(path, run.column_uses)
        spool_file(path, self._deposited(run))
        return open_spool(path, run.column_uses)

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
                actions.begin(db, run, total, spool.file.columns)
        for place in range(run.done, total):
            if place > run.done and turn.is_over:
                return False
            delivery = spool.load(place)
            part = FilePart(place, numbers[place], delivery, spool.file.as_of, provenance)
            with turn.transaction(Progress({}, place + 1, total)) as db:
                counts = act(db, run, part, self._clock())
                counts |= {"pces": int(spool.parts[place].opens)}
                actions.move(db, run, place, counts)
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
                actions.begin(db, run, total)
        for place in range(run.done, total):
            if place > run.done and turn.is_over:
                return False
            now = self._clock()
            with turn.transaction(Progress({}, place + 1, total)) as db:
                withdraw(db, find_or_create_pce(db, numbers[place], now=now), run.id, now=now)
                actions.move(db, run, place, {"pces": 1})
        with turn.transaction() as db:
            actions.finish_undo(db, run, total, self._clock())
        return True

    def _refuse(self, run: ClaimedRun, problem: PortalError) -> None:
        with self._database.transaction() as db:
            confirm_lease(db, self._item)
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
        """Delete the file of `run`, once its lines are stored or it is refused."""
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
    findings = check_delivery(db, pce_id, part.delivery)
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
