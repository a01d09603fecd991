"""Schedule reads: which sort of data, when and for which days (domain.md §1.5, §4.4)."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from core.i18n import PARIS
from data.mirror.types import MirrorPart, ReadTask
from data.pces.types import Frequency
from data.rights.rules.declarations import years_after

NIGHT = time(2, 15)  # in Paris
AGAIN = timedelta(days=40)  # data come late and are corrected: read anew each time
PUBLISHED_AGAIN = timedelta(days=270)  # with the months that passed, one call
# Of history that are given, of each part that is said by days or periods.
YEARS: Mapping[MirrorPart, int] = {
    MirrorPart.INFORMATIVE: 3,
    MirrorPart.PUBLISHED: 5,
    MirrorPart.INJECTED: 5,
}
DAYS = 28  # of a month, over which what is read once in it is spread
SILENT = timedelta(minutes=5)  # a job that says nothing for that long has died
MOST_TRIED = 4  # times in one round that something is asked for in vain
_YEAR, _DAY = timedelta(days=365), timedelta(days=1)
_SOON = timedelta(days=15)  # what was read so lately waits for its day of the month after
_FIRST_WAIT = timedelta(minutes=2)
Days = tuple[date, date]


def next_night(now: datetime) -> datetime:
    """The next time that it is 02:15 in Paris, after *now*."""
    return next(night for night in _nights_about(now) if night > now)


def last_night(now: datetime) -> datetime:
    """The last time that it was 02:15 in Paris, *now* included."""
    return max(night for night in _nights_about(now) if night <= now)


def _nights_about(now: datetime) -> list[datetime]:
    """From the one before *now* to the one after: instants, whatever is done to the clocks.

    One that is put forward has no 02:15, one that is put back has two, of which the first is it.
    """
    today = now.astimezone(PARIS).date()
    days = (today - _DAY, today, today + _DAY)
    return [datetime.combine(day, NIGHT, PARIS).astimezone(UTC) for day in days]


def is_nightly(part: MirrorPart, frequency: Frequency) -> bool:
    """Whether it is read each night: the days of a meter that says them (domain.md §1.2)."""
    if frequency is Frequency.DAILY:
        return part is MirrorPart.PUBLISHED
    return part is MirrorPart.INFORMATIVE and frequency is not Frequency.HALF_YEARLY


def next_due(part: MirrorPart, frequency: Frequency, pce_id: int, now: datetime) -> datetime:
    """When data read *now* are read again: the next night, or that of the PCE's own day."""
    night = next_night(now)
    if is_nightly(part, frequency):
        return night
    own = 1 + pce_id % DAYS
    day = night.astimezone(PARIS).date() + _SOON
    while day.day != own:
        day += _DAY
    return datetime.combine(day, NIGHT, PARIS).astimezone(now.tzinfo)


def next_try(attempts: int, now: datetime) -> datetime:
    """When what was asked for in vain is asked again: soon, then later, then the next night."""
    if attempts >= MOST_TRIED:
        return next_night(now)
    wait = _FIRST_WAIT * int(4 ** (attempts - 1))
    return now + wait


def standing(task: ReadTask, today: date) -> ReadTask:
    """*task* as it knows what it read of the days that it may ask for.

    It knows nothing when that is longer ago than a year: what may have changed since is then more
    than one question holds, and were the round killed in between, nobody would know of the rest.
    Nor of days that its perimeter opens no more: what they become is not read, so that they are
    read again where it grows back.
    """
    first, last = _opened(task, today)
    if task.done_at is None or _since(task, today) < today - _YEAR:
        return replace(task, whole_from=None, whole_until=None)
    known_days = _both((first, last), _known_span(task))
    start, end = known_days or (None, None)
    return replace(task, whole_from=start, whole_until=end)


def _opened(task: ReadTask, today: date) -> Days:
    """The days that may be asked for, the last before the first where there is none."""
    floor = years_after(today, -YEARS[task.part]) + _DAY  # midnight may come before the answer
    return max(floor, task.first or floor), min(today, task.last or today)


def _known_span(task: ReadTask) -> Days | None:
    if task.whole_from is None or task.whole_until is None:
        return None
    return task.whole_from, task.whole_until


def _both(days: Days, other: Days | None) -> Days | None:
    """The days that are of *days* and of *other*."""
    if other is None:
        return None
    first, last = max(days[0], other[0]), min(days[1], other[1])
    return (first, last) if first <= last else None


def _since(task: ReadTask, today: date) -> date:
    """The first day that may have changed since *task* was done."""
    back = AGAIN if is_nightly(task.part, task.frequency) else PUBLISHED_AGAIN
    return min(_done_on(task, today), today) - back


def _done_on(task: ReadTask, today: date) -> date:
    return task.done_at.astimezone(PARIS).date() if task.done_at else today


def spans(task: ReadTask, today: date, begun: datetime) -> list[Days]:
    """Return the days to ask for, both ends included, a year at most at a time, for `standing`.

    First, oldest first: the days that may have changed since the last read, unless it was today and
    in the round *begun* then, and the days after it. Then, latest first, the days never read
    before, as far as the history and the perimeter go: what was read stays contiguous wherever it
    stops. Two consecutive spans share a day, so a single day is asked for only where the right
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
    """From and until which day all was read, now that *read* was too."""
    known_days = _known_span(task)
    if known_days is None or _both(known_days, read) is None:
        return read
    return min(known_days[0], read[0]), max(known_days[1], read[1])


def whole_but(task: ReadTask, closed: Days) -> Days | tuple[None, None]:
    """The same, now that nothing was given of the days *closed*: they are to be read."""
    first, until = _known_span(task) or closed
    if first < closed[0]:
        return first, min(until, closed[0])
    return (max(first, closed[1]), until) if closed[1] < until else (None, None)
