"""A clock for a job, which starts at the time given to the job."""

import time
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeAlias

Clock: TypeAlias = Callable[[], datetime]


def clock_since(now: datetime) -> Clock:
    """Return a clock that starts at `now`, for heartbeats of long work."""
    start = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - start)
