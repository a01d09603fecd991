"""Change thresholds and their episodes."""

from data.thresholds.actions.alerts import (
    mark_alert_seen,
    mark_back_seen,
    mark_threshold_seen,
    restore_seen,
    resume_alert,
    snooze_alert,
)
from data.thresholds.actions.changes import (
    change,
    create,
    create_all,
    pause,
    remove,
    restore,
    resume,
)
from data.thresholds.actions.day_alert import set_day_alert
from data.thresholds.actions.episodes import (
    acknowledge,
    acknowledge_by_link,
    assign,
    snooze,
    snooze_by_link,
)
from data.thresholds.actions.escalation import escalate
from data.thresholds.actions.evaluation import evaluate_chunk
from data.thresholds.actions.frozen_signatures import learn_chunk, mark_weather_changes
from data.thresholds.actions.idempotency import create_once
from data.thresholds.actions.raising import raise_threshold, undo_raise
from data.thresholds.actions.scopes import close_episodes, mark_all_due
from data.thresholds.actions.sheets import keep, sort_out
from data.thresholds.actions.silences import evaluate_silences

__all__ = [
    "acknowledge",
    "acknowledge_by_link",
    "assign",
    "change",
    "close_episodes",
    "create",
    "create_all",
    "create_once",
    "escalate",
    "evaluate_chunk",
    "evaluate_silences",
    "keep",
    "learn_chunk",
    "mark_alert_seen",
    "mark_all_due",
    "mark_back_seen",
    "mark_threshold_seen",
    "mark_weather_changes",
    "pause",
    "raise_threshold",
    "remove",
    "restore",
    "restore_seen",
    "resume",
    "resume_alert",
    "set_day_alert",
    "snooze",
    "snooze_alert",
    "snooze_by_link",
    "sort_out",
    "undo_raise",
]
