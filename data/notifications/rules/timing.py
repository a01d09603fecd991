"""Schedule notices and retries, and decide when a message is given up."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from core.i18n import PARIS
from data.notifications.types import JSON, Grouping, Preferences, ReaderBatch, Severity

RECALL_AFTER = timedelta(days=7)  # an unread open notice is sent again once
_DELAYS = (1, 5, 15, 60, 180, 360, 720)  # minutes before the 2nd, 3rd… attempt
# between attempts while a server is down
_SHORTEST, _LONGEST = timedelta(minutes=1), timedelta(minutes=30)

SETTLE = timedelta(seconds=20)  # an evaluation posts in several transactions: wait for its end
PATIENCE = timedelta(minutes=3)  # but no longer, when notices keep coming
HOUR = timedelta(hours=1)
MANY = 6  # messages in the last hour from which a person gets one every ten minutes
PACE = timedelta(minutes=10)
_ASKING = (timedelta(hours=1), timedelta(days=1), timedelta(days=7), timedelta(days=30))


def ask_again(attempt_count: int, last: datetime | None) -> datetime | None:
    """Return when an address may be asked to confirm again, after `attempt_count` requests."""
    if last is None or attempt_count < 1:
        return None
    return last + _ASKING[min(attempt_count, len(_ASKING)) - 1]


def next_attempt(attempts: int, now: datetime) -> datetime | None:
    """Return when to retry after `attempts` failures; None to give up."""
    if attempts > len(_DELAYS):
        return None
    return now + timedelta(minutes=_DELAYS[max(0, attempts - 1)])


def retry_when_down(created_at: datetime, now: datetime) -> datetime:
    """Return when to retry after an outage: never given up, at growing intervals."""
    return now + min(_LONGEST, max(_SHORTEST, (now - created_at) / 4))


def grouping_of(grouping: Grouping, preferences: Preferences, severity: Severity) -> Grouping:
    """Return the grouping for a person: their choice, but the threshold's for urgent notices."""
    if severity is Severity.URGENT or preferences.grouping is None:
        return grouping
    return preferences.grouping


def due_at(grouping: Grouping, preferences: Preferences, now: datetime) -> datetime:
    """Return when a notice of `now` is sent: at once, or in the next digest, Paris time."""
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
    """Return whether `now` is within the person's quiet hours, possibly over midnight."""
    first, last = preferences.quiet_from, preferences.quiet_to
    if first is None or last is None or first == last:
        return False
    clock = now.astimezone(PARIS).time()
    if first < last:
        return first <= clock < last
    return clock >= first or clock < last


def quiet_length(preferences: Preferences) -> timedelta:
    """Return the duration of the person's quiet hours."""
    first, last = preferences.quiet_from, preferences.quiet_to
    if first is None or last is None:
        return timedelta(0)
    minutes = (last.hour - first.hour) * 60 + last.minute - first.minute
    return timedelta(minutes=minutes % (24 * 60))


def is_settled(batch: ReaderBatch, recent: int, last: datetime | None, now: datetime) -> bool:
    """Return whether a reader's pending notices can be sent: complete, and not too many.

    `recent` counts their messages of the last hour; the latest was created at `last`.
    """
    flooded = recent >= MANY and last is not None and timedelta() <= now - last < PACE
    if flooded and batch.worst is not Severity.URGENT:
        return False
    ahead = batch.newest > now  # by a clock set back since
    return ahead or now - batch.newest >= SETTLE or now - batch.oldest >= PATIENCE


def still_ahead(params: Mapping[str, JSON], today: date) -> Mapping[str, JSON]:
    """Return the parameters of a notice, without a forecast day before `today`."""
    expected = params.get("expected_on")
    past = isinstance(expected, str) and date.fromisoformat(expected) < today
    return {**params, "expected_on": None} if past else params
