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
from data.runs.actions.queue import READ_DEPOSIT, STORE_DEPOSIT, claim, enqueue_run, give_up

__all__ = [
    "READ_DEPOSIT",
    "STORE_DEPOSIT",
    "accept_oddities",
    "begin",
    "claim",
    "confirm",
    "drop",
    "enqueue_run",
    "finish",
    "finish_check",
    "finish_undo",
    "give_pce",
    "give_up",
    "let_go",
    "move",
    "note_checked",
    "note_stored",
    "open_run",
    "receive",
    "refuse",
    "restore_deposit",
    "say_columns",
    "set_aside",
    "undo_deposit",
]
