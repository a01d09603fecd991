"""How the portal is doing: for a watchdog, for Prometheus, and for who is about to sign in."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from api.guard import may_watch
from api.meter import EDGES, Meter
from api.portal import VERSION, now, portal
from data.db import Database
from data.migrations import is_current
from data.notifications import queries as outbox
from data.pces.queries import service as pces
from data.runs import queries as runs
from i18n import PARIS

routes = Blueprint("health", __name__)
_LATE = 120  # seconds without a beat after which the scheduler is taken for dead
_FULL = 200_000_000  # octets left under which writing will soon fail


@dataclass(frozen=True, slots=True)
class Health:
    """What is looked at; None where there is nothing to look at yet."""

    database: bool
    schema: bool
    scheduler_lag: float | None  # seconds since its last beat
    last_ingest: datetime | None
    runs_waiting: int | None
    notifications_waiting: int | None
    disk_free: int  # octets
    last_backup: datetime | None

    @property
    def well(self) -> bool:
        beating = self.scheduler_lag is not None and self.scheduler_lag < _LATE
        return self.database and self.schema and beating and self.disk_free > _FULL


@dataclass(frozen=True, slots=True)
class ServiceState:
    """What anybody may know: the portal answers, and up to when data has come."""

    today: date
    scheduler: bool
    data_until: date | None


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Well or not, for anybody; what was looked at, for whoever may read the measures."""
    found = look(portal().database, portal().var, now())
    body = {"status": "ok" if found.well else "failing", "at": now().isoformat()}
    if may_watch():
        body |= details(found)
    return jsonify(body), 200 if found.well else 503


def details(found: Health) -> dict[str, Any]:
    facts = asdict(found) | {"version": VERSION}
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


def look(database: Database, var: Path, at: datetime) -> Health:
    alive, schema, ingest, waiting, mails = False, False, None, None, None
    with suppress(SQLAlchemyError):
        schema = is_current(database)
        alive = True
        with database.reading() as db:
            ingest = runs.last_ingest(db)
            waiting = runs.count_waiting(db)
            mails = outbox.count_waiting(db)
    return Health(
        database=alive,
        schema=schema,
        scheduler_lag=lag_of(var / "heartbeat", at),
        last_ingest=ingest,
        runs_waiting=waiting,
        notifications_waiting=mails,
        disk_free=shutil.disk_usage(var if var.exists() else Path()).free,
        last_backup=last_backup(var / "backups"),
    )


def lag_of(path: Path, at: datetime) -> float | None:
    """Seconds since the scheduler last wrote the time in *path*; None when it never did."""
    try:
        beat = datetime.fromisoformat(path.read_text("utf8").strip())
        return max(0.0, (at - beat).total_seconds())
    except (OSError, ValueError, TypeError):
        return None


def last_backup(folder: Path) -> datetime | None:
    if not folder.is_dir():
        return None
    times = [path.stat().st_mtime for path in folder.iterdir()]
    return datetime.fromtimestamp(max(times), PARIS) if times else None


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
    found = look(portal().database, portal().var, now())
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
    gauges = {
        "up": int(found.database),
        "schema_current": int(found.schema),
        "scheduler_lag_seconds": found.scheduler_lag,
        "ingest_age_seconds": age(found.last_ingest, at),
        "runs_waiting": found.runs_waiting,
        "notifications_waiting": found.notifications_waiting,
        "disk_free_bytes": found.disk_free,
        "backup_age_seconds": age(found.last_backup, at),
    }
    for name, value in gauges.items():
        if value is not None:
            yield f"# TYPE portal_{name} gauge"
            yield f"portal_{name} {value}"


def age(then: datetime | None, at: datetime) -> float | None:
    return None if then is None else round((at - then).total_seconds(), 1)
