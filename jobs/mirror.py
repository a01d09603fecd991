"""Run the rounds of the mirror: an organisation's rights upstream, then its data.

A killed worker's round is resumed with what is left: each answer is stored in the transaction that
schedules the next read of the same data, and each step of a round confirms its lease.
"""

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy.orm import Session

from core import log
from core.database import Database
from core.errors import Busy, Conflict, Invalid, NotFound, PortalError
from core.i18n import N_, PARIS
from core.queue import checkpoint, confirm_lease
from core.queue_handlers import Continuation, Success, WorkContext, WorkHandler, WorkOutcome
from core.queue_types import ClaimedItem, LeaseLost, Progress
from data.exchange.mirror.actions import rounds, tasks
from data.exchange.mirror.actions.connection import note_outcome, note_third_party
from data.exchange.mirror.actions.repair import mend
from data.exchange.mirror.actions.rights_list import Hearing, take_list
from data.exchange.mirror.channels.http_call import SILENT
from data.exchange.mirror.files.details import contract_in, meter_in
from data.exchange.mirror.files.readings import parse_answer
from data.exchange.mirror.queries import unscoped
from data.exchange.mirror.rules.answers import require_read
from data.exchange.mirror.rules.schedule import spans, standing
from data.exchange.mirror.types import (
    JSON,
    ClaimedRound,
    LineFault,
    MirrorPart,
    NotTaken,
    ReadTask,
    Spent,
    TheirRight,
    UpstreamDown,
)
from data.metering.pces.actions import find_or_create_pce
from jobs.job_clock import Clock
from jobs.retry import patiently

SLICE = 60.0  # seconds of one organisation, before others get their turn
BLOCK = 50  # tasks read at once
DOWN = 3  # PCEs in a row that fail although they answered last time: then everything waits
WAIT = timedelta(minutes=15)  # duration of that wait
_BROKEN = N_("Une erreur de ce portail a empêché de lire ces données (référence {reference}).")


class RoundSource(Protocol):
    """What a round needs of the other side: `channels.Upstream`, or its substitute in tests."""

    calls: int
    third_party: str  # third party of the rights, once some were read

    def rights(self, numbers: Sequence[str] = ()) -> Iterable[TheirRight | LineFault]: ...
    def readings(
        self, number: str, part: MirrorPart, first: date, last: date
    ) -> Iterator[tuple[int, dict[str, object]] | LineFault]: ...
    def contract(self, number: str) -> Mapping[str, JSON]: ...
    def meter(self, number: str) -> Mapping[str, JSON]: ...


Opening = Callable[[int, Clock], RoundSource]  # for an organisation


def plan(database: Database, now: datetime) -> int:
    """Open the night's rounds, and have workers run those that are due; return how many."""
    with database.reading() as db:
        if not rounds.has_work(db, now):
            return 0  # most often: no writing transaction for nothing
    with database.transaction() as db:
        rounds.open_night(db, now)
    with database.transaction() as db:
        return rounds.plan_rounds(db, now)


def round_handler(opening: Opening) -> WorkHandler:
    """Return the handler that runs the round of an organisation for a while."""

    def run(item: ClaimedItem, context: WorkContext) -> WorkOutcome:
        going = patiently(lambda: _claim(item, context))
        return _Going(item, context, opening, going).run() if going else Success()

    return WorkHandler(rounds.RUN_ROUND, run)


def _claim(item: ClaimedItem, context: WorkContext) -> ClaimedRound | None:
    with context.database.transaction() as db:
        confirm_lease(db, item)
        return rounds.claim(db, item.payload["organisation"], context.now())


