"""Pause garbage collection while building tens of thousands of live objects."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_at_work = 0  # threads


@contextmanager
def uncollected() -> Iterator[None]:
    """No pass of the collector meanwhile: each would look through all of them, and find nothing.

    What nobody refers to is freed all the same; only circles wait, for the last one to leave.
    """
    global _at_work  # noqa: PLW0603 (the collector is of the process)
    with _lock:
        _at_work += 1
        gc.disable()
    try:
        yield
    finally:
        with _lock:
            _at_work -= 1
            if not _at_work:
                gc.enable()
