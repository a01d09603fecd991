"""Process personal data requests, archives, erasures and retention."""

from data.administration.subjects.actions.archives import (
    MAKE_ARCHIVE,
    expire_archives,
    fail,
    finish,
    note_download,
)
from data.administration.subjects.actions.erasure import erase
from data.administration.subjects.actions.requests import (
    ask_erasure,
    ask_export,
    cancel,
    request_for_other,
)
from data.administration.subjects.actions.retention import (
    close_old_accounts,
    delete_old,
    forget_tries,
    record,
)

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
