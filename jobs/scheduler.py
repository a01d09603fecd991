"""Run each job at its time in one process, whatever the number of web workers."""

import logging
import select
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from core import log
from core.database import Database
from core.errors import Busy, NotFound, StorageFull
from core.heartbeat import beat_of, write_beat
from core.i18n import N_
from core.outages import outage_of
from jobs.daily_runs import DailyRun
from jobs.lock import only_one

Work = Callable[[datetime], object]
LOOK = 10.0  # seconds between checks of the lock
TICK = 0.5  # seconds between checks of the clock
STEP = 2.0  # seconds from which a difference means that the clock was set
SETTLED = 60.0  # seconds that a clock must run since it was set before a nightly job starts
AGAIN = 60.0  # seconds until a nightly job without database, disk space or lock is retried
NIGHTLY = 15  # seconds between checks of whether a nightly job is due
MINUTE = 60  # seconds; `hasten` leaves jobs with a longer period as they are
STOPPING = 4.0  # seconds given to a running job; what must survive is stored in rows


@dataclass(frozen=True, slots=True)
class Job:
    """A job and its schedule: every `seconds`, or each night at `at` (hour, minute), Paris time."""

    work: Work
    seconds: int = 0
    at: tuple[int, int] | None = None

    @property
    def trigger(self) -> "Every":
        """Return the trigger; a nightly job is checked often: its stamp says whether it is due."""
        return Every(self.seconds if self.at is None else NIGHTLY)


class Every(BaseTrigger):  # type: ignore[misc]  # it has no types
    """Fires every so many seconds; missed runs are merged into one, after any clock change."""

    def __init__(self, seconds: int) -> None:
        self.period = timedelta(seconds=seconds)

    def get_next_fire_time(self, previous_fire_time: datetime | None, now: datetime) -> datetime:
        usual = now if previous_fire_time is None else previous_fire_time + self.period
        return usual if usual > now else now + self.period


class WallClock:
    """Compares the wall clock with the monotonic one, which nobody sets."""

    def __init__(
        self,
        wall: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._wall, self._monotonic = wall, monotonic
        self._last = wall(), monotonic()
        self._stepped: float | None = None

    def step(self) -> float:
        """Return by how many seconds the wall clock was set since the last call; 0 if it was not.

        A monotonic clock that goes back (a machine put back to a snapshot) counts as a step too.
        """
        wall, monotonic = self._wall(), self._monotonic()
        elapsed = monotonic - self._last[1]
        shift_s = wall - self._last[0] - max(elapsed, 0.0)
        self._last = wall, monotonic
        if abs(shift_s) < STEP and elapsed >= 0:
            return 0.0
        self._stepped = monotonic
        return shift_s

    @property
    def is_settled(self) -> bool:
        """Return whether the clock has run long enough since it was last set."""
        return self._stepped is None or self._monotonic() - self._stepped >= SETTLED


def run_once(jobs: Mapping[str, Job], name: str, now: datetime) -> object:
    """Run the job `name` once, like the scheduler, but raise its errors."""
    if name not in jobs:
        raise NotFound(
            N_("La tâche « {name} » n’existe pas ; les tâches sont {known}."),
            name=name,
            known=", ".join(sorted(jobs)),
        )
    return jobs[name].work(now)


def hasten(jobs: Mapping[str, Job], tick: int) -> dict[str, Job]:
    """Return `jobs` with those that run every minute or more often run every `tick` seconds."""
    return {
        name: replace(job, seconds=min(job.seconds, tick)) if job.seconds <= MINUTE else job
        for name, job in jobs.items()
    }


def serve(database: Database, var: Path, jobs: Mapping[str, Job]) -> None:
    """Run `jobs` until SIGTERM or SIGINT; raise Conflict while another scheduler runs."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with only_one(database, var) as keep:
        wall_clock = WallClock()
        scheduler = _scheduler(var, jobs, wall_clock)
        scheduler.start()
        structlog.get_logger().info("scheduler.started", jobs=sorted(jobs))
        looked = time.monotonic()
        try:
            while not stop.is_set():
                select.select([], [], [], min(TICK, LOOK))  # a time span, on every system
                if step := wall_clock.step():
                    structlog.get_logger().warning("clock.stepped", seconds=round(step, 1))
                _recall(scheduler, datetime.now(UTC))
                scheduler.wakeup()  # on some systems it waits until a wall-clock time
                if step or time.monotonic() - looked >= LOOK:
                    keep()
                    looked = time.monotonic()
        finally:
            # Stop, leaving a running job a few seconds
            ending = threading.Thread(target=scheduler.shutdown, daemon=True)
            ending.start()
            ending.join(STOPPING)
    structlog.get_logger().info("scheduler.stopped")


def _scheduler(var: Path, jobs: Mapping[str, Job], wall_clock: WallClock) -> BackgroundScheduler:
    # Do not log that a job is still running from its previous time, as a night of the mirror is.
    logging.getLogger("apscheduler.scheduler").addFilter(_is_news)
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(jobs) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None},
        timezone=UTC,
    )
    now = datetime.now(UTC)
    for name, job in jobs.items():
        run = _guarded(var, name, job, wall_clock)
        scheduler.add_job(run, job.trigger, id=name, next_run_time=now)
    return scheduler


def _recall(scheduler: BackgroundScheduler, now: datetime) -> None:
    """Start jobs that wait longer than their period, because the clock was set back.

    The change may not have been seen, if the clock was set ahead and back between two checks.
    """
    for job in scheduler.get_jobs():
        if job.next_run_time > now + job.trigger.period + timedelta(seconds=STEP):
            job.modify(next_run_time=now)


def _is_news(record: logging.LogRecord) -> bool:
    return "maximum number of running instances" not in str(record.msg)


def _guarded(var: Path, name: str, job: Job, wall_clock: WallClock) -> Callable[[], None]:
    """Return the job as scheduled; its error is logged under a reference and never stops others.

    A nightly job without database, disk space or lock stays due, and is retried soon.
    """
    daily_run = None if job.at is None else DailyRun(var / "scheduler" / name, job.at)

    def run() -> None:
        now = datetime.now(UTC)
        if daily_run and not (wall_clock.is_settled and daily_run.is_due(now)):
            return
        try:
            job.work(now)
        except Exception as error:  # noqa: BLE001 (whatever it is, the clock goes on)
            if event := _passing_event(error):
                structlog.get_logger().error(event, job=name)
                if daily_run:
                    daily_run.put_off(AGAIN)
                return
            structlog.get_logger().exception("job.failed", job=name, reference=log.reference())
        if daily_run:
            daily_run.note(now)

    return run


def _passing_event(error: Exception) -> str | None:
    """Return what to log of an error that is nobody's fault and passes; None for others."""
    if isinstance(error, Busy):
        return "database.busy"
    outage = outage_of(error)
    if outage is None:
        return None
    return "disk.full" if isinstance(outage, StorageFull) else "database.down"


def beat(var: Path, now: datetime) -> None:
    """Record the scheduler's heartbeat, for `/health`."""
    write_beat(var / "heartbeat", beat_of(now))