class _Going:
    """One claimed round."""

    def __init__(
        self, item: ClaimedItem, context: WorkContext, opening: Opening, going: ClaimedRound
    ) -> None:
        self.item, self.context, self.opening, self.going = item, context, opening, going
        self.database, self.clock = context.database, context.now
        self.began = time.monotonic()
        self.counted_calls = 0  # calls already counted
        self.has_answered = False  # its connection records it

    def run(self) -> WorkOutcome:
        """Run the round, and record how it ended; continue it later once its time is over."""
        logger = structlog.get_logger().bind(round=self.going.id)
        try:
            return self._run(logger)
        except Conflict:
            logger.warning("mirror.gone")
        return Success()

    def _run(self, logger: structlog.stdlib.BoundLogger) -> WorkOutcome:
        try:
            if not patiently(self._go):
                return Continuation(Progress({}))
            logger.info("mirror.done", calls=self.going.counts.calls)
        except (Conflict, LeaseLost):
            raise
        except Spent as error:
            self._pause(error, error.until)
        except Busy as error:
            self._pause(error, self.clock() + WAIT)
        except UpstreamDown as error:
            self._wait(error)
        except (NotTaken, NotFound) as error:
            problem: PortalError = error
            self._note(lambda db: rounds.fail(db, self.going, problem, self.clock()))
            logger.info("mirror.refused")
        except Exception:  # the edge of the job: it is resumed later
            reference = log.reference()
            logger.exception("mirror.broken", reference=reference)
            self._pause(Invalid(_BROKEN, reference=reference), self.clock() + WAIT)
        return Success()

    def _go(self) -> bool:
        source, self.counted_calls = self.opening(self.going.organisation_id, self.clock), 0
        if self.going.listed_at is None:
            self._list(source)
        self._repair()
        self._plan()
        return self._read(source)

    def _list(self, source: RoundSource) -> None:
        now = self.clock()
        who, round_id = self.going.organisation_id, self.going.id
        hearing = Hearing(who, round_id, now, check=self._check)
        counts = take_list(self.database, hearing, source.rights())
        counts = self.going.counts + replace(counts, calls=self._new_calls(source))
        self.going = replace(self.going, counts=counts, listed_at=now)
        with self._transaction() as db:
            rounds.record(db, self.going)
            note_third_party(db, who, source.third_party)
        self._hear()

    def _repair(self) -> None:
        """Repair the differences if the organisation wants it, in bounded transactions."""
        heard_at, has_more = self.going.listed_at, True
        while has_more and heard_at:
            with self._transaction() as db:
                self.going, has_more = mend(db, self.going, heard_at, self.clock())

    def _plan(self) -> None:
        """Look up the PCEs of the rights, then create the tasks, without upstream calls."""
        who, today = self.going.organisation_id, self._today()
        while True:
            with self.database.reading() as db:
                parts = unscoped.list_asked_parts(db, who)
                numbers = unscoped.list_unknown_numbers(db, who, today, BLOCK)
            if not numbers or not parts:
                break
            with self._transaction() as db:
                rounds.record(db, self.going)
                for number in numbers:
                    find_or_create_pce(db, number, now=self.clock())
        with self._transaction() as db:
            self.going = tasks.plan(db, self.going, parts, self.clock())

    def _read(self, source: RoundSource) -> bool:
        """Read what is due; return whether all is done.

        PCEs that never answer do not block others.
        """
        mute: set[str] = set()
        while due := self._due():
            for task in filter(self._is_open, due):
                if not self._lacks(source, task):
                    mute.clear()
                elif not task.attempts:
                    mute.add(task.number)
                if len(mute) >= DOWN:
                    raise UpstreamDown(SILENT)
                if time.monotonic() - self.began > SLICE or self.context.is_stopping():
                    self._note(lambda db: rounds.hand_back(db, self.going))
                    return False
        self._note(lambda db: rounds.finish(db, self.going, self.clock()))
        return True

    def _due(self) -> list[ReadTask]:
        with self.database.reading() as db:
            return unscoped.list_due(
                db, self.going.organisation_id, self.clock(), self._today(), BLOCK
            )

    def _is_open(self, task: ReadTask) -> bool:
        """Return whether the right of `task` is still open, since the list was made."""
        with self.database.reading() as db:
            return unscoped.is_still_open(db, self.going.organisation_id, task, self._today())

    def _lacks(self, source: RoundSource, task: ReadTask) -> bool:
        """Read and store the data of `task`; return whether the other side did not answer."""
        try:
            self._fetch(source, task)
        except (Busy, Conflict, LeaseLost, Spent, NotTaken, NotFound):
            raise
        except PortalError as error:
            self._miss(source, task, error)
            return isinstance(error, UpstreamDown)
        except Exception:  # noqa: BLE001 (of one PCE: the others are read)
            reference = log.reference()
            structlog.get_logger().exception("mirror.task", pce=task.pce_id, reference=reference)
            self._miss(source, task, Invalid(_BROKEN, reference=reference))
        else:
            self._hear()
        return False

    def _hear(self) -> None:
        """Record on the connection that the other side answers, once per turn."""
        if not self.has_answered:
            self.has_answered = True
            self._tell(None)

    def _fetch(self, source: RoundSource, task: ReadTask) -> None:
        if task.part in {MirrorPart.CONTRACTUAL, MirrorPart.TECHNICAL}:
            self._describe(source, task)
            return
        task = standing(task, today := self._today())
        days = spans(task, today, self.going.created_at)
        for place, requested_days in enumerate(days, start=1):
            answer = parse_answer(
                source.readings(task.number, task.part, *requested_days),
                task,
                requested_days,
                today,
            )
            calls, now, last = self._new_calls(source), self.clock(), place == len(days)
            with self._transaction() as db:
                self.going, task = tasks.keep_readings(
                    db,
                    self.going,
                    task,
                    answer,
                    requested_days=requested_days,
                    last=last,
                    calls=calls,
                    now=now,
                )
            require_read(answer.silence)
            if answer.closed:
                return  # earlier years are not readable either
        if not days:
            self._note(lambda db: self._settled(db, task))

    def _settled(self, db: Session, task: ReadTask) -> None:
        self.going = tasks.settle(db, self.going, task, None, self.clock())

    def _describe(self, source: RoundSource, task: ReadTask) -> None:
        contract = task.part is MirrorPart.CONTRACTUAL
        answer = source.contract(task.number) if contract else source.meter(task.number)
        described, details = contract_in(answer) if contract else meter_in(answer)
        if described is None:
            require_read(details.silence)
        calls, now = self._new_calls(source), self.clock()
        with self._transaction() as db:
            going = tasks.keep_details(
                db, self.going, task, described, details.faults, calls=calls, now=now
            )
            self.going = tasks.settle(db, going, task, details.silence, now)

    def _miss(self, source: RoundSource, task: ReadTask, error: PortalError) -> None:
        calls = self._new_calls(source)
        with self._transaction() as db:
            self.going = tasks.miss(db, self.going, task, error, calls=calls, now=self.clock())

    def _pause(self, problem: PortalError, at: datetime) -> None:
        self._note(lambda db: rounds.pause(db, self.going, problem, at))

    def _wait(self, problem: UpstreamDown) -> None:
        """Pause while the other side is down, and record it on the connection."""
        self._pause(problem, problem.retry_at or self.clock() + WAIT)
        self._tell(problem)

    def _tell(self, problem: UpstreamDown | None) -> None:
        who = self.going.organisation_id
        self._note(lambda db: note_outcome(db, who, problem, now=self.clock()))

    def _note(self, change: Callable[[Session], object]) -> None:
        def write() -> None:
            with self._transaction() as db:
                change(db)

        patiently(write)

    def _check(self, db: Session) -> None:
        """Raise once the lease is lost, or the round is over."""
        confirm_lease(db, self.item)
        rounds.record(db, self.going)

    @contextmanager
    def _transaction(self) -> Iterator[Session]:
        """Open a writing transaction, in which the lease is held."""
        with self.database.transaction() as db:
            checkpoint(db, self.item, Progress({}))  # earlier attempts no longer count
            yield db

    def _new_calls(self, source: RoundSource) -> int:
        new = source.calls - self.counted_calls
        self.counted_calls = source.calls
        return new

    def _today(self) -> date:
        return self.clock().astimezone(PARIS).date()
