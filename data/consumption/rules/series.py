"""From gas days to bars: sums, coverage, comparisons on the same days, the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from data.consumption.rules.calendar import DAY, month_end, month_of, shifts, span_of, spans
from data.consumption.rules.days import Days, State, Values
from data.consumption.types import Bucket, Comparison, Headline, Step, Unit
from data.pces.types import Frequency

USUAL_DELAY = 3  # days between the end of a gas day and its publication
MONTHLY_ARRIVAL = 20  # monthly sites: the days of a month come by the 20th of the next
STALE_AFTER = 40  # past that, nobody can say when data will come
FEW_DAYS = 5  # of a month: fewer compare the weather of two days


@dataclass(frozen=True, slots=True)
class Asked:
    """How bars are made: by what, compared with which years, counted in which unit, and when."""

    step: Step
    compare: Sequence[int]
    unit: Unit
    today: date
    corrected: Mapping[int, date]  # ordinal of a gas day: when its value was last changed


def buckets_of(days: Days, asked: Asked, first: date, last: date) -> tuple[Bucket, ...]:
    """Every bar of *first*…*last*, oldest first."""
    return tuple(
        bucket_of(days, asked, start, end) for start, end in spans(asked.step, first, last)
    )


def bucket_of(days: Days, asked: Asked, first: date, last: date) -> Bucket:
    """The days of *first*…*last* as one bar."""
    current = span_of(asked.step, first)[0] <= asked.today <= span_of(asked.step, last)[1]
    low, high = max(first.toordinal(), days.first), min(last.toordinal(), days.last)
    if low > high:
        return _nothing(first, last, current=current)
    first, last = date.fromordinal(low), date.fromordinal(high)
    at = slice(low - days.base, high - days.base + 1)
    state = days.state[at]
    return Bucket(
        first=first,
        last=last,
        energy_wh=_sum(days.energy[at]),
        volume_dm3=_sum(days.volume[at]),
        days=high - low + 1,
        days_measured=state.count(State.MEASURED),
        days_estimated=state.count(State.ESTIMATED),
        days_reconstructed=state.count(State.RECONSTRUCTED),
        days_absent=state.count(State.ABSENT),
        days_awaited=state.count(State.AWAITED),
        days_prorated=days.prorated.count(1, at.start, at.stop),
        provisional=days.provisional.find(1, at.start, at.stop) >= 0,
        current=current,
        corrected_on=_corrected_on(asked.corrected, low, high),
        flagged=days.flagged.find(1, at.start, at.stop) >= 0,
        coefficient_e4=_coefficient(days, at),
        temperature_c100=_mean(days.temperature[at]),
        comparisons=tuple(
            comparison_of(days, asked, (low, high), years) for years in asked.compare
        ),
    )


def comparison_of(days: Days, asked: Asked, stretch: tuple[int, int], years: int) -> Comparison:
    """The same days *years* before: awaited ones are left out, so both sides stop together.

    The window of *days* must reach back to every counterpart.
    """
    low, high = stretch[0], min(stretch[1], days.until)
    energy, volume = _Sides(), _Sides()
    expected = 0
    end = days.base + len(days.state) - 1
    for first, last, shift in _runs(days.base, end, years, asked.step):
        if last < low or first > high or low > high:
            continue
        start, stop = max(first, low) - days.base, min(last, high) - days.base + 1
        expected += stop - start
        now, then = slice(start, stop), slice(start - shift, stop - shift)
        energy.add(days.energy[now], days.energy[then])
        volume.add(days.volume[now], days.volume[then])
    return Comparison(
        years=years,
        energy_wh=_sum(energy.earlier),
        volume_dm3=_sum(volume.earlier),
        days=len(energy.now) if asked.unit is Unit.KWH else len(volume.now),
        days_expected=expected,
        this_wh=sum(energy.now) if energy.now else None,
        this_dm3=sum(volume.now) if volume.now else None,
        shared_wh=sum(energy.then) if energy.then else None,
        shared_dm3=sum(volume.then) if volume.then else None,
    )


class _Sides:
    """The values of two stretches of the same length, and those of the days both know."""

    __slots__ = ("earlier", "now", "then")

    def __init__(self) -> None:
        self.earlier: Values = []
        self.now: list[int] = []
        self.then: list[int] = []

    def add(self, now: Values, then: Values) -> None:
        self.earlier += then
        if None not in now and None not in then:
            self.now += now  # type: ignore[arg-type]  # none of them is None
            self.then += then  # type: ignore[arg-type]
            return
        for here, there in zip(now, then, strict=True):
            if here is not None and there is not None:
                self.now.append(here)
                self.then.append(there)


@lru_cache(maxsize=512)
def _runs(low: int, high: int, years: int, step: Step) -> tuple[tuple[int, int, int], ...]:
    runs = shifts(date.fromordinal(low), date.fromordinal(high), years, step)
    return tuple((first.toordinal(), last.toordinal(), shift) for first, last, shift in runs)


def headline_of(
    days: Days, asked: Asked, until: date | None, *, whole: bool = False
) -> Headline | None:
    """The month of the last published day, up to that day, against the same days before.

    While fewer than FEW_DAYS of it are known, or where only a *whole* month will do, it is the
    month before, if that one is known.
    """
    if until is None:
        return None
    by_month = replace(asked, step=Step.MONTH, compare=(1,))
    month = until.replace(day=1)
    bar = bucket_of(days, by_month, month, until)
    if until != month_end(until) and (whole or _days_known(bar) < FEW_DAYS):
        start, end = month_of(until, -1), month - DAY
        earlier = bucket_of(days, by_month, start, end)
        if _days_known(earlier) > _days_known(bar) or (whole and _days_known(earlier)):
            month, until, bar = start, end, earlier
    return Headline(
        month=month,
        until=until,
        energy_wh=bar.energy_wh,
        volume_dm3=bar.volume_dm3,
        comparison=bar.comparisons[0] if bar.comparisons else None,
    )


def last_year_of(today: date) -> tuple[date, date]:
    """First and last day of the last 12 complete months."""
    return month_of(today, -12), month_of(today) - DAY


def expected_on(until: date | None, frequency: Frequency, today: date) -> date | None:
    """When the next days usually arrive; None when nobody can tell."""
    if until is None or frequency is Frequency.HALF_YEARLY or (today - until).days > STALE_AFTER:
        return None
    if frequency is Frequency.MONTHLY_LARGE:
        usual = month_of(until + DAY, 1).replace(day=MONTHLY_ARRIVAL)
    else:
        usual = until + DAY + timedelta(days=USUAL_DELAY)
    return max(usual, today + DAY)


def _nothing(first: date, last: date, *, current: bool) -> Bucket:
    return Bucket(
        first, last, None, None, 0, 0, 0, 0, 0, 0, 0,
        provisional=False, current=current, corrected_on=None, flagged=False,
        coefficient_e4=None, temperature_c100=None, comparisons=(),
    )  # fmt: skip


def _days_known(bar: Bucket) -> int:
    return bar.days - bar.days_absent - bar.days_awaited


def _known(values: Values) -> Sequence[int]:
    if None not in values:
        return values  # type: ignore[return-value]  # none of them is None
    return [value for value in values if value is not None]


def _sum(values: Values) -> int | None:
    known = _known(values)
    return sum(known) if known else None


def _mean(values: Values) -> int | None:
    known = _known(values)
    return round(sum(known) / len(known)) if known else None


def _coefficient(days: Days, at: slice) -> int | None:
    """A day's own; else energy over volume, of the days that have both."""
    own = days.coefficient[at]
    if len(own) == 1 and own[0] is not None:
        return own[0]
    both = _Sides()
    both.add(days.energy[at], days.volume[at])
    volume = sum(both.then)
    return round(sum(both.now) * 10_000 / volume) if volume else None


def _corrected_on(corrected: Mapping[int, date], low: int, high: int) -> date | None:
    if low == high or not corrected:
        return corrected.get(low)
    return max((on for day, on in corrected.items() if low <= day <= high), default=None)
