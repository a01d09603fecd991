"""Check the portal's health and list what needs attention."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = 120  # seconds without a beat after which the scheduler is considered dead
_FULL = 200_000_000  # bytes left under which writing will soon fail
_FILLING = 2_000_000_000  # bytes left under which somebody should look
_OLD_INGEST = timedelta(days=7)
_OLD_BACKUP = timedelta(days=2)  # one is made each night
TOLD_FOR = timedelta(days=7)  # time during which repaired values are reported
_ENDING = 30  # days before the end of a certificate
_STUCK_ITEM = timedelta(minutes=15)
_STUCK_RUN = timedelta(minutes=15)
_STUCK_MAIL = timedelta(hours=1)
_STUCK_HOOK = timedelta(hours=1)  # after the scheduled attempt
_OLD_ROUND = timedelta(days=2)  # one runs each night


@dataclass(frozen=True, slots=True)
class Health:
    """Results of the health checks; None where there is nothing to check yet."""

    at: datetime
    database: bool
    schema: bool
    scheduler_lag: float | None  # seconds since its last beat; negative for one in the future
    last_ingest: datetime | None
    runs_waiting: int | None
    runs_waiting_since: datetime | None  # the oldest of them
    notifications_waiting: int | None
    notifications_waiting_since: datetime | None
    hooks_waiting: int | None  # webhook deliveries
    hooks_waiting_since: datetime | None  # creation of the oldest of them
    hooks_due_since: datetime | None  # time at which the first of them was due
    # last round of the connection not refreshed for the longest time
    mirror_round_ended: datetime | None
    mirror_rounds_failed: int | None  # connections whose last round failed
    mirror_faults: int | None  # lines refused in the last rounds
    mirror_tasks_waiting: int | None  # data due to be read
    mirror_tasks_waiting_since: datetime | None
    mirror_refused: int | None  # connections whose credentials are refused
    queue_ready: int | None  # items of the work queue ready for a worker
    queue_ready_since: datetime | None  # since when the oldest of them has been ready
    queue_dead: int | None  # items that failed for good
    disk_free: int  # bytes
    last_backup: datetime | None
    backup_missing: tuple[str, ...]  # missing parts outside the portal's folder
    last_drill: datetime | None  # when a backup was last restored as a test
    retention_problem: str | None  # classes of data that last night failed to process
    weather_problem: str | None  # why the weather provider does not answer
    drill_problem: str | None  # what was not restored; empty when all was
    figures_repaired: int = 0  # sums stored beside readings that nights repaired, for some days
    figures_repaired_at: datetime | None = None
    seal_expires: datetime | None = None  # certificate that seals contracts
    seal_demo: bool | None = None  # whether it is a demo certificate, which nobody vouches for
    seal_problem: str | None = None  # why it cannot be read

    @property
    def well(self) -> bool:
        room = self.disk_free > _FULL
        return self.database and self.schema and is_beating(self.scheduler_lag) and room

    @property
    def _sealed_off(self) -> bool:
        """Return whether nothing can be signed: the certificate has expired or is not readable."""
        over = self.seal_expires is not None and self.seal_expires < self.at
        return over or self.seal_problem is not None

    @property
    def seal_days(self) -> int | None:
        """Return the days left to the certificate, negative once expired."""
        return None if self.seal_expires is None else (self.seal_expires - self.at).days

    @property
    def warnings(self) -> list[str]:
        """Return the names of problems to look at, while the portal still works."""
        waits = (self.runs_waiting_since, self.notifications_waiting_since)
        problems = {
            "ingest": is_past(self.last_ingest, _OLD_INGEST, self.at),
            "queue": is_past(waits[0], _STUCK_RUN, self.at),
            "mail": is_past(waits[1], _STUCK_MAIL, self.at),
            "worker": is_past(self.queue_ready_since, _STUCK_ITEM, self.at),
            "dead_letters": bool(self.queue_dead),
            "hooks": is_past(self.hooks_due_since, _STUCK_HOOK, self.at),
            "mirror": is_past(self.mirror_round_ended, _OLD_ROUND, self.at)
            or bool(self.mirror_rounds_failed),
            "backup": self.last_backup is None or is_past(self.last_backup, _OLD_BACKUP, self.at),
            "restore_drill": self._unproved,
            "figures": self.figures_repaired > 0,
            "retention": bool(self.retention_problem),
            "weather": bool(self.weather_problem),
            "disk": self.disk_free < _FILLING,
            "seal": self._sealed_off or (self.seal_days is not None and self.seal_days <= _ENDING),
        }
        return [name for name, wrong in problems.items() if wrong]

    @property
    def _unproved(self) -> bool:
        """Return whether the backups are not proved by a successful restore drill."""
        if self.last_drill is None:
            return self.last_backup is not None
        return bool(self.drill_problem) or is_past(self.last_drill, _OLD_BACKUP, self.at)

    @property
    def status(self) -> str:
        if not self.well:
            return "failing"
        return "warning" if self.warnings else "ok"


def is_beating(lag: float | None) -> bool:
    """Return whether the scheduler is alive; a beat in the future does not prove it."""
    return lag is not None and 0 <= lag < LATE


def is_past(then: datetime | None, allowed: timedelta, at: datetime) -> bool:
    return then is not None and at - then > allowed
