"""Asking for one's data or their erasure, making both, and keeping nothing past its time."""

from data.subjects.actions.asking import ask_erasure, ask_export, ask_for, cancel
from data.subjects.actions.erasing import erase
from data.subjects.actions.keeping import close_old_accounts, forget_tries, keep, record
from data.subjects.actions.making import MAKE_ARCHIVE, fail, finish, let_go, note_download

__all__ = [
    "MAKE_ARCHIVE",
    "ask_erasure",
    "ask_export",
    "ask_for",
    "cancel",
    "close_old_accounts",
    "erase",
    "fail",
    "finish",
    "forget_tries",
    "keep",
    "let_go",
    "note_download",
    "record",
]
