"""Expose health checks and request times in the Prometheus format."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from api.health_checks import Health
from api.request_log import Meter

_GAUGES = {
    "up": "1 if the database answers",
    "schema_current": "1 if the database has the schema of this version",
    "scheduler_lag_seconds": "Time since the scheduler last gave a sign of life",
    "ingest_age_seconds": "Time since readings were last stored",
    "runs_waiting": "Deposited files that wait to be read",
    "runs_waiting_seconds": "Age of the oldest deposited file that waits",
    "notifications_waiting": "Messages that wait to be sent",
    "notifications_waiting_seconds": "Age of the oldest message that waits",
    "hooks_waiting": "Webhook deliveries that wait",
    "hooks_waiting_seconds": "Age of the oldest webhook delivery that waits",
    "hooks_late_seconds": "Time since the first webhook delivery that waits was due",
    "mirror_round_age_seconds": "Time since the last mirror round of the stalest connection",
    "mirror_rounds_failed": "Connections whose last mirror round failed",
    "mirror_faults": "Lines that the last mirror rounds refused",
    "mirror_refused": "Connections whose credentials the distributor refuses",
    "mirror_tasks_waiting": "Pieces of data that the mirror has to ask for",
    "mirror_tasks_waiting_seconds": "Age of the oldest piece of data to ask for",
    "queue_ready": "Items of the work queue that a worker could begin",
    "queue_ready_seconds": "Time that the oldest of these items has waited",
    "queue_dead": "Items of the work queue that were given up",
    "disk_free_bytes": "Free space where the portal keeps its files",
    "backup_age_seconds": "Age of the last whole backup",
    "backup_missing_parts": "Parts of the portal that the last backup lacks",
    "restore_drill_age_seconds": "Time since a backup was last restored as a drill",
    "restore_drill_failed": "1 if the last restore drill did not bring everything back",
    "figures_repaired": "Sums that nights found wrong and repaired in the last 7 days",
    "figures_repaired_age_seconds": "Time since a night last found and repaired such sums",
    "seal_days": "Whole days before the certificate that seals contracts expires",
    "seal_demo": "1 if contracts are sealed by the certificate for trying",
    "retention_failed": "1 if data past their retention could not be erased last night",
    "warnings": "Points of /health that somebody should look at",
}


class Measures(Collector):
    """Metrics of this worker and of the portal's health."""

    def __init__(self, meter: Meter, found: Health, at: datetime) -> None:
        self._meter, self._found, self._at = meter, found, at

    def collect(self) -> Iterator[Metric]:
        """Yield each metric family; a gauge without a value is left out."""
        yield from self._meter.registry.collect()
        values = gauges(self._found, self._at)
        for name, description in _GAUGES.items():
            value = values[name]
            if value is not None:
                yield GaugeMetricFamily(f"portal_{name}", description, value=value)


def exposition(measures: Measures, accept: str) -> tuple[bytes, str]:
    """Return the text of `measures` in the best format for an `Accept` header, and its type."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(measures)
    encode, content_type = choose_encoder(accept)
    return encode(registry), content_type


def gauges(report: Health, at: datetime) -> dict[str, float | None]:
    """Return the value of each gauge; None where there is none yet."""
    drilled, retention = report.last_drill is not None, report.retention_problem
    return {
        "up": int(report.database),
        "schema_current": int(report.schema),
        "scheduler_lag_seconds": report.scheduler_lag,
        "ingest_age_seconds": age(report.last_ingest, at),
        "runs_waiting": report.runs_waiting,
        "runs_waiting_seconds": age(report.runs_waiting_since, at),
        "notifications_waiting": report.notifications_waiting,
        "notifications_waiting_seconds": age(report.notifications_waiting_since, at),
        "hooks_waiting": report.hooks_waiting,
        "hooks_waiting_seconds": age(report.hooks_waiting_since, at),
        "hooks_late_seconds": age(report.hooks_due_since, at),
        "mirror_round_age_seconds": age(report.mirror_round_ended, at),
        "mirror_rounds_failed": report.mirror_rounds_failed,
        "mirror_faults": report.mirror_faults,
        "mirror_refused": report.mirror_refused,
        "mirror_tasks_waiting": report.mirror_tasks_waiting,
        "mirror_tasks_waiting_seconds": age(report.mirror_tasks_waiting_since, at),
        "queue_ready": report.queue_ready,
        "queue_ready_seconds": age(report.queue_ready_since, at),
        "queue_dead": report.queue_dead,
        "disk_free_bytes": report.disk_free,
        "backup_age_seconds": age(report.last_backup, at),
        "backup_missing_parts": None if report.last_backup is None else len(report.backup_missing),
        "restore_drill_age_seconds": age(report.last_drill, at),
        "restore_drill_failed": int(bool(report.drill_problem)) if drilled else None,
        "figures_repaired": report.figures_repaired,
        "figures_repaired_age_seconds": age(report.figures_repaired_at, at),
        "seal_days": report.seal_days,
        "seal_demo": None if report.seal_demo is None else int(report.seal_demo),
        "retention_failed": None if retention is None else int(bool(retention)),
        "warnings": len(report.warnings),
    }


def age(then: datetime | None, at: datetime) -> float | None:
    return None if then is None else round((at - then).total_seconds(), 1)
