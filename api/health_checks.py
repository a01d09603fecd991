"""Check the portal's health and list what needs attention."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LATE = 120  # seconds without a beat after which the scheduler is taken for dead
_FULL = 200_000_000  # octets left under which writing will soon fail
_FILLING = 2_000_000_000  # octets left under which somebody should look
_OLD_INGEST = timedelta(days=7)
_OLD_BACKUP = timedelta(days=2)  # there is one each night
TOLD_FOR = timedelta(days=7)  # of figures that a night found wrong and repaired
_ENDING = 30  # days before the end of a certificate
_STUCK_ITEM = timedelta(minutes=15)
_STUCK_RUN = timedelta(minutes=15)
_STUCK_MAIL = timedelta(hours=1)
_STUCK_HOOK = timedelta(hours=1)  # past when it was to be tried
_OLD_ROUND = timedelta(days=2)  # there is one each night


@dataclass(frozen=True, slots=True)
class Health:
    """What is looked at; None where there is nothing to look at yet."""

    at: datetime
    database: bool
    schema: bool
    scheduler_lag: float | None  # seconds since its last beat; negative for one in the future
    last_ingest: datetime | None
    runs_waiting: int | None
    runs_waiting_since: datetime | None  # the oldest of them
    notifications_waiting: int | None
    notifications_waiting_since: datetime | None
    hooks_waiting: int | None  # deliveries of webhooks
    hooks_waiting_since: datetime | None  # when the oldest of them was made
    hooks_due_since: datetime | None  # when the first of them was to be tried
    mirror_round_ended: datetime | None  # the last one of the connection left the longest
    mirror_rounds_failed: int | None  # connections whose last round failed
    mirror_faults: int | None  # lines that the last rounds could not take
    mirror_tasks_waiting: int | None  # pieces of data to be asked for by now
    mirror_tasks_waiting_since: datetime | None
    mirror_refused: int | None  # connections whose credentials are refused
    queue_ready: int | None  # items of the work queue that a worker could begin
    queue_ready_since: datetime | None  # since when the oldest of them could be
    queue_dead: int | None  # items that were given up
    disk_free: int  # octets
    last_backup: datetime | None
    backup_missing: tuple[str, ...]  # parts outside the portal's folder that it lacks
    last_drill: datetime | None  # when a backup was last put back, beside, to see
    retention_problem: str | None  # classes of data that last night could not see to
    weather_problem: str | None  # why who gives the temperatures does not answer
    drill_problem: str | None  # what did not come back then; empty when all did
    figures_repaired: int = 0  # sums kept beside readings that nights found wrong, for some days
    figures_repaired_at: datetime | None = None
    seal_expires: datetime | None = None  # the certificate that seals contracts
    seal_demo: bool | None = None  # it is one for trying, that nobody vouches for
    seal_problem: str | None = None  # why it cannot be read

    @property
    def well(self) -> bool:
        room = self.disk_free > _FULL
        return self.database and self.schema and is_beating(self.scheduler_lag) and room

    @property
    def _sealed_off(self) -> bool:
        """Whether nothing can be signed: the certificate is over, or cannot be read."""
        over = self.seal_expires is not None and self.seal_expires < self.at
        return over or self.seal_problem is not None

    @property
    def seal_days(self) -> int | None:
        """Whole days that the certificate still has, negative once it is over."""
        return None if self.seal_expires is None else (self.seal_expires - self.at).days

    @property
    def warnings(self) -> list[str]:
        """What somebody should look at, while the portal still answers and works."""
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
        """Whether there are backups of which nobody knows that they bring everything back."""
        if self.last_drill is None:
            return self.last_backup is not None
        return bool(self.drill_problem) or is_past(self.last_drill, _OLD_BACKUP, self.at)

    @property
    def status(self) -> str:
        if not self.well:
            return "failing"
        return "warning" if self.warnings else "ok"


def is_beating(lag: float | None) -> bool:
    """Whether the scheduler is alive; a beat in the future tells nothing of it."""
    return lag is not None and 0 <= lag < LATE


def is_past(then: datetime | None, allowed: timedelta, at: datetime) -> bool:
    return then is not None and at - then > allowed
