"""Retry a job a few times while another transaction holds what it needs."""

import time
from collections.abc import Callable
from typing import TypeVar

from core.database import Database, Session
from core.errors import Busy

PAUSES = (0.1, 0.5, 2.0)  # seconds between two tries
_T = TypeVar("_T")


def patiently(work: Callable[[], _T]) -> _T:
    """What *work* gives, which changes nothing when it raises Busy; Busy after the last try."""
    for pause in PAUSES:
        try:
            return work()
        except Busy:
            time.sleep(pause)
    return work()


def written(database: Database, change: Callable[[Session], _T]) -> _T:
    """What *change* gives, in a transaction of its own: begun anew while others are at work."""

    def once() -> _T:
        with database.transaction() as db:
            return change(db)

    return patiently(once)
