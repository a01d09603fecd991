"""Change exports: requests, jobs, retention and monthly schedules."""

from data.exports.actions.lifecycle import (
    MAKE_EXPORT,
    begin,
    expire_files,
    fail,
    fail_for_good,
    finish,
    move,
)
from data.exports.actions.requests import ask, note_download, remove, repeat_export
from data.exports.actions.schedules import make_due, schedule, unschedule
from data.exports.actions.selections import keep_pick

__all__ = [
    "MAKE_EXPORT",
    "ask",
    "begin",
    "expire_files",
    "fail",
    "fail_for_good",
    "finish",
    "keep_pick",
    "make_due",
    "move",
    "note_download",
    "remove",
    "repeat_export",
    "schedule",
    "unschedule",
]
