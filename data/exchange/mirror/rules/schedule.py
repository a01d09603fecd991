"""Schedule reads: which sort of data, when and for which days (domain.md §1.5, §4.4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from core.i18n import PARIS
from data.exchange.mirror.types import MirrorPart, ReadTask
from data.metering.pces.types import Frequency
from data.rights.rules.declarations import years_after

NIGHT = time(2, 15)  # in Paris
AGAIN = timedelta(days=40)  # days read again each time: data arrive late and are corrected
PUBLISHED_AGAIN = timedelta(days=270)  # with the new months, in one call
# Years of history available, for each part with days or periods.
YEARS: Mapping[MirrorPart, int] = {
    MirrorPart.INFORMATIVE: 3,
    MirrorPart.PUBLISHED: 5,
    MirrorPart.INJECTED: 5,
}
DAYS = 28  # days of a month over which monthly reads are spread
MOST_TRIED = 4  # attempts in one round
_YEAR, _DAY = timedelta(days=365), timedelta(days=1)
_SOON = timedelta(days=15)  # what was read more recently waits until its day of the next month
_FIRST_WAIT = timedelta(minutes=2)
Days = tuple[date, date]


def next_night(now: datetime) -> datetime:
    """Return the next 02:15 in Paris after `now`."""
    return next(night for night in _nights_about(now) if night > now)


def last_night(now: datetime) -> datetime:
    """Return the last 02:15 in Paris up to `now`."""
    return max(night for night in _nights_about(now) if night <= now)


def _nights_about(now: datetime) -> list[datetime]:
    """Return the nights around `now` as times, across clock changes.

    A skipped 02:15 is replaced; of a repeated one, the first counts.
    """
    today = now.astimezone(PARIS).date()
    days = (today - _DAY, today, today + _DAY)
    return [datetime.combine(day, NIGHT, PARIS).astimezone(UTC) for day in days]


def is_nightly(part: MirrorPart, frequency: Frequency) -> bool:
    """Return whether a part is read each night: the days of a daily meter (domain.md §1.2)."""
    if frequency is Frequency.DAILY:
        return part is MirrorPart.PUBLISHED
    return part is MirrorPart.INFORMATIVE and frequency is not Frequency.HALF_YEARLY


def next_due(part: MirrorPart, frequency: Frequency, pce_id: int, now: datetime) -> datetime:
    """Return when data read at `now` are due again: the next night, or the PCE's monthly day."""
    night = next_night(now)
    if is_nightly(part, frequency):
        return night
    own = 1 + pce_id % DAYS
    day = night.astimezone(PARIS).date() + _SOON
    while day.day != own:
        day += _DAY
    return datetime.combine(day, NIGHT, PARIS).astimezone(now.tzinfo)


def next_try(attempts: int, now: datetime) -> datetime:
    """Return when a failed read is retried: soon, then later, then the next night."""
    if attempts >= MOST_TRIED:
        return next_night(now)
    wait = _FIRST_WAIT * int(4 ** (attempts - 1))
    return now + wait


def standing(task: ReadTask, today: date) -> ReadTask:
    """Return `task` with the known span limited to days that need not be read again.

    A read older than a year is forgotten: the days that may have changed would not fit in one
    request, and an interrupted round would lose the rest. Days that no right opens any more are
    forgotten too, to be read again if the perimeter grows back.
    """
    first, last = _opened(task, today)
    if task.done_at is None or _since(task, today) < today - _YEAR:
        return replace(task, whole_from=None, whole_until=None)
    known_days = _both((first, last), _known_span(task))
    start, end = known_days or (None, None)
    return replace(task, whole_from=start, whole_until=end)


def _opened(task: ReadTask, today: date) -> Days:
    """Return the readable days; the last is before the first when there are none."""
    floor = years_after(today, -YEARS[task.part]) + _DAY  # midnight may pass before the answer
    return max(floor, task.first or floor), min(today, task.last or today)


def _known_span(task: ReadTask) -> Days | None:
    if task.whole_from is None or task.whole_until is None:
        return None
    return task.whole_from, task.whole_until


def _both(days: Days, other: Days | None) -> Days | None:
    """Return the days in both spans; None without any."""
    if other is None:
        return None
    first, last = max(days[0], other[0]), min(days[1], other[1])
    return (first, last) if first <= last else None


def _since(task: ReadTask, today: date) -> date:
    """Return the first day that may have changed since `task` was done."""
    back = AGAIN if is_nightly(task.part, task.frequency) else PUBLISHED_AGAIN
    return min(_done_on(task, today), today) - back


def _done_on(task: ReadTask, today: date) -> date:
    return task.done_at.astimezone(PARIS).date() if task.done_at else today


def spans(task: ReadTask, today: date, begun: datetime) -> list[Days]:
    """Return the days to request, both ends included, a year at most at a time, for `standing`.

    First, oldest first: the days that may have changed since the last read, unless it was today and
    in the round `begun` then, and the days after it. Then, latest first, the days never read
    before, as far as the history and the perimeter go: what was read stays contiguous wherever it
    stops. Two consecutive spans share a day, so a single day is requested only where the right
    opens just one, and once that day is over.
    """
    first, last = _opened(task, today)
    known_days = _known_span(task) if task.done_at else None
    since = _changed_since(task, today, begun) if known_days else date.min
    if first == last:
        return [(first, last)] if since <= last < today else []
    if known_days is None:
        return _cut(first, last)
    return _cut(max(first, min(known_days[1], since)), last)[::-1] + _cut(first, known_days[0])


def _changed_since(task: ReadTask, today: date, begun: datetime) -> date:
    fresh = task.done_at is not None and task.done_at >= begun and _done_on(task, today) >= today
    return today if fresh else _since(task, today)


def _cut(first: date, last: date) -> list[Days]:
    edges = [last]
    while edges[-1] > first:
        edges.append(max(first, edges[-1] - _YEAR))
    return [(start, end) for end, start in pairwise(edges)]


def complete_span(task: ReadTask, read: Days) -> Days:
    """Return the span read completely, extended by `read`."""
    known_days = _known_span(task)
    if known_days is None or _both(known_days, read) is None:
        return read
    return min(known_days[0], read[0]), max(known_days[1], read[1])


def whole_but(task: ReadTask, closed: Days) -> Days | tuple[None, None]:
    """Return the span read completely, without the days `closed`, which must be read again."""
    first, until = _known_span(task) or closed
    if first < closed[0]:
        return first, min(until, closed[0])
    return (max(first, closed[1]), until) if closed[1] < until else (None, None)
