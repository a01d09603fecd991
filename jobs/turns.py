"""Share long work in turns: a time slice each, in short transactions."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from core.database import Database, Session

SLICE = 0.7  # seconds of one turn
LONGEST_PAUSE = 0.1  # seconds: a waiter for SQLite's only writer has retried by then


class WorkSlice:
    """One slice of work on *database*; `is_over` once its time is spent.

    Those who wait for SQLite's writer look for it by and by: a job that takes it again at once
    leaves them waiting for seconds. It is left alone for as long as it was held.
    """

    def __init__(self, database: Database) -> None:
        self.database = database
        self._end = time.monotonic() + SLICE

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    @contextmanager
    def transaction(self) -> Iterator[Session]:
        """A writing transaction, and a pause after it."""
        with self.database.transaction() as db:
            began = time.monotonic()
            yield db
        if self.database.sqlite:
            time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
