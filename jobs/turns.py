"""Share long work in turns: a time slice each, in short transactions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.database import Database, Session

SLICE = 0.7  # seconds of one slice
LONGEST_PAUSE = 0.1  # seconds: a process waiting for SQLite's writer has retried by then


class WorkSlice:
    """One time slice of work on `database`; `is_over` once its time is spent.

    Processes that wait for SQLite's writer poll for it: a job that took it again at once would make
    them wait for seconds. So after each transaction it pauses for as long as it lasted.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._end = time.monotonic() + SLICE

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """Open a writing transaction, and pause after it."""
        with self.database.transaction() as db:
            began = time.monotonic()
            yield db
        if self.database.sqlite:
            time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
