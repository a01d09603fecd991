"""Process personal data requests, archives, erasures and retention."""

from data.subjects.actions.archives import (
    MAKE_ARCHIVE,
    expire_archives,
    fail,
    finish,
    note_download,
)
from data.subjects.actions.erasure import erase
from data.subjects.actions.requests import ask_erasure, ask_export, cancel, request_for_other
from data.subjects.actions.retention import close_old_accounts, delete_old, forget_tries, record

__all__ = [
    "MAKE_ARCHIVE",
    "ask_erasure",
    "ask_export",
    "cancel",
    "close_old_accounts",
    "delete_old",
    "erase",
    "expire_archives",
    "fail",
    "finish",
    "forget_tries",
    "note_download",
    "record",
    "request_for_other",
]
