"""How the portal is doing: for a watchdog, for Prometheus, and for who is about to sign in."""

import json
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from api.guard import may_watch
from api.meter import EDGES, Meter
from api.portal import VERSION, Portal, now, portal
from data.contracts.files.papers import Papers
from data.db import Session
from data.errors import Unreadable
from data.migrations import is_current
from data.notifications import queries as outbox
from data.pces.queries import service as pces
from data.runs import queries as runs
from data.subjects.queries import service as subjects
from data.weather import queries as weather
from i18n import PARIS

routes = Blueprint("health", __name__)
_LATE = 120  # seconds without a beat after which the scheduler is taken for dead
_FULL = 200_000_000  # octets left under which writing will soon fail
_FILLING = 2_000_000_000  # octets left under which somebody should look
_OLD_INGEST = timedelta(days=7)
_OLD_BACKUP = timedelta(days=2)  # there is one each night
_ENDING = 30  # days before the end of a certificate
_STUCK_RUN = timedelta(minutes=15)
_STUCK_MAIL = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Health:
    """What is looked at; None where there is nothing to look at yet."""

    at: datetime
    database: bool
    schema: bool
    scheduler_lag: float | None  # seconds since its last beat
    last_ingest: datetime | None
    runs_waiting: int | None
    runs_waiting_since: datetime | None  # the oldest of them
    notifications_waiting: int | None
    notifications_waiting_since: datetime | None
    disk_free: int  # octets
    last_backup: datetime | None
    last_drill: datetime | None  # when a backup was last put back, beside, to see
    retention_problem: str | None  # classes of data that last night could not see to
    weather_problem: str | None  # why who gives the temperatures does not answer
    drill_problem: str | None  # what did not come back then; empty when all did
    seal_expires: datetime | None = None  # the certificate that seals contracts
    seal_demo: bool | None = None  # it is one for trying, that nobody vouches for
    seal_problem: str | None = None  # why it cannot be read

    @property
    def well(self) -> bool:
        beating = self.scheduler_lag is not None and self.scheduler_lag < _LATE
        room = self.disk_free > _FULL
        return self.database and self.schema and beating and room

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
        found = {
            "ingest": is_past(self.last_ingest, _OLD_INGEST, self.at),
            "queue": is_past(waits[0], _STUCK_RUN, self.at),
            "mail": is_past(waits[1], _STUCK_MAIL, self.at),
            "backup": self.last_backup is None or is_past(self.last_backup, _OLD_BACKUP, self.at),
            "restore_drill": self._unproved,
            "retention": bool(self.retention_problem),
            "weather": bool(self.weather_problem),
            "disk": self.disk_free < _FILLING,
            "seal": self._sealed_off or (self.seal_days is not None and self.seal_days <= _ENDING),
        }
        return [name for name, wrong in found.items() if wrong]

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


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What anybody may know: the portal answers, and up to when data has come."""

    today: date
    scheduler: bool
    data_until: date | None


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Well or not, for anybody; what was looked at, for whoever may read the measures.

    A warning is no failure: data that stop coming are not mended by starting the portal again.
    """
    found = look(portal(), now())
    body = {"status": found.status, "at": now().isoformat()}
    if may_watch():
        body |= details(found)
    return jsonify(body), 200 if found.well else 503


def details(found: Health) -> dict[str, Any]:
    said = {"warnings": found.warnings, "seal_days": found.seal_days, "version": VERSION}
    facts = asdict(found) | said
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


_COUNTED: Mapping[str, Callable[[Session], object]] = {
    "last_ingest": runs.last_ingest,
    "runs_waiting": runs.count_waiting,
    "runs_waiting_since": runs.waiting_since,
    "notifications_waiting": outbox.count_waiting,
    "notifications_waiting_since": outbox.waiting_since,
    "retention_problem": subjects.retention_problem,
    "weather_problem": weather.fetch_problem,
}


def look(here: Portal, at: datetime) -> Health:
    database, var = here.database, here.var
    alive, schema = False, False
    counted: dict[str, Any] = dict.fromkeys(_COUNTED)
    with suppress(SQLAlchemyError):
        schema = is_current(database)
        alive = True
        with database.reading() as db:
            counted = {name: count(db) for name, count in _COUNTED.items()}
    return Health(
        at=at,
        database=alive,
        schema=schema,
        scheduler_lag=lag_of(var / "heartbeat", at),
        **counted,
        disk_free=shutil.disk_usage(var if var.exists() else Path()).free,
        last_backup=last_backup(var / "backups"),
        **last_drill(var / "restore-drill.json"),
        **seal_of(here.contract_papers),
    )


