"""What changes exports: asked for, made by a job, kept some days, made again each month."""

from data.exports.actions.asking import again, ask, note_download, remove
from data.exports.actions.making import (
    MAKE_EXPORT,
    begin,
    fail,
    finish,
    give_up,
    let_go,
    move,
)
from data.exports.actions.picking import keep_pick
from data.exports.actions.scheduling import make_due, schedule, unschedule

__all__ = [
    "MAKE_EXPORT",
    "again",
    "ask",
    "begin",
    "fail",
    "finish",
    "give_up",
    "keep_pick",
    "let_go",
    "make_due",
    "move",
    "note_download",
    "remove",
    "schedule",
    "unschedule",
]
