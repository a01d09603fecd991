"""When to try again, and when a message is lost or given up."""

from datetime import datetime, timedelta

STUCK_AFTER = timedelta(minutes=10)
_DELAYS = (1, 5, 15, 60, 180, 360, 720)  # minutes before the 2nd, 3rd… attempt


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after *attempts* failures; None when it is time to give up."""
    if attempts > len(_DELAYS):
        return None
    return now + timedelta(minutes=_DELAYS[max(0, attempts - 1)])
