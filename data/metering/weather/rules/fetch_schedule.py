"""Schedule fetches: twice a day, with a backoff while the provider fails."""

from datetime import datetime, timedelta

from data.metering.weather.types import Fetch

EVERY = timedelta(hours=12)
SOONEST, LATEST = timedelta(minutes=15), timedelta(hours=6)
_DOUBLED = 5  # maximum number of doublings: the delay is LATEST by then


def is_due(last: Fetch | None, now: datetime) -> bool:
    """Return whether a fetch is due; `last` is None before the first attempt.

    A last attempt in the future means that the clock was set back: a fetch is due.
    """
    return last is None or last.tried_at > now or now >= next_try(last)


def next_try(last: Fetch) -> datetime:
    """Return when the provider is asked next, after the attempt `last`."""
    if not last.failures:
        return last.tried_at + EVERY
    doubled: int = 1 << min(last.failures - 1, _DOUBLED)
    return last.tried_at + min(SOONEST * doubled, LATEST)
