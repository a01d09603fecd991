"""A clock for a job, which starts at the instant the job was given."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def clock_since(now: datetime) -> Clock:
    """A clock that starts at *now*: long work must go on giving signs of life."""
    start = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - start)
