"""Report the portal's health to a watchdog, to Prometheus and on the sign-in page."""

import json
import shutil
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import asdict, astuple, dataclass
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from pathlib import Path
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from api.context import VERSION, PortalContext, now, portal
from api.guard import may_watch
from api.health_checks import TOLD_FOR, Health, is_beating, is_past
from api.metrics import Measures, exposition
from api.request_log import Meter
from core.database import Session
from core.dead_letters import get_queue_status
from core.errors import Unreadable
from core.heartbeat import beat_of, read_beat
from core.i18n import PARIS
from data.administration.subjects.queries import unscoped as subjects
from data.contracts.files.context import Papers
from data.exchange.hooks.queries import unscoped as hooks
from data.exchange.mirror.queries.health import get_mirror_health
from data.metering.consumption.queries.public_status import find_last_day
from data.metering.weather import queries as weather
from data.notifications import queries as outbox
from data.runs import queries as runs

routes = Blueprint("health", __name__)


@dataclass(frozen=True, slots=True)
class ServiceState:
    """Public state of the portal: it answers, and the last day with data."""

    today: date
    scheduler: bool
    data_until: date | None


@routes.get("/health")
def health() -> ResponseReturnValue:
    """Return whether the portal is well, with the details if the caller can read the metrics.

    A warning is not a failure: restarting the portal does not bring missing data back.
    """
    report = look(portal(), now())
    body = {"status": report.status, "at": now().isoformat()}
    if may_watch():
        body |= details(report)
    return jsonify(body), 200 if report.well else 503


def details(report: Health) -> dict[str, Any]:
    extra_facts = {"warnings": report.warnings, "seal_days": report.seal_days, "version": VERSION}
    facts = asdict(report) | extra_facts
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in facts.items()
    }


_COUNTED: Mapping[str, Callable[[Session], object]] = {
    "last_ingest": runs.find_last_ingest_at,
    "runs_waiting": runs.count_waiting,
    "runs_waiting_since": runs.find_oldest_waiting_at,
    "notifications_waiting": outbox.count_waiting,
    "notifications_waiting_since": outbox.find_oldest_unsent_at,
    "hooks_waiting": hooks.count_waiting,
    "hooks_waiting_since": hooks.find_oldest_pending_at,
    "hooks_due_since": hooks.find_first_due_at,
    "retention_problem": subjects.find_retention_problem,
    "weather_problem": weather.fetch_problem,
}


_QUEUED = ("queue_ready", "queue_ready_since", "queue_dead")  # as in `QueueStatus`
_MIRRORED = (  # as in `Watched`
    "mirror_round_ended",
    "mirror_rounds_failed",
    "mirror_faults",
    "mirror_tasks_waiting",
    "mirror_tasks_waiting_since",
    "mirror_refused",
)


def look(here: PortalContext, at: datetime) -> Health:
    database, var = here.database, here.var
    alive, schema = False, False
    counted: dict[str, Any] = dict.fromkeys([*_COUNTED, *_MIRRORED, *_QUEUED])
    with suppress(SQLAlchemyError):
        from data.migrations import is_current  # Alembic, where nothing else needs it

        schema = is_current(database)
        alive = True
        with database.reading() as db:
            counted = {name: count(db) for name, count in _COUNTED.items()}
            counted |= zip(_MIRRORED, astuple(get_mirror_health(db, at)), strict=True)
            counted |= zip(_QUEUED, astuple(get_queue_status(db)), strict=True)
    return Health(
        at=at,
        database=alive,
        schema=schema,
        scheduler_lag=lag_of(var / "heartbeat", at),
        **counted,
        disk_free=shutil.disk_usage(var if var.exists() else Path()).free,
        **last_backup(var / "backups"),
        **last_drill(var / "restore-drill.json"),
        **last_repairs(var, at),
        **seal_of(here.contract_papers),
    )


def seal_of(papers: Papers) -> dict[str, Any]:
    """Return until when this worker's certificate seals; empty without one."""
    if not papers.sealable():
        return {}
    try:
        key = papers.key()
    except Unreadable as error:
        return {"seal_problem": str(error)}
    return {"seal_expires": key.expires_at, "seal_demo": key.demo}


def lag_of(path: Path, at: datetime) -> float | None:
    """Return the seconds since the scheduler's last beat in `path`; None without one.

    Negative for a beat in the future: the clock was set back and the scheduler has not beaten
    since, or it runs on a machine with another clock.
    """
    beat = read_beat(path)
    return None if beat is None else beat.lag_at(beat_of(at))


def last_backup(folder: Path) -> dict[str, Any]:
    """Return when the last complete backup of `folder` was made, and its missing parts.

    Its manifest contains both and is written last; its modification time would be that of a copy.
    """
    manifests = folder.glob("[!.]*/manifest.json")
    manifests_read = [_read_manifest(path, path.stat().st_mtime_ns) for path in manifests]
    at, missing = max(filter(None, manifests_read), key=itemgetter(0), default=(None, ()))
    return {"last_backup": at, "backup_missing": missing}


@lru_cache(maxsize=64)
def _read_manifest(path: Path, _modified: int) -> tuple[datetime, tuple[str, ...]] | None:
    """Read a manifest once for each modification: it lists every file of the backup."""
    try:
        manifest = json.loads(path.read_text("utf8"))
        at = datetime.fromisoformat(manifest["created_at"])
        return at.astimezone(PARIS), tuple(manifest.get("missing", ()))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return None


def last_drill(path: Path) -> dict[str, Any]:
    """Return the result and time of the last restore drill; None before the first."""
    try:
        noted = json.loads(path.read_text("utf8"))
        at, problem = datetime.fromisoformat(noted["at"]), str(noted["problem"])
    except (OSError, ValueError, TypeError, KeyError):
        return {"last_drill": None, "drill_problem": None}
    return {"last_drill": at, "drill_problem": problem}


def last_repairs(var: Path, at: datetime) -> dict[str, Any]:
    """Return how many values nights repaired lately, and when they last did."""
    repairs = [_read_repairs(path) for path in sorted(var.glob("repaired-*.json"))]
    recent_repairs = [
        repair for repair in repairs if repair is not None and not is_past(repair[0], TOLD_FOR, at)
    ]
    last = max((when for when, _count in recent_repairs), default=None)
    return {
        "figures_repaired": sum(count for _at, count in recent_repairs),
        "figures_repaired_at": last,
    }


def _read_repairs(path: Path) -> tuple[datetime, int] | None:
    try:
        noted = json.loads(path.read_text("utf8"))
        return datetime.fromisoformat(noted["at"]), int(noted["count"])
    except (OSError, ValueError, TypeError, KeyError):
        return None


def service_state() -> ServiceState:
    """Return the state shown on the sign-in page, without personal data."""
    lag = lag_of(portal().var / "heartbeat", now())
    until = None
    with suppress(SQLAlchemyError), portal().database.reading() as db:
        until = find_last_day(db)
    return ServiceState(now().astimezone(PARIS).date(), is_beating(lag), until)


@routes.get("/metrics")
def metrics() -> ResponseReturnValue:
    meter: Meter = current_app.extensions["meter"]
    report = look(portal(), now())
    measures = Measures(meter, report, now())
    text, content_type = exposition(measures, request.headers.get("Accept", ""))
    return text, 200, {"Content-Type": content_type}
