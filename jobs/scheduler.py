"""The clock: one process that runs each job at its time, whatever the number of web workers."""

import logging
import signal
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

import log
from data.db import Database
from data.errors import NotFound
from data.outage import is_outage
from i18n import N_, PARIS
from jobs.lock import only_one

Work = Callable[[datetime], object]
GRACE = 3600  # seconds after its time that a job still runs, once
_AGAIN = timedelta(minutes=1)  # until a job is done that found no database
LOOK = 10.0  # seconds between two looks at the lock
STOPPING = 4.0  # seconds given to a running job; what must survive is rows


@dataclass(frozen=True, slots=True)
class Job:
    """What runs, and when: every `seconds`, or each night at `at` (hour, minute), Paris time."""

    work: Work
    seconds: int = 0
    at: tuple[int, int] | None = None

    @property
    def trigger(self) -> CronTrigger | IntervalTrigger:
        if self.at is None:
            return IntervalTrigger(seconds=self.seconds, timezone=UTC)
        return CronTrigger(hour=self.at[0], minute=self.at[1], timezone=PARIS)


def run_once(jobs: Mapping[str, Job], name: str, now: datetime) -> object:
    """Do *name* as the clock would, but let its error rise."""
    if name not in jobs:
        raise NotFound(
            N_("Il n’y a pas de tâche « {name} » ; il y a {known}."),
            name=name,
            known=", ".join(sorted(jobs)),
        )
    return jobs[name].work(now)


def serve(database: Database, var: Path, jobs: Mapping[str, Job]) -> None:
    """Run *jobs* until SIGTERM or SIGINT; raises Conflict once another scheduler runs."""
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    with only_one(database, var) as keep:
        clock = _clock(var, jobs)
        clock.start()
        structlog.get_logger().info("scheduler.started", jobs=sorted(jobs))
        try:
            while not stop.wait(LOOK):
                keep()
        finally:
            _end(clock)
    structlog.get_logger().info("scheduler.stopped")


def _clock(var: Path, jobs: Mapping[str, Job]) -> BackgroundScheduler:
    # A job that lasts longer than its period, as a night of the mirror, is no news each time.
    logging.getLogger("apscheduler.scheduler").addFilter(_is_news)
    clock = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(len(jobs) + 1)},
        job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": GRACE},
        timezone=UTC,
    )
    now = datetime.now(UTC)
    for name, job in jobs.items():
        due = {"next_run_time": now} if job.at is None or _missed(var, name, job, now) else {}
        clock.add_job(_guarded(clock, var, name, job), job.trigger, id=name, **due)
    return clock


def _is_news(record: logging.LogRecord) -> bool:
    return "maximum number of running instances" not in str(record.msg)


def _missed(var: Path, name: str, job: Job, now: datetime) -> bool:
    """Whether a nightly job's time passed while no scheduler ran: it is caught up, once."""
    stamp = _stamp(var, name)
    if not stamp.exists():
        _write(stamp, now)  # nothing was due before the first start
        return False
    try:
        last = datetime.fromisoformat(stamp.read_text("utf8"))
    except ValueError:
        return True
    due = job.trigger.get_next_fire_time(None, last + timedelta(seconds=1))
    return due is not None and due <= now


def _guarded(clock: BackgroundScheduler, var: Path, name: str, job: Job) -> Callable[[], None]:
    """The job, with its time; its error is logged under a reference and never stops the clock.

    One that the database was not there for is due again soon, were it one of the night.
    """

    def run() -> None:
        now = datetime.now(UTC)
        try:
            job.work(now)
        except Exception as error:  # noqa: BLE001 (whatever it is, the clock goes on)
            if is_outage(error):
                structlog.get_logger().error("database.down", job=name)
                if job.at is not None:
                    clock.modify_job(name, next_run_time=now + _AGAIN)
                return
            structlog.get_logger().exception("job.failed", job=name, reference=log.reference())
        if job.at is not None:
            _write(_stamp(var, name), now)

    return run


def _stamp(var: Path, name: str) -> Path:
    return var / "scheduler" / name


def _write(path: Path, at: datetime) -> None:
    """Whole or not at all: others read this file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    draft.write_text(at.isoformat(), "utf8")
    draft.replace(path)


def beat(var: Path, now: datetime) -> None:
    """Tell `/health` that the clock is alive."""
    _write(var / "heartbeat", now)


def _end(clock: BackgroundScheduler) -> None:
    """Stop, leaving a running job a few seconds."""
    ending = threading.Thread(target=clock.shutdown, daemon=True)
    ending.start()
    ending.join(STOPPING)
