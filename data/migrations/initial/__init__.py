"""The schema that `0001_initial` creates, as it was then: a later change is a later migration."""

from data.migrations.initial import (
    administration,
    analysis,
    consumption,
    contracts,
    controls,
    exchange,
    exports,
    identity,
    metering,
    money,
    notifications,
    queue,
    rights,
    runs,
    thresholds,
)
from data.migrations.initial.fleet_sums import fleet_sum_triggers
from data.migrations.initial.metadata import METADATA
from data.migrations.initial.triggers import triggers

__all__ = [
    "METADATA",
    "administration",
    "analysis",
    "consumption",
    "contracts",
    "controls",
    "exchange",
    "exports",
    "fleet_sum_triggers",
    "identity",
    "metering",
    "money",
    "notifications",
    "queue",
    "rights",
    "runs",
    "thresholds",
    "triggers",
]
