"""One PCE's gas days in columns: values, knowledge of each, and shares of periods."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import IntEnum
from typing import Any, NamedTuple

from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.types import Flag, Quality, SeriesStep, Status
from data.provenance import DataSource

Values = list[int | None]
# gas day, energy, volume, coefficient, temperature, quality, status, flags
DayRow = tuple[date | str, int | None, int | None, int | None, int | None, int, int, int]


class DayState(IntEnum):
    """What is known of a gas day; OUTSIDE is before the history or beyond the readable days."""

    OUTSIDE = 0
    AWAITED = 1
    ABSENT = 2
    RECONSTRUCTED = 3
    ESTIMATED = 4
    MEASURED = 5


_STATES = bytes(
    {
        Quality.ABSENT: DayState.ABSENT,
        Quality.RECONSTRUCTED: DayState.RECONSTRUCTED,
        Quality.ESTIMATED: DayState.ESTIMATED,
        Quality.CORRECTED: DayState.MEASURED,
        Quality.MEASURED: DayState.MEASURED,
    }[quality]
    for quality in Quality
)
_STATE_OF = _STATES.ljust(256, bytes([DayState.MEASURED]))
_IS_PROVISIONAL = bytes(n == Status.PROVISIONAL for n in range(256))
_IS_DEPOSITED = bytes(bool(n & Flag.FROM_DEPOSIT) for n in range(256))
_IS_FLAGGED = bytes(bool(n & Flag.MISMATCH) for n in range(256))


class StoredPeriod(NamedTuple):
    """A stored period, both ends included."""

    first: date
    last: date
    energy_wh: int | None
    volume_dm3: int | None
    quality: int
    status: int
    source: int = int(DataSource.DISTRIBUTOR)
    astride: bool = False  # a week over two months, one of which has its own monthly line


@dataclass(slots=True)
class DayColumns:
    """Columns by day, starting at the gas day of ordinal `base`.

    `first`…`until` are the ordinals of the days that may have a value: from the start of the
    history to the last published day, within what the viewer may read.
    """

    base: int
    first: int
    last: int  # the last readable day, due or not
    until: int
    energy: Values
    volume: Values
    coefficient: Values
    temperature: Values
    state: bytearray
    provisional: bytearray
    flagged: bytearray
    prorated: bytearray
    spoken: bytearray  # a source stated this day, possibly as absent
    deposited: bytearray  # deposited by an organisation, or rebuilt from a deposit
    spent: Values = field(default_factory=list)  # by day, or empty: see rules/spending
    unpriced: bytearray = field(default_factory=bytearray)

    def slice(self, first: date, last: date) -> slice:
        return slice(first.toordinal() - self.base, last.toordinal() - self.base + 1)


def keep_measured(days: DayColumns) -> DayColumns:
    """Return a copy of `days` where those that were not measured are absent."""
    flags = [
        state == DayState.MEASURED and not prorated
        for state, prorated in zip(days.state, days.prorated, strict=True)
    ]
    valued_states = range(DayState.RECONSTRUCTED, DayState.MEASURED + 1)
    states = [
        DayState.ABSENT if state in valued_states and not is_measured else state
        for state, is_measured in zip(days.state, flags, strict=True)
    ]
    return replace(
        days,
        energy=_only(days.energy, flags),
        volume=_only(days.volume, flags),
        state=bytearray(states),
        prorated=bytearray(len(flags)),
    )


def _only(values: Values, flags: Sequence[bool]) -> Values:
    return [
        value if is_measured else None for value, is_measured in zip(values, flags, strict=True)
    ]


@dataclass(frozen=True, slots=True)
class Extent:
    """The readable days of a history; None is unbounded, or unknown."""

    first: date | None  # start of the history, within the right
    until: date | None  # last published day, within the right
    last: date | None = None  # last day of the right


def days_of(window: tuple[date, date], extent: Extent, rows: Sequence[DayRow]) -> DayColumns:
    """Build the columns of `window` from `rows`, oldest first; rows outside are dropped."""
    base, size = window[0].toordinal(), window[1].toordinal() - window[0].toordinal() + 1
    last = min(extent.last or window[1], window[1]).toordinal()
    if extent.first is None:
        first, until, last = base, base - 1, base - 1
    else:
        first = extent.first.toordinal()
        until = min(extent.until.toordinal(), last) if extent.until else first - 1
    days = DayColumns(
        base, first, last, until,
        [None] * size, [None] * size, [None] * size, [None] * size,
        bytearray(size), bytearray(size), bytearray(size), bytearray(size), bytearray(size),
        bytearray(size),
    )  # fmt: skip
    low, middle = max(first, base) - base, max(first, base, until + 1) - base
    high = max(last + 1 - base, middle)
    days.state[low:middle] = bytes([DayState.ABSENT]) * (middle - low)
    days.state[middle:high] = bytes([DayState.AWAITED]) * (high - middle)
    _fill(days, rows)
    return days


def _fill(days: DayColumns, rows: Sequence[DayRow]) -> None:
    """Fill by column and by run of consecutive days: a loop by row costs ten times more."""
    if not rows:
        return
    columns = [*zip(*rows, strict=True)]
    row_days = columns[0]
    stop = bisect_right(row_days, days.last, key=ordinal)
    start = bisect_left(row_days, max(days.first, days.base), hi=stop, key=ordinal)
    while start < stop:
        end = _run_end(row_days, start, stop)
        low = ordinal(row_days[start]) - days.base
        _fill_run(days, slice(low, low + end - start), [column[start:end] for column in columns])
        start = end


def ordinal(day: date | str) -> int:
    """Return the ordinal of a day; SQLite's driver returns days as text."""
    return (date.fromisoformat(day) if isinstance(day, str) else day).toordinal()


