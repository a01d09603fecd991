"""Process personal data requests, archives, erasures and retention."""

from data.subjects.actions.archives import MAKE_ARCHIVE, fail, finish, let_go, note_download
from data.subjects.actions.erasure import erase
from data.subjects.actions.requests import ask_erasure, ask_export, ask_for, cancel
from data.subjects.actions.retention import close_old_accounts, forget_tries, keep, record

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
