"""Turn gas days into bars: sums, coverage, like-for-like comparisons, headline."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache

from data.metering.consumption.rules.calendar import (
    DAY,
    comparison_shifts,
    month_end,
    span_of,
    spans,
)
from data.metering.consumption.rules.days import DayColumns, DayState, Values
from data.metering.consumption.rules.reference import ReferenceDays
from data.metering.consumption.types import (
    REFERENCE,
    Comparison,
    Headline,
    SeriesBucket,
    SeriesStep,
    Unit,
)
from data.metering.pces.rules import days_late, due_on, known_by, month_of
from data.metering.pces.types import Frequency

GIVEN_UP = 36  # days past the expected one after which no date is announced
FEW_DAYS = 5  # of a month: fewer would only compare the weather


@dataclass(frozen=True, slots=True)
class SeriesOptions:
    """How to make bars: step, compared years, unit and current date."""

    step: SeriesStep
    compare: Sequence[int]
    unit: Unit
    today: date
    corrected: Mapping[int, date]  # ordinal of a gas day: when its value was last changed
    frequency: Frequency
    by_weekday: bool = False  # days are compared with the same weekday
    reference: ReferenceDays | None = None

    def by_month(self) -> "SeriesOptions":
        """Return the options of months, compared with the year before."""
        return replace(self, step=SeriesStep.MONTH, compare=(1,), by_weekday=False, reference=None)

    @property
    def compared(self) -> Sequence[int]:
        """Return the compared years, and `REFERENCE` when there is one."""
        return (*self.compare, REFERENCE) if self.reference else self.compare


def buckets_of(
    days: DayColumns, chart_request: SeriesOptions, first: date, last: date
) -> tuple[SeriesBucket, ...]:
    """Return the bars of `first`…`last`, oldest first."""
    return tuple(
        [
            bucket_of(days, chart_request, start, end)
            for start, end in spans(chart_request.step, first, last)
        ]
    )


def bucket_of(
    days: DayColumns,
    chart_request: SeriesOptions,
    first: date,
    last: date,
    parts: Sequence[SeriesBucket] = (),
) -> SeriesBucket:
    """Return the days of `first`…`last` as one bar; comparisons are summed from `parts` if given.

    `parts` are the bars of the same days by the same step.
    """
    low, high = max(first.toordinal(), days.first), min(last.toordinal(), days.last)
    begins, ends = span_of(chart_request.step, chart_request.today)
    current = first <= ends and last >= begins
    if low > high:
        return _nothing(first, last, current=current)
    start, stop = low - days.base, high - days.base + 1
    energy, volume = days.energy[start:stop], days.volume[start:stop]
    count, prorated = days.state.count, days.prorated.count(1, start, stop)
    return SeriesBucket(
        first=date.fromordinal(low),
        last=date.fromordinal(high),
        energy_wh=_sum(energy),
        volume_dm3=_sum(volume),
        days=stop - start,
        days_due=_until(days, known_by(chart_request.today, chart_request.frequency), low, high),
        days_coming=high - low + 1 - _until(days, chart_request.today - DAY, low, high),
        days_measured=count(DayState.MEASURED, start, stop),
        days_estimated=count(DayState.ESTIMATED, start, stop),
        days_reconstructed=count(DayState.RECONSTRUCTED, start, stop),
        days_absent=count(DayState.ABSENT, start, stop),
        days_awaited=count(DayState.AWAITED, start, stop),
        days_prorated=prorated,
        provisional=days.provisional.find(1, start, stop) >= 0,
        current=current,
        corrected_on=_corrected_on(chart_request.corrected, low, high),
        flagged=days.flagged.find(1, start, stop) >= 0,
        coefficient_e4=_coefficient(days.coefficient[start:stop], energy, volume),
        temperature_c100=_mean(days.temperature[start:stop]),
        comparisons=_comparisons(days, chart_request, (low, high), parts),
        days_unpriced=days.unpriced.count(1, start, stop),
        days_deposited=days.deposited.count(1, start, stop),
        spent=_sum(days.spent[start:stop]),
    )


def _comparisons(
    days: DayColumns,
    chart_request: SeriesOptions,
    stretch: tuple[int, int],
    parts: Sequence[SeriesBucket],
) -> tuple[Comparison, ...]:
    if parts:
        return tuple([_added(parts, years) for years in chart_request.compared])
    return tuple(
        [comparison_of(days, chart_request, stretch, years) for years in chart_request.compared]
    )


def _added(parts: Sequence[SeriesBucket], years: int) -> Comparison:
    comparisons = [
        comparison for part in parts for comparison in part.comparisons if comparison.years == years
    ]
    return Comparison(
        years=years,
        energy_wh=_sum([comparison.energy_wh for comparison in comparisons]),
        volume_dm3=_sum([comparison.volume_dm3 for comparison in comparisons]),
        days=sum([comparison.days for comparison in comparisons]),
        days_expected=sum([comparison.days_expected for comparison in comparisons]),
        this_wh=_sum([comparison.this_wh for comparison in comparisons]),
        this_dm3=_sum([comparison.this_dm3 for comparison in comparisons]),
        shared_wh=_sum([comparison.shared_wh for comparison in comparisons]),
        shared_dm3=_sum([comparison.shared_dm3 for comparison in comparisons]),
        spent=_sum([comparison.spent for comparison in comparisons]),
        this_spent=_sum([comparison.this_spent for comparison in comparisons]),
        shared_spent=_sum([comparison.shared_spent for comparison in comparisons]),
        energy_days=sum([comparison.energy_days for comparison in comparisons]),
    )


def comparison_of(
    days: DayColumns, chart_request: SeriesOptions, stretch: tuple[int, int], years: int
) -> Comparison:
    """Compare with the same days `years` before, up to the last day with data on this side.

    The window of `days` must extend back to every counterpart. `REFERENCE` compares with the days
    of the reference instead.
    """
    low, high = stretch[0], min(stretch[1], days.until)
    energy, volume, spent = Sides(), Sides(), Sides()
    expected = 0
    others, runs = _counterparts(days, chart_request, years)
    for first, last, shift in runs:
        if last < low or first > high or low > high or max(first, low) - shift < others.base:
            continue
        start, stop = max(first, low) - days.base, min(last, high) - days.base + 1
        expected += stop - start
        back = shift + others.base - days.base
        now, then = slice(start, stop), slice(start - back, stop - back)
        energy.add(days.energy[now], others.energy[then])
        volume.add(days.volume[now], others.volume[then])
        spent.add(days.spent[now], others.spent[then])
    return Comparison(
        years=years,
        energy_wh=energy.earlier,
        volume_dm3=volume.earlier,
        days={Unit.KWH: energy, Unit.M3: volume}.get(chart_request.unit, spent).days,
        days_expected=expected,
        this_wh=energy.now if energy.days else None,
        this_dm3=volume.now if volume.days else None,
        shared_wh=energy.then if energy.days else None,
        shared_dm3=volume.then if volume.days else None,
        spent=spent.earlier,
        this_spent=spent.now if spent.days else None,
        shared_spent=spent.then if spent.days else None,
        energy_days=energy.days,
    )


def _counterparts(
    days: DayColumns, chart_request: SeriesOptions, years: int
) -> tuple[DayColumns, Sequence[tuple[int, int, int]]]:
    """Return the days to compare with, and the runs of days that face them."""
    if years == REFERENCE and chart_request.reference:
        return chart_request.reference.days, chart_request.reference.runs
    step = None if chart_request.by_weekday else chart_request.step
    return days, _runs(days.base, days.base + len(days.state) - 1, years, step)


class Sides:
    """Sums over two stretches of equal length, on days known in both; `earlier` sums all."""

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
                (here, then_value)
                for here, then_value in zip(now, then, strict=True)
                if here is not None and then_value is not None
            ]
            now, then = (
                [here for here, _then_value in both],
                [then_value for _here, then_value in both],
            )
            before = sum(then)  # type: ignore[arg-type]  # none of them is None
        self.days += len(now)
        self.now += sum(now)  # type: ignore[arg-type]  # none of them is None
        self.then += before


@lru_cache(maxsize=512)
def _runs(
    low: int, high: int, years: int, step: SeriesStep | None
) -> tuple[tuple[int, int, int], ...]:
    """Return the runs of a comparison by `step`, or by weekday without one."""
    runs = comparison_shifts(date.fromordinal(low), date.fromordinal(high), years, step)
    return tuple((first.toordinal(), last.toordinal(), shift) for first, last, shift in runs)


def is_too_early(until: date, known_days: int, before: int, pces: int = 1) -> bool:
    """Return whether the month of `until`, with `known_days` values, is too incomplete to headline.

    The month before, with `before` known days, is then used instead.
    """
    return until != month_end(until) and known_days < FEW_DAYS * pces and before > known_days


def headline_of(
    days: DayColumns, chart_request: SeriesOptions, until: date | None, *, full_month: bool = False
) -> Headline | None:
    """Return the month of the last published day, up to that day, and its comparison.

    When it `is_too_early`, or incomplete with `full_month`, the month before is used if it has
    data.
    """
    if until is None:
        return None
    by_month = chart_request.by_month()
    month = until.replace(day=1)
    bar = bucket_of(days, by_month, month, until)
    if until != month_end(until) and (full_month or _days_known(bar) < FEW_DAYS):
        start, end = month_of(until, -1), month - DAY
        earlier = bucket_of(days, by_month, start, end)
        known_days, before = _days_known(bar), _days_known(earlier)
        if is_too_early(until, known_days, before) or (full_month and before):
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
    """Return first and last day of the last 12 complete months, or of those up to the last data.

    `until` is the last day with a value.
    """
    first = month_of(today, -12)
    if until is not None and until < first:
        return last_year_of(until + DAY)
    return first, month_of(today) - DAY


def expected_on(until: date | None, frequency: Frequency, today: date) -> date | None:
    """Return when the next days usually arrive, None when that cannot be said."""
    if until is None or frequency is Frequency.HALF_YEARLY:
        return None
    if days_late(until, frequency, today) > GIVEN_UP:
        return None
    return max(due_on(until, frequency), today + DAY)


def _nothing(first: date, last: date, *, current: bool) -> SeriesBucket:
    return SeriesBucket(
        first, last, None, None, 0, 0, 0, 0, 0, 0, 0, 0,
        provisional=False, current=current, corrected_on=None, flagged=False,
        coefficient_e4=None, temperature_c100=None, comparisons=(),
    )  # fmt: skip


def _until(days: DayColumns, day: date, low: int, high: int) -> int:
    """Return how many days of a stretch are up to `day` or have a value."""
    return max(0, min(high, max(days.until, day.toordinal())) - low + 1)


def _days_known(bar: SeriesBucket) -> int:
    return bar.days - bar.days_absent - bar.days_awaited


def _sum(values: Values) -> int | None:
    known_values = [value for value in values if value is not None] if None in values else values
    return sum(known_values) if known_values else None  # type: ignore[arg-type]  # none of them is None


def _mean(values: Values) -> int | None:
    known_values = [value for value in values if value is not None] if None in values else values
    return round(sum(known_values) / len(known_values)) if known_values else None  # type: ignore[arg-type]


def _coefficient(own: Values, energy: Values, volume: Values) -> int | None:
    """Return the energy-weighted mean coefficient of the days, else energy over volume.

    Volumes are often rounded to the m³: over few days, energy over volume could lie outside the
    coefficients of those days.
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
