"""Schedule notices and retries, and decide when a message is given up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from core.i18n import PARIS
from data.notifications.types import JSON, Grouping, Preferences, ReaderBatch, Severity

STUCK_AFTER = timedelta(minutes=10)
RECALL_AFTER = timedelta(days=7)  # an open notice that nobody has read is said again, once
_DELAYS = (1, 5, 15, 60, 180, 360, 720)  # minutes before the 2nd, 3rd… attempt
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(minutes=30)  # while a server is down

SETTLE = timedelta(seconds=20)  # an evaluation posts in several transactions: wait for its end
PATIENCE = timedelta(minutes=3)  # but no longer, when notices keep coming
HOUR = timedelta(hours=1)
MANY = 6  # messages in the last hour: from there on one person is told every ten minutes
PACE = timedelta(minutes=10)
_ASKING = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))


def ask_again(attempt_count: int, last: datetime | None) -> datetime | None:
    """When an address may be asked to confirm once more, of which the *asked*th was at *last*."""
    if last is None or attempt_count < 1:
        return None
    return last + _ASKING[min(attempt_count, len(_ASKING)) - 1]


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """When to try again after *attempts* failures; None when it is time to give up."""
    if attempts > len(_DELAYS):
        return None
    return now + timedelta(minutes=_DELAYS[max(0, attempts - 1)])


def retry_when_down(created_at: datetime, now: datetime) -> datetime:
    """When to try again what a server that is down did not take: never given up, ever rarer."""
    return now + min(_LONGEST, max(_SHORTEST, (now - created_at) / 4))


def grouping_of(grouping: Grouping, preferences: Preferences, severity: Severity) -> Grouping:
    """How often one person is told: as they wish, but what is urgent as the threshold says."""
    if severity is Severity.URGENT or preferences.grouping is None:
        return grouping
    return preferences.grouping


def due_at(grouping: Grouping, preferences: Preferences, now: datetime) -> datetime:
    """When a notice of *now* joins a message: at once, or at the next digest, Paris time."""
    if grouping is Grouping.IMMEDIATE:
        return now
    local = now.astimezone(PARIS)
    due = local.replace(hour=preferences.digest_hour, minute=0, second=0, microsecond=0)
    if due <= local:
        due += timedelta(days=1)
    if grouping is Grouping.WEEKLY:
        due += timedelta(days=(preferences.digest_weekday - due.weekday()) % 7)
    return due.astimezone(UTC)


def is_quiet(preferences: Preferences, now: datetime) -> bool:
    """Whether *now* is within the person's quiet hours; they may run over midnight."""
    first, last = preferences.quiet_from, preferences.quiet_to
    if first is None or last is None or first == last:
        return False
    clock = now.astimezone(PARIS).time()
    if first < last:
        return first <= clock < last
    return clock >= first or clock < last


def quiet_length(preferences: Preferences) -> timedelta:
    """How long the person's quiet hours last, each day."""
    first, last = preferences.quiet_from, preferences.quiet_to
    if first is None or last is None:
        return timedelta(0)
    minutes = (last.hour - first.hour) * 60 + last.minute - first.minute
    return timedelta(minutes=minutes % (24 * 60))


def is_settled(batch: ReaderBatch, recent: int, last: datetime | None, now: datetime) -> bool:
    """Whether what waits for one reader may leave: nothing follows, and they are not flooded.

    *recent* counts their messages of the last hour, *last* is when the latest was made.
    """
    flooded = recent >= MANY and last is not None and timedelta() <= now - last < PACE
    if flooded and batch.worst is not Severity.URGENT:
        return False
    ahead = batch.newest > now  # by a clock that was set back since
    return ahead or now - batch.newest >= SETTLE or now - batch.oldest >= PATIENCE


def still_ahead(params: Mapping[str, JSON], today: date) -> Mapping[str, JSON]:
    """The figures of a notice as read on *today*: a day foreseen that is past is not said again."""
    expected = params.get("expected_on")
    past = isinstance(expected, str) and date.fromisoformat(expected) < today
    return {**params, "expected_on": None} if past else params
