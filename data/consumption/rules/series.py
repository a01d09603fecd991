"""From gas days to bars: sums, coverage, comparisons on the same days, the headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from data.consumption.rules.calendar import DAY, month_end, shifts, span_of, spans
from data.consumption.rules.days import Days, State, Values
from data.consumption.types import Bucket, Comparison, Headline, Step, Unit
from data.pces.rules import days_late, due_on, known_by, month_of
from data.pces.types import Frequency

GIVEN_UP = 36  # days past the expected one: then nobody can say when data will come
FEW_DAYS = 5  # of a month: fewer compare the weather of two days


@dataclass(frozen=True, slots=True)
class Asked:
    """How bars are made: by what, compared with which years, counted in which unit, and when."""

    step: Step
    compare: Sequence[int]
    unit: Unit
    today: date
    corrected: Mapping[int, date]  # ordinal of a gas day: when its value was last changed
    frequency: Frequency


def buckets_of(days: Days, asked: Asked, first: date, last: date) -> tuple[Bucket, ...]:
    """Every bar of *first*…*last*, oldest first."""
    return tuple(
        [bucket_of(days, asked, start, end) for start, end in spans(asked.step, first, last)]
    )


def bucket_of(
    days: Days, asked: Asked, first: date, last: date, parts: Sequence[Bucket] = ()
) -> Bucket:
    """The days of *first*…*last* as one bar; its comparisons are summed from *parts*, if given.

    These are the bars of the very same days, by the same step.
    """
    low, high = max(first.toordinal(), days.first), min(last.toordinal(), days.last)
    begins, ends = span_of(asked.step, asked.today)
    current = first <= ends and last >= begins
    if low > high:
        return _nothing(first, last, current=current)
    start, stop = low - days.base, high - days.base + 1
    energy, volume = days.energy[start:stop], days.volume[start:stop]
    count, prorated = days.state.count, days.prorated.count(1, start, stop)
    return Bucket(
        first=date.fromordinal(low),
        last=date.fromordinal(high),
        energy_wh=_sum(energy),
        volume_dm3=_sum(volume),
        days=stop - start,
        days_due=_due(days, asked, low, high),
        days_coming=high - low + 1 - _until(days, asked.today - DAY, low, high),
        days_measured=count(State.MEASURED, start, stop),
        days_estimated=count(State.ESTIMATED, start, stop),
        days_reconstructed=count(State.RECONSTRUCTED, start, stop),
        days_absent=count(State.ABSENT, start, stop),
        days_awaited=count(State.AWAITED, start, stop),
        days_prorated=prorated,
        provisional=days.provisional.find(1, start, stop) >= 0,
        current=current,
        corrected_on=_corrected_on(asked.corrected, low, high),
        flagged=days.flagged.find(1, start, stop) >= 0,
        coefficient_e4=_coefficient(days.coefficient[start:stop], energy, volume),
        temperature_c100=_mean(days.temperature[start:stop]),
        comparisons=_comparisons(days, asked, (low, high), parts),
        days_unpriced=days.unpriced.count(1, start, stop),
        days_deposited=days.deposited.count(1, start, stop),
        spent=_sum(days.spent[start:stop]),
    )


def shown_of(
    days: Days, asked: Asked, period: tuple[date, date], buckets: Sequence[Bucket]
) -> Bucket:
    """The days of *period* as one bar, compared by date: the same whatever the step.

    *buckets* are the bars of the same days, those to come included.
    """
    by_date = replace(asked, step=Step.DAY)
    return bucket_of(days, by_date, *period, () if asked.step is Step.WEEK else buckets)


def _comparisons(
    days: Days, asked: Asked, stretch: tuple[int, int], parts: Sequence[Bucket]
) -> tuple[Comparison, ...]:
    if parts:
        return tuple([_added(parts, years) for years in asked.compare])
    return tuple([comparison_of(days, asked, stretch, years) for years in asked.compare])


def _added(parts: Sequence[Bucket], years: int) -> Comparison:
    found = [one for part in parts for one in part.comparisons if one.years == years]
    return Comparison(
        years=years,
        energy_wh=_sum([one.energy_wh for one in found]),
        volume_dm3=_sum([one.volume_dm3 for one in found]),
        days=sum([one.days for one in found]),
        days_expected=sum([one.days_expected for one in found]),
        this_wh=_sum([one.this_wh for one in found]),
        this_dm3=_sum([one.this_dm3 for one in found]),
        shared_wh=_sum([one.shared_wh for one in found]),
        shared_dm3=_sum([one.shared_dm3 for one in found]),
        spent=_sum([one.spent for one in found]),
        this_spent=_sum([one.this_spent for one in found]),
        shared_spent=_sum([one.shared_spent for one in found]),
    )


def comparison_of(days: Days, asked: Asked, stretch: tuple[int, int], years: int) -> Comparison:
    """The same days *years* before: awaited ones are left out, so both sides stop together.

    The window of *days* must reach back to every counterpart.
    """
    low, high = stretch[0], min(stretch[1], days.until)
    energy, volume, spent = Sides(), Sides(), Sides()
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
        spent.add(days.spent[now], days.spent[then])
    return Comparison(
        years=years,
        energy_wh=energy.earlier,
        volume_dm3=volume.earlier,
        days={Unit.KWH: energy, Unit.M3: volume}.get(asked.unit, spent).days,
        days_expected=expected,
        this_wh=energy.now if energy.days else None,
        this_dm3=volume.now if volume.days else None,
        shared_wh=energy.then if energy.days else None,
        shared_dm3=volume.then if volume.days else None,
        spent=spent.earlier,
        this_spent=spent.now if spent.days else None,
        shared_spent=spent.then if spent.days else None,
    )


class Sides:
    """Sums of two stretches of the same length, on the days that both know; `earlier` of all."""

    __slots__ = ("days", "earlier", "now", "then")

    def __init__(self) -> None:
        self.earlier: int | None = None
        self.days = self.now = self.then = 0

    def add(self, now: Values, then: Values) -> None:
        before = _sum(then)
        if before is None:
            return
        self.earlier = before + (self.earlier or 0)
        if None in now or None in then:
            both = [
                (here, there)
                for here, there in zip(now, then, strict=True)
                if here is not None and there is not None
            ]
            now, then = [here for here, _there in both], [there for _here, there in both]
            before = sum(then)  # type: ignore[arg-type]  # none of them is None
        self.days += len(now)
        self.now += sum(now)  # type: ignore[arg-type]  # none of them is None
        self.then += before


@lru_cache(maxsize=512)
def _runs(low: int, high: int, years: int, step: Step) -> tuple[tuple[int, int, int], ...]:
    runs = shifts(date.fromordinal(low), date.fromordinal(high), years, step)
    return tuple((first.toordinal(), last.toordinal(), shift) for first, last, shift in runs)


def is_too_early(until: date, known: int, before: int, pces: int = 1) -> bool:
    """Whether the month of *until*, of which *known* days have a value, tells too little.

    Then the month before it, which knows *before* days, is told instead.
    """
    return until != month_end(until) and known < FEW_DAYS * pces and before > known


def headline_of(
    days: Days, asked: Asked, until: date | None, *, whole: bool = False
) -> Headline | None:
    """The month of the last published day, up to that day, against the same days before.

    While it `is_too_early`, or where only a *whole* month will do, it is the month before, if that
    one is known.
    """
    if until is None:
        return None
    by_month = replace(asked, step=Step.MONTH, compare=(1,))
    month = until.replace(day=1)
    bar = bucket_of(days, by_month, month, until)
    if until != month_end(until) and (whole or _days_known(bar) < FEW_DAYS):
        start, end = month_of(until, -1), month - DAY
        earlier = bucket_of(days, by_month, start, end)
        known, before = _days_known(bar), _days_known(earlier)
        if is_too_early(until, known, before) or (whole and before):
            month, until, bar = start, end, earlier
    return Headline(
        month=month,
        until=until,
        energy_wh=bar.energy_wh,
        volume_dm3=bar.volume_dm3,
        comparison=bar.comparisons[0] if bar.comparisons else None,
        spent=bar.spent,
        days_deposited=bar.days_deposited,
    )


def last_year_of(today: date, until: date | None = None) -> tuple[date, date]:
    """First and last day of the last 12 complete months; of the last known, when data ended before.

    *until* is the last day with a value.
    """
    first = month_of(today, -12)
    if until is not None and until < first:
        return last_year_of(until + DAY)
    return first, month_of(today) - DAY


def expected_on(until: date | None, frequency: Frequency, today: date) -> date | None:
    """When the next days usually arrive; None when nobody can tell."""
    if until is None or frequency is Frequency.HALF_YEARLY:
        return None
    if days_late(until, frequency, today) > GIVEN_UP:
        return None
    return max(due_on(until, frequency), today + DAY)


def _nothing(first: date, last: date, *, current: bool) -> Bucket:
    return Bucket(
        first, last, None, None, 0, 0, 0, 0, 0, 0, 0, 0,
        provisional=False, current=current, corrected_on=None, flagged=False,
        coefficient_e4=None, temperature_c100=None, comparisons=(),
    )  # fmt: skip


def _due(days: Days, asked: Asked, low: int, high: int) -> int:
    """How many days of a stretch are in when nothing is late, as of a group; any with a value."""
    return _until(days, known_by(asked.today, asked.frequency), low, high)


def _until(days: Days, day: date, low: int, high: int) -> int:
    """How many days of a stretch are not beyond *day*, or have a value."""
    return max(0, min(high, max(days.until, day.toordinal())) - low + 1)


def _days_known(bar: Bucket) -> int:
    return bar.days - bar.days_absent - bar.days_awaited


def _sum(values: Values) -> int | None:
    known = [value for value in values if value is not None] if None in values else values
    return sum(known) if known else None  # type: ignore[arg-type]  # none of them is None


def _mean(values: Values) -> int | None:
    known = [value for value in values if value is not None] if None in values else values
    return round(sum(known) / len(known)) if known else None  # type: ignore[arg-type]


def _coefficient(own: Values, energy: Values, volume: Values) -> int | None:
    """Between those of its days, by their energy; else energy over volume, of days with both.

    Volumes are often stated in whole m³: of a few of them, energy over volume would be outside
    the coefficients of its own days.
    """
    weight, shares = 0, 0.0
    for wh, e4 in zip(energy, own, strict=True):
        if wh is not None and wh > 0:
            if not e4:
                break
            weight, shares = weight + wh, shares + wh / e4
    else:
        if weight:
            return round(weight / shares)
    if len(own) == 1 and own[0] is not None:
        return own[0]
    both = Sides()
    both.add(energy, volume)
    return round(both.now * 10_000 / both.then) if both.then else None


def _corrected_on(corrected: Mapping[int, date], low: int, high: int) -> date | None:
    if low == high or not corrected:
        return corrected.get(low)
    return max((on for day, on in corrected.items() if low <= day <= high), default=None)
