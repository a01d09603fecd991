"""Changing thresholds and their episodes."""

from data.thresholds.actions.episodes import (
    acknowledge,
    acknowledge_by_link,
    assign,
    snooze,
    snooze_by_link,
)
from data.thresholds.actions.judging import judge_chunk
from data.thresholds.actions.scopes import settle, sweep, swept
from data.thresholds.actions.setting import (
    apply_proposed,
    apply_to,
    change,
    check,
    create,
    pause,
    remove,
    restore,
    resume,
)
from data.thresholds.actions.sheets import import_sheet
from data.thresholds.actions.silences import judge_silences

__all__ = [
    "acknowledge",
    "acknowledge_by_link",
    "apply_proposed",
    "apply_to",
    "assign",
    "change",
    "check",
    "create",
    "import_sheet",
    "judge_chunk",
    "judge_silences",
    "pause",
    "remove",
    "restore",
    "resume",
    "settle",
    "snooze",
    "snooze_by_link",
    "sweep",
    "swept",
]
