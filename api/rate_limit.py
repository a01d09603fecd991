"""Limit the rate of anonymous requests, in each process."""

from collections import deque
from datetime import datetime, timedelta

from api.request_cache import RecentCache

_KEYS = 10_000  # remembered at once


class RequestPace:
    """Counts the requests under a key in the last `seconds`."""

    def __init__(self, seconds: int) -> None:
        self._span = timedelta(seconds=seconds)
        self._seen: RecentCache[str, deque[datetime]] = RecentCache(_KEYS)

    def allows(self, key: str, most: int, now: datetime) -> bool:
        """Return whether one more request is within `most`, and count it."""
        times = self._seen.get(key) or deque()
        while times and times[0] <= now - self._span:
            times.popleft()
        if len(times) >= most:
            return False
        times.append(now)
        self._seen.remember(key, times)
        return True
