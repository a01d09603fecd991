"""The life of a run: deposited, claimed by one job, moved forward part by part, ended."""

from data.runs.actions.deposits import confirm, drop, give_pce, open_run, receive
from data.runs.actions.progress import begin, finish, let_go, move, refuse, set_aside
from data.runs.actions.turns import MOST_CLAIMS, SILENT, claim, is_waiting, keep_alive, release

__all__ = [
    "MOST_CLAIMS",
    "SILENT",
    "begin",
    "claim",
    "confirm",
    "drop",
    "finish",
    "give_pce",
    "is_waiting",
    "keep_alive",
    "let_go",
    "move",
    "open_run",
    "receive",
    "refuse",
    "release",
    "set_aside",
]
