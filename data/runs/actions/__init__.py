"""Apply the lifecycle of a run: deposited, checked, confirmed, processed, undone."""

from data.runs.actions.deposits import (
    accept_oddities,
    confirm,
    drop,
    give_pce,
    open_run,
    receive,
    restore_deposit,
    say_columns,
    undo_deposit,
)
from data.runs.actions.progress import (
    begin,
    finish,
    finish_check,
    finish_undo,
    let_go,
    move,
    note_checked,
    note_stored,
    refuse,
    set_aside,
)
from data.runs.actions.queue import MOST_CLAIMS, SILENT, claim, is_waiting, keep_alive, release

__all__ = [
    "MOST_CLAIMS",
    "SILENT",
    "accept_oddities",
    "begin",
    "claim",
    "confirm",
    "drop",
    "finish",
    "finish_check",
    "finish_undo",
    "give_pce",
    "is_waiting",
    "keep_alive",
    "let_go",
    "move",
    "note_checked",
    "note_stored",
    "open_run",
    "receive",
    "refuse",
    "release",
    "restore_deposit",
    "say_columns",
    "set_aside",
    "undo_deposit",
]