def _run_end(row_days: Sequence[date | str], start: int, stop: int) -> int:
    """Return the end of the run of consecutive days from `start`, by bisection."""
    first = ordinal(row_days[start])
    if ordinal(row_days[stop - 1]) - first == stop - 1 - start:
        return stop
    return bisect_right(
        range(start, stop), first - start, key=lambda n: ordinal(row_days[n]) - n
    ) + start  # fmt: skip


def _fill_run(days: DayColumns, at: slice, columns: Sequence[Sequence[Any]]) -> None:
    _days, energy, volume, coefficient, temperature, quality, status, flags = columns
    days.energy[at], days.volume[at] = energy, volume
    days.coefficient[at], days.temperature[at] = coefficient, temperature
    days.state[at] = bytes(quality).translate(_STATE_OF)
    days.provisional[at] = bytes(status).translate(_IS_PROVISIONAL)
    days.flagged[at] = bytes(flags).translate(_IS_FLAGGED)
    days.deposited[at] = bytes(flags).translate(_IS_DEPOSITED)
    days.spoken[at] = b"\1" * len(energy)
    if None in energy:
        for n, place in enumerate(range(at.start, at.stop)):
            if energy[n] is None and volume[n] is None:
                days.state[place] = DayState.ABSENT
                days.provisional[place] = 0


