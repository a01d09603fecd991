"""What `/health` looks at and what requests took, as Prometheus reads them."""

from collections.abc import Iterator
from datetime import datetime

from api.meter import EDGES, Meter
from api.vitals import Health


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
        "hooks_waiting": found.hooks_waiting,
        "hooks_waiting_seconds": age(found.hooks_waiting_since, at),
        "hooks_late_seconds": age(found.hooks_due_since, at),
        "mirror_round_age_seconds": age(found.mirror_round_ended, at),
        "mirror_rounds_failed": found.mirror_rounds_failed,
        "mirror_faults": found.mirror_faults,
        "mirror_refused": found.mirror_refused,
        "mirror_tasks_waiting": found.mirror_tasks_waiting,
        "mirror_tasks_waiting_seconds": age(found.mirror_tasks_waiting_since, at),
        "disk_free_bytes": found.disk_free,
        "backup_age_seconds": age(found.last_backup, at),
        "backup_missing_parts": None if found.last_backup is None else len(found.backup_missing),
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


def age(then: datetime | None, at: datetime) -> float | None:
    return None if then is None else round((at - then).total_seconds(), 1)
