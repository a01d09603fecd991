"""Share long work in time slices, each of short transactions."""

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from core import queue
from core.database import Database, Session
from core.queue_types import ClaimedItem, Progress

SLICE = 0.7  # seconds of one slice
LONGEST_PAUSE = 0.1  # seconds: a waiter for SQLite's only writer has retried by then
_WRITER = threading.Lock()  # held by the one slice of this process that writes to SQLite


class WorkSlice:
    """One time slice of work on `database`; `is_over` once its time is spent.

    Processes that wait for SQLite's writer poll for it: a job that took it again at once would make
    them wait for seconds. So after each transaction it pauses for as long as it lasted.
    """

    def __init__(
        self, database: Database, item: ClaimedItem | None = None, seconds: float | None = None
    ) -> None:
        self.database = database
        self._item = item
        self._end = time.monotonic() + (SLICE if seconds is None else seconds)

    @property
    def is_over(self) -> bool:
        return time.monotonic() >= self._end

    @contextmanager
    def transaction(self, progress: Progress | None = None) -> Iterator[Session]:
        """Open a writing transaction, and pause after it.

        It is rolled back once the item of this work is lost; `progress` is stored with it.
        """
        with ExitStack() as stack:
            if self.database.sqlite:
                stack.enter_context(_WRITER)
            with self.database.transaction() as db:
                began = time.monotonic()
                yield db
                if self._item and progress:
                    queue.checkpoint(db, self._item, progress)
                elif self._item:
                    queue.confirm_lease(db, self._item)
            if self.database.sqlite:
                time.sleep(min(LONGEST_PAUSE, time.monotonic() - began))
