"""Compute what each kind of threshold measures on a gas day, and its limit.

A kind is a function from published days to evaluated days, with the metadata that makes the
evaluation cheap. The state machine, the reconciliation, the back-test and the evaluation know no
kind: a new one is a function here and a line of `EVALUATORS` (with `Prefilter.ALWAYS` until SQL can
exclude more). Its inputs besides the days of its PCE are put in its draft before the evaluation,
like `expected`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from data.metering.consumption.rules.calendar import same_day
from data.metering.consumption.types import Quality, Status
from data.metering.pces.rules import month_of
from data.thresholds.rules.day_limits import day_limit, day_values
from data.thresholds.rules.evaluated_days import (
    WHOLE,
    Day,
    EvaluatedDay,
    period_end,
    period_start,
    since,
)
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


class Prefilter(StrEnum):
    """How SQL can exclude, without replaying, that a changed PCE has a new episode."""

    DAY_ABOVE = "day_above"  # no changed day reaches the floor
    MONTH_ABOVE = "month_above"  # no month of the roll-up does
    YEAR_ABOVE = "year_above"
    DAY_BELOW = "day_below"  # no changed measured day is as low
    ALWAYS = "always"  # SQL cannot tell: rules are always replayed
    CLOCK = "clock"  # depends on time, not on readings


EvaluateDays = Callable[[Sequence[Day], ThresholdDraft, date, date], Iterator[EvaluatedDay]]


@dataclass(frozen=True, slots=True)
class KindEvaluator:
    """What the evaluation needs to know of a kind.

    `first_day_needed` returns the first day whose readings matter to a day.
    """

    evaluate_days: EvaluateDays
    prefilter: Prefilter
    first_day_needed: Callable[[date], date] = lambda day: day
    peak_is_lowest: bool = False


def limit_on(draft: ThresholdDraft, day: date) -> int:
    """Return the value of a FIXED threshold for the day, month or year of `day`."""
    if draft.period is ThresholdPeriod.DAY:
        return day_limit(draft, day)
    return draft.values_wh[day.month - 1 if draft.period is ThresholdPeriod.MONTH else 0]


def compare_with_limit(
    draft: ThresholdDraft, day: Day, value: int, limit: int, end: date | None
) -> EvaluatedDay:
    """Compare `value` with `limit`, for kinds that detect excess."""
    at_warning = _reaches_warning(draft, value, limit)
    rest = WHOLE - draft.hysteresis
    below_warning = value * WHOLE * WHOLE <= (draft.warn_at or WHOLE) * limit * rest
    return EvaluatedDay(
        day[0],
        value,
        limit,
        value > limit,
        value * WHOLE <= limit * rest,
        at_warning,
        below_warning and not at_warning,
        draft.consecutive,
        day[3] == Status.PROVISIONAL,
        end,
    )


def warn_only_if_ahead(
    draft: ThresholdDraft, evaluated_day: EvaluatedDay, usual: UsualShares | None
) -> EvaluatedDay:
    """Return `evaluated_day` of a total, warm only while ahead of the usual share on its day."""
    if usual is None or not evaluated_day.at_warning:
        return evaluated_day
    share, rest = usual.on(evaluated_day.day), WHOLE - draft.hysteresis
    behind = not is_ahead(evaluated_day.value * WHOLE, evaluated_day.limit * rest, share)
    return evaluated_day._replace(
        at_warning=is_ahead(evaluated_day.value, evaluated_day.limit, share), below_warning=behind
    )


def _reaches_warning(draft: ThresholdDraft, value: int, limit: int) -> bool:
    return draft.warn_at is not None and value > 0 and value * WHOLE >= draft.warn_at * limit


def _idle_at(draft: ThresholdDraft, limit: int) -> int:
    """Return the value below which consecutive days cannot change anything.

    Most days of a replay are below it and are skipped.
    """
    rest = WHOLE - draft.hysteresis
    return min(draft.warn_at or WHOLE, WHOLE) * limit * rest // (WHOLE * WHOLE)


def _evaluate_fixed_days(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedDay]:
    limit, varies = draft.values_wh[0], draft.week.is_set
    idle_at, idle = _idle_at(draft, limit), False
    for place in range(since(days, first), len(days)):
        day = days[place]
        if day[0] > last:
            return
        if varies:
            limit = day_limit(draft, day[0])
            idle_at = _idle_at(draft, limit)
        before, idle = idle, day[1] < idle_at
        if not (before and idle):
            yield compare_with_limit(draft, day, day[1], limit, None)


def _evaluate_fixed_totals(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedDay]:
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
            yield warn_only_if_ahead(
                draft, compare_with_limit(draft, day, total, limit, end), usual
            )


def _evaluate_relative(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedDay]:
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
            yield compare_with_limit(
                draft, day, total, limit, None if draft.period is ThresholdPeriod.DAY else end
            )


def _evaluate_low(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedDay]:
    """Yield measured days only: an estimated zero does not mean a stopped meter."""
    limit = draft.values_wh[0] if draft.values_wh else 0
    for place in range(since(days, first), len(days)):
        day, value, quality, status = days[place]
        if day > last:
            return
        if quality >= Quality.CORRECTED:
            clear = value * WHOLE > limit * (WHOLE + draft.hysteresis)
            low, provisional = value <= limit, status == Status.PROVISIONAL
            yield EvaluatedDay(
                day=day,
                value=value,
                limit=limit,
                over=low,
                clear=clear,
                at_warning=False,
                below_warning=False,
                needed=draft.consecutive,
                provisional=provisional,
                end=None,
            )


def _evaluate_nothing(
    days: Sequence[Day], draft: ThresholdDraft, first: date, last: date
) -> Iterator[EvaluatedDay]:
    """Yield nothing, for kinds that depend on time: see `silence`."""
    del days, draft, first, last
    yield from ()


def _a_year_before(day: date) -> date:
    return day - _YEAR_BACK


def _usual_years_before(day: date) -> date:
    return day - _YEAR_BACK * USUAL_YEARS


FIXED, RELATIVE, LOW = ThresholdKind.FIXED, ThresholdKind.RELATIVE, ThresholdKind.LOW
EVALUATORS: Mapping[tuple[ThresholdKind, ThresholdPeriod], KindEvaluator] = {
    (FIXED, ThresholdPeriod.DAY): KindEvaluator(_evaluate_fixed_days, Prefilter.DAY_ABOVE),
    (FIXED, ThresholdPeriod.MONTH): KindEvaluator(
        _evaluate_fixed_totals, Prefilter.MONTH_ABOVE, _usual_years_before
    ),
    (FIXED, ThresholdPeriod.YEAR): KindEvaluator(
        _evaluate_fixed_totals, Prefilter.YEAR_ABOVE, _usual_years_before
    ),
    (RELATIVE, ThresholdPeriod.DAY): KindEvaluator(
        _evaluate_relative, Prefilter.ALWAYS, _a_year_before
    ),
    (RELATIVE, ThresholdPeriod.MONTH): KindEvaluator(
        _evaluate_relative, Prefilter.ALWAYS, _a_year_before
    ),
    (RELATIVE, ThresholdPeriod.YEAR): KindEvaluator(
        _evaluate_relative, Prefilter.ALWAYS, _a_year_before
    ),
    (LOW, ThresholdPeriod.DAY): KindEvaluator(
        _evaluate_low, Prefilter.DAY_BELOW, peak_is_lowest=True
    ),
    (ThresholdKind.MISSING, ThresholdPeriod.DAY): KindEvaluator(_evaluate_nothing, Prefilter.CLOCK),
    (ThresholdKind.WEATHER, ThresholdPeriod.DAY): KindEvaluator(
        winter_points, Prefilter.ALWAYS, window_before
    ),
}


def evaluator_of(draft: ThresholdDraft) -> KindEvaluator:
    return EVALUATORS[draft.kind, draft.period]


def floors_of(draft: ThresholdDraft) -> dict[int, int]:
    """Return the value from which a day or sum may change an episode, by slot (month or 0).

    For DAY_BELOW it is the value at or below which it may; empty where SQL cannot tell.
    """
    prefilter = evaluator_of(draft).prefilter
    if prefilter is Prefilter.DAY_BELOW:
        return {0: draft.values_wh[0] if draft.values_wh else 0}
    if prefilter in {Prefilter.ALWAYS, Prefilter.CLOCK}:
        return {}
    level = min(WHOLE, draft.warn_at or WHOLE)
    if draft.period is not ThresholdPeriod.MONTH:
        return {0: min(day_values(draft)) * level // WHOLE}
    floors = [value * level // WHOLE for value in draft.values_wh]
    return dict(enumerate(floors, start=1))


def next_period(period: ThresholdPeriod, day: date) -> date:
    if period is ThresholdPeriod.MONTH:
        return month_of(day, 1)
    return date(day.year + 1, 1, 1) if period is ThresholdPeriod.YEAR else day + timedelta(days=1)
