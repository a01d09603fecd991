"""Pause garbage collection while building tens of thousands of live objects."""

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_at_work = 0  # threads in `uncollected`


@contextmanager
def uncollected() -> Iterator[None]:
    """Disable the collector within the block: it would scan all objects and free nothing.

    Reference counting still frees objects; only cycles wait until the last thread leaves.
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
