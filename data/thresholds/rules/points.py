"""Compute what each kind of threshold measures on a gas day, and its limit.

A kind is a function from published days to points, with the metadata that makes the evaluation
cheap. The state machine (`spells`), the reconciliation, the back-test and the evaluation know no
kind: a new one is a function here and a line of `KINDS` (with `Screen.ALWAYS` until SQL can screen
it better). Its inputs besides the days of its PCE are put in its draft before the evaluation, like
`expected`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.metering.consumption.rules.calendar import same_day
from data.metering.consumption.types import Quality, Status
from data.metering.pces.rules import month_of
from data.thresholds.rules.point import WHOLE, Day, EvaluatedPoint, period_end, period_start, since
from data.thresholds.rules.usual import YEARS as USUAL_YEARS
from data.thresholds.rules.usual import UsualShares, is_ahead
from data.thresholds.rules.winter import window_before, winter_points
from data.thresholds.types import ThresholdDraft, ThresholdKind, ThresholdPeriod

EQUAL_DAYS = {
    ThresholdPeriod.DAY: 1,
    ThresholdPeriod.MONTH: 7,
    ThresholdPeriod.YEAR: 30,
}  # fewer say nothing about the year before
_YEAR_BACK = timedelta(days=366)


class Screen(StrEnum):
    """How SQL can exclude, without replaying, that a changed PCE has a new episode."""

    DAY_ABOVE = "day_above"  # no changed day reaches the floor
    MONTH_ABOVE = "month_above"  # no month of the roll-up does
    YEAR_ABOVE = "year_above"
    DAY_BELOW = "day_below"  # no changed measured day is as low
    ALWAYS = "always"  # SQL cannot tell: rules are always replayed
    CLOCK = "clock"  # depends on time, not on readings


Points = Callable[[Sequence[Day], ThresholdDraft, date, date], Iterator[EvaluatedPoint]]


@dataclass(frozen=True, slots=True)
class PointKind:
    """What the evaluation needs to know of a kind.

    `back` returns the first day whose readings matter to a day; `lowest` says that its peak is the
    minimum.
    """

    points: Points
    screen: Screen
    back: Callable[[date], date] = lambda day: day
    lowest: bool = False


def limit_on(draft: ThresholdDraft, day: date) -> int:
    """Return the value of a FIXED threshold for the day, month or year of `day`."""
    return draft.values_wh[day.month - 1 if draft.period is ThresholdPeriod.MONTH else 0]


def above(
    draft: ThresholdDraft, day: Day, value: int, limit: int, end: date | None
) -> EvaluatedPoint:
    """Compare `value` with `limit`, for kinds that detect excess."""
    warm = _reaches_warning(draft, value, limit)
    rest = WHOLE - draft.hysteresis
    cool = value * WHOLE * WHOLE <= (draft.warn_at or WHOLE) * limit * rest
    return EvaluatedPoint(
        day[0],
        value,
        limit,
        value > limit,
        value * WHOLE <= limit * rest,
        warm,
        cool and not warm,
        draft.consecutive,
        day[3] == Status.PROVISIONAL,
        end,
    )


def only_ahead(
    draft: ThresholdDraft, point: EvaluatedPoint, usual: UsualShares | None
) -> EvaluatedPoint:
    """Return `point` of a total, warm only while ahead of the usual share on its day."""
    if usual is None or not point.warm:
        return point
    share, rest = usual.on(point.day), WHOLE - draft.hysteresis
    behind = not is_ahead(point.value * WHOLE, point.limit * rest, share)
    return point._replace(warm=is_ahead(point.value, point.limit, share), cool=behind)


def _reaches_warning(draft: ThresholdDraft, value: int, limit: int) -> bool:
    return draft.warn_at is not None and value > 0 and value * WHOLE >= draft.warn_at * limit


def _idle_at(draft: ThresholdDraft, limit: int) -> int:
    """Return the value below which consecutive days cannot change anything.

    Most days of a replay are below it and are skipped.
    """
    rest = WHOLE - draft.hysteresis
    return min(draft.warn_at or WHOLE, WHOLE) * limit * rest // (WHOLE * WHOLE)


def _fixed_day(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedPoint]:
    limit = draft.values_wh[0]
    idle_at, idle = _idle_at(draft, limit), False
    for place in range(since(days, first), len(days)):
        day = days[place]
        if day[0] > last:
            return
        before, idle = idle, day[1] < idle_at
        if not (before and idle):
            yield above(draft, day, day[1], limit, None)


def _fixed_total(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedPoint]:
    """Yield running totals; days of the period before `first` count without being evaluated."""
    end, total, limit, idle_at, idle = date.min, 0, 0, 0, False
    usual: UsualShares | None = None
    for place in range(since(days, period_start(draft.period, first)), len(days)):
        day = days[place]
        if day[0] > last:
            return
        if day[0] > end:
            end, total, idle = period_end(draft.period, day[0]), 0, False
            usual = None
            limit = limit_on(draft, day[0])
            idle_at = _idle_at(draft, limit)
        total += day[1]
        if day[0] >= first:
            before, idle = idle, total < idle_at
            if before and idle:
                continue
            if usual is None and _reaches_warning(draft, total, limit):
                usual = UsualShares(days, draft.period, day[0])
            yield only_ahead(draft, above(draft, day, total, limit, end), usual)


def _relative(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedPoint]:
    """Yield comparisons with the same days a year before, over days published in both.

    29 February has no counterpart. A zero a year before is not compared.
    """
    energy_by_day = {day[0]: day[1] for day in days}
    end, total, before, shared = date.min, 0, 0, 0
    for place in range(since(days, period_start(draft.period, first)), len(days)):
        day = days[place]
        if day[0] > last:
            return
        if day[0] > end:
            end, total, before, shared = period_end(draft.period, day[0]), 0, 0, 0
        then = same_day(day[0], 1)
        earlier = energy_by_day.get(then) if then is not None else None
        if earlier is None:
            continue
        total, before, shared = total + day[1], before + earlier, shared + 1
        if day[0] >= first and before and shared >= EQUAL_DAYS[draft.period]:
            limit = before * (WHOLE + draft.percent) // WHOLE
            yield above(
                draft, day, total, limit, None if draft.period is ThresholdPeriod.DAY else end
            )


def _low(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedPoint]:
    """Yield measured days only: an estimated zero does not mean a stopped meter."""
    limit = draft.values_wh[0] if draft.values_wh else 0
    for place in range(since(days, first), len(days)):
        day, value, quality, status = days[place]
        if day > last:
            return
        if quality >= Quality.CORRECTED:
            clear = value * WHOLE > limit * (WHOLE + draft.hysteresis)
            low, provisional = value <= limit, status == Status.PROVISIONAL
            yield EvaluatedPoint(
                day=day,
                value=value,
                limit=limit,
                over=low,
                clear=clear,
                warm=False,
                cool=False,
                needed=draft.consecutive,
                provisional=provisional,
                end=None,
            )


def _nothing(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedPoint]:
    """Yield nothing, for kinds that depend on time: see `silence`."""
    del days, draft, first, last
    yield from ()


def _a_year_before(day: date) -> date:
    return day - _YEAR_BACK


def _usual_years_before(day: date) -> date:
    return day - _YEAR_BACK * USUAL_YEARS


FIXED, RELATIVE, LOW = ThresholdKind.FIXED, ThresholdKind.RELATIVE, ThresholdKind.LOW
KINDS: Mapping[tuple[ThresholdKind, ThresholdPeriod], PointKind] = {
    (FIXED, ThresholdPeriod.DAY): PointKind(_fixed_day, Screen.DAY_ABOVE),
    (FIXED, ThresholdPeriod.MONTH): PointKind(
        _fixed_total, Screen.MONTH_ABOVE, _usual_years_before
    ),
    (FIXED, ThresholdPeriod.YEAR): PointKind(_fixed_total, Screen.YEAR_ABOVE, _usual_years_before),
    (RELATIVE, ThresholdPeriod.DAY): PointKind(_relative, Screen.ALWAYS, _a_year_before),
    (RELATIVE, ThresholdPeriod.MONTH): PointKind(_relative, Screen.ALWAYS, _a_year_before),
    (RELATIVE, ThresholdPeriod.YEAR): PointKind(_relative, Screen.ALWAYS, _a_year_before),
    (LOW, ThresholdPeriod.DAY): PointKind(_low, Screen.DAY_BELOW, lowest=True),
    (ThresholdKind.MISSING, ThresholdPeriod.DAY): PointKind(_nothing, Screen.CLOCK),
    (ThresholdKind.WEATHER, ThresholdPeriod.DAY): PointKind(
        winter_points, Screen.ALWAYS, window_before
    ),
}


def kind_of(draft: ThresholdDraft) -> PointKind:
    return KINDS[draft.kind, draft.period]


def floors_of(draft: ThresholdDraft) -> dict[int, int]:
    """Return the value from which a day or sum may change an episode, by slot (month or 0).

    For DAY_BELOW it is the value at or below which it may; empty where SQL cannot tell.
    """
    screen = kind_of(draft).screen
    if screen is Screen.DAY_BELOW:
        return {0: draft.values_wh[0] if draft.values_wh else 0}
    if screen in {Screen.ALWAYS, Screen.CLOCK}:
        return {}
    level = min(WHOLE, draft.warn_at or WHOLE)
    floors = [value * level // WHOLE for value in draft.values_wh]
    return (
        dict(enumerate(floors, start=1))
        if draft.period is ThresholdPeriod.MONTH
        else {0: floors[0]}
    )


def next_period(period: ThresholdPeriod, day: date) -> date:
    if period is ThresholdPeriod.MONTH:
        return month_of(day, 1)
    return date(day.year + 1, 1, 1) if period is ThresholdPeriod.YEAR else day + timedelta(days=1)
