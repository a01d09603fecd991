"""Retry a job a few times while another transaction holds what it needs."""

import time
from collections.abc import Callable
from typing import TypeVar

from core.database import Database, Session
from core.errors import Busy

PAUSES = (0.1, 0.5, 2.0)  # seconds between attempts
_T = TypeVar("_T")


def patiently(work: Callable[[], _T]) -> _T:
    """Return the result of `work`, retried on Busy, which must change nothing."""
    for pause in PAUSES:
        try:
            return work()
        except Busy:
            time.sleep(pause)
    return work()


def written(database: Database, change: Callable[[Session], _T]) -> _T:
    """Return the result of `change` in its own transaction, retried while others write."""

    def once() -> _T:
        with database.transaction() as db:
            return change(db)

    return patiently(once)