def seal_of(papers: Papers) -> dict[str, Any]:
    """Until when the certificate of this worker seals; nothing as long as there is none."""
    if not papers.sealable():
        return {}
    try:
        key = papers.key()
    except Unreadable as error:
        return {"seal_problem": str(error)}
    return {"seal_expires": key.expires_at, "seal_demo": key.demo}


def lag_of(path: Path, at: datetime) -> float | None:
    """Seconds since the scheduler last wrote the time in *path*; None when it never did."""
    try:
        beat = datetime.fromisoformat(path.read_text("utf8").strip())
        return max(0.0, (at - beat).total_seconds())
    except (OSError, ValueError, TypeError):
        return None


def last_backup(folder: Path) -> datetime | None:
    """When the last whole backup of *folder* was made: its manifest is written last."""
    times = [path.stat().st_mtime for path in folder.glob("[!.]*/manifest.json")]
    return datetime.fromtimestamp(max(times), PARIS) if times else None


def last_drill(path: Path) -> dict[str, Any]:
    """What the last restore drill noted, and when; neither before the first."""
    try:
        noted = json.loads(path.read_text("utf8"))
        at, problem = datetime.fromisoformat(noted["at"]), str(noted["problem"])
    except (OSError, ValueError, TypeError, KeyError):
        return {"last_drill": None, "drill_problem": None}
    return {"last_drill": at, "drill_problem": problem}


def service_state() -> ServiceState:
    """The facts of the sign-in page; none of them is about anybody."""
    lag = lag_of(portal().var / "heartbeat", now())
    until = None
    with suppress(SQLAlchemyError), portal().database.reading() as db:
        until = pces.data_until(db)
    return ServiceState(now().astimezone(PARIS).date(), lag is not None and lag < _LATE, until)


@routes.get("/metrics")
def metrics() -> ResponseReturnValue:
    meter: Meter = current_app.extensions["meter"]
    found = look(portal(), now())
    lines = [*request_lines(meter), *health_lines(found, now())]
    return "\n".join(lines) + "\n", 200, {"Content-Type": "text/plain; version=0.0.4"}


def request_lines(meter: Meter) -> Iterator[str]:
    """Requests of this worker: each answers for itself."""
    yield "# TYPE portal_requests_total counter"
    for (kind, status), count in sorted(meter.counts.items()):
        yield f'portal_requests_total{{kind="{kind}",status="{status}"}} {count}'
    yield "# TYPE portal_request_seconds histogram"
    for kind, buckets in sorted(meter.buckets.items()):
        total = meter.total(kind)
        for edge, count in zip(EDGES, buckets, strict=True):
            yield f'portal_request_seconds_bucket{{kind="{kind}",le="{edge}"}} {count}'
        yield f'portal_request_seconds_bucket{{kind="{kind}",le="+Inf"}} {total}'
        yield f'portal_request_seconds_sum{{kind="{kind}"}} {meter.sums[kind]:.6f}'
        yield f'portal_request_seconds_count{{kind="{kind}"}} {total}'


def health_lines(found: Health, at: datetime) -> Iterator[str]:
    failed = None if found.last_drill is None else int(bool(found.drill_problem))
    gauges = {
        "up": int(found.database),
        "schema_current": int(found.schema),
        "scheduler_lag_seconds": found.scheduler_lag,
        "ingest_age_seconds": age(found.last_ingest, at),
        "runs_waiting": found.runs_waiting,
        "runs_waiting_seconds": age(found.runs_waiting_since, at),
        "notifications_waiting": found.notifications_waiting,
        "notifications_waiting_seconds": age(found.notifications_waiting_since, at),
        "disk_free_bytes": found.disk_free,
        "backup_age_seconds": age(found.last_backup, at),
        "restore_drill_age_seconds": age(found.last_drill, at),
        "restore_drill_failed": failed,
        "seal_days": found.seal_days,
        "seal_demo": None if found.seal_demo is None else int(found.seal_demo),
        "retention_failed": None
        if found.retention_problem is None
        else int(bool(found.retention_problem)),
        "warnings": len(found.warnings),
    }
    for name, value in gauges.items():
        if value is not None:
            yield f"# TYPE portal_{name} gauge"
            yield f"portal_{name} {value}"


def is_past(then: datetime | None, allowed: timedelta, at: datetime) -> bool:
    return then is not None and at - then > allowed


def age(then: datetime | None, at: datetime) -> float | None:
    return None if then is None else round((at - then).total_seconds(), 1)