def shares(total: int, parts: int) -> list[int]:
    """Split `total` into `parts` integers that differ by at most one and sum to it exactly.

    The remainders are spread evenly.
    """
    return [total * (n + 1) // parts - total * n // parts for n in range(parts)]


def put_temperatures(days: DayColumns, rows: Iterable[DayRow]) -> None:
    """Copy only the temperatures of `rows`: published periods have none."""
    for day, *_values, temperature, _quality, _status, _flags in rows:
        at = ordinal(day) - days.base
        if _may_hold(days, at):
            days.temperature[at] = temperature


def unmeasured(days: DayColumns) -> tuple[date, date] | None:
    """Return the first and last day without temperature where a value is possible, or None."""
    low, high = max(days.first, days.base), min(days.until, days.base + len(days.state) - 1)
    part = days.temperature[low - days.base : max(high - days.base + 1, 0)]
    if None not in part:
        return None
    first = part.index(None)
    last = len(part) - 1 - part[::-1].index(None)
    return date.fromordinal(low + first), date.fromordinal(low + last)


def put_local(days: DayColumns, rows: Iterable[tuple[Any, ...]]) -> None:
    """Fill missing temperatures with the daily means of the place, `rows` of (day, mean, …)."""
    for day, mean, *_ends in rows:
        at = ordinal(day) - days.base
        if _may_hold(days, at) and days.temperature[at] is None:
            days.temperature[at] = mean


def put_published(days: DayColumns, periods: Iterable[StoredPeriod]) -> None:
    """Share published periods out by gas day; on a day covered twice, the first given wins."""
    for period in periods:
        period_places = _places(days, period)
        _distribute_period(
            days,
            period,
            period_places,
            [n for n in period_places if _may_hold(days, n) and not _known_mask(days, n)],
        )


def fits(period: StoredPeriod, step: SeriesStep) -> bool:
    """Return whether a sheet period can be shown by `step`; it is never split by day or week.

    By month, a week across two monthly lines is skipped: a right may end between them, and each
    line would depend on whether the other is readable.
    """
    if step in {SeriesStep.MONTH, SeriesStep.YEAR}:
        return not period.astride
    return span_of(step, period.first) == span_of(step, period.last)


def put_sheet(days: DayColumns, periods: Iterable[StoredPeriod]) -> None:
    """Let lines of weekly or monthly sheets cover the days without daily data.

    A line without any known day is shared out. A partly known line gives its remainder to the days
    without statement, unless a day was stated absent, since its sum may lack that day. Finer lines
    come first.
    """
    for period in sorted(periods, key=lambda p: (p.last - p.first, p.first)):
        period_places = _places(days, period)
        if not (_may_hold(days, period_places.start) and _may_hold(days, period_places.stop - 1)):
            continue
        empty = [n for n in period_places if not _known_mask(days, n)]
        if len(empty) == len(period_places):
            _distribute_period(days, period, period_places, period_places)
        elif not any(days.spoken[n] for n in empty):
            at = slice(period_places.start, period_places.stop)
            energy = _remaining_total(period.energy_wh, days.energy[at])
            volume = _remaining_total(period.volume_dm3, days.volume[at])
            remaining_period = period._replace(energy_wh=energy, volume_dm3=volume)
            _distribute_period(days, remaining_period, empty, empty)


def _places(days: DayColumns, period: StoredPeriod) -> range:
    at = days.slice(period.first, period.last)
    return range(at.start, at.stop)


def _may_hold(days: DayColumns, at: int) -> bool:
    return 0 <= at < len(days.state) and days.first <= days.base + at <= days.last


def _known_mask(days: DayColumns, at: int) -> bool:
    return days.energy[at] is not None or days.volume[at] is not None


def _remaining_total(total: int | None, known: Values) -> int | None:
    """Return what known days leave of `total`; None rather than zero when nothing is left."""
    if total is None:
        return None
    remaining_amount = total - sum(value for value in known if value is not None)
    return remaining_amount if remaining_amount > 0 else None


def _distribute_period(
    days: DayColumns, period: StoredPeriod, parts: Sequence[int], free_places: Sequence[int]
) -> None:
    """Share `period` over the places `parts`, storing the shares of `free_places` only."""
    if not parts or (period.energy_wh is None and period.volume_dm3 is None):
        return
    kept_places = set(free_places)
    for at, energy, volume in zip(
        parts, _split(period.energy_wh, len(parts)), _split(period.volume_dm3, len(parts)),
        strict=True,
    ):  # fmt: skip
        if at in kept_places:
            days.energy[at], days.volume[at] = energy, volume
            days.state[at] = _STATES[period.quality]
            days.provisional[at] = period.status == Status.PROVISIONAL
            days.prorated[at] = 1
            days.deposited[at] = period.source == DataSource.DEPOSIT


def _split(total: int | None, parts: int) -> Values:
    return [None] * parts if total is None else [*shares(total, parts)]
