"""Schedule fetches: twice a day, and with a backoff while the provider fails."""

from datetime import datetime, timedelta

from data.weather.types import Fetch

EVERY = timedelta(hours=12)
SOONEST, LATEST = timedelta(minutes=15), timedelta(hours=6)
_DOUBLED = 5  # times, after which it is LATEST in any case


def is_due(last: Fetch | None, now: datetime) -> bool:
    """Whether it is time to ask; *last* is None before the first time.

    A last time in the future is of a clock that was set back since.
    """
    return last is None or last.tried_at > now or now >= next_try(last)


def next_try(last: Fetch) -> datetime:
    """When the provider is asked after *last*."""
    if not last.failures:
        return last.tried_at + EVERY
    doubled: int = 1 << min(last.failures - 1, _DOUBLED)
    return last.tried_at + min(SOONEST * doubled, LATEST)
