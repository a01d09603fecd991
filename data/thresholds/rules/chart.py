"""Compute thresholds on the consumption chart: a limit for each bar, an episode's view."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.types import (
    Ceiling,
    Preset,
    Series,
    SeriesBucket,
    SeriesStep,
    Unit,
    View,
)
from data.metering.pces.rules import month_of
from data.thresholds.types import EpisodeRow, LimitLine, LimitStep, ThresholdKind, ThresholdPeriod

PERIODS = {
    SeriesStep.DAY: ThresholdPeriod.DAY,
    SeriesStep.MONTH: ThresholdPeriod.MONTH,
    SeriesStep.YEAR: ThresholdPeriod.YEAR,
}
MOST = 3  # limit lines that a chart can show
_PER_M3 = 10_000
_LONGEST = timedelta(days=91)  # of days that can still be distinguished
_CEILINGS = {ThresholdKind.FIXED, ThresholdKind.WEATHER}
_SOON = 7  # days: an episode that starts so early in a month is shown with the month before


def are_drawn(step: SeriesStep) -> bool:
    """Return whether limits can be drawn by `step`: there are none by week."""
    return step in PERIODS


def with_ceilings(series: Series, lines: Sequence[LimitLine]) -> Series:
    """Return `series` with the limits that apply to its bars, lowest first.

    Only limits of the bars' own period are drawn. Low thresholds are no ceilings; euros and
    emissions have no limits.
    """
    if series.view.unit not in {Unit.KWH, Unit.M3}:
        return series
    period = PERIODS.get(series.view.step)
    ceilings = [
        Ceiling(line.name, tuple(_value(bucket, line.limits, series) for bucket in series.buckets))
        for line in lines
        if line.kind in _CEILINGS and line.period is period
    ]
    known_ceilings = [
        ceiling for ceiling in ceilings if any(value is not None for value in ceiling.values)
    ]
    return replace(series, ceilings=tuple(sorted(known_ceilings, key=_height)[:MOST]))


def _height(ceiling: Ceiling) -> int:
    """Return its last value."""
    return next(value for value in reversed(ceiling.values) if value is not None)


def _value(bucket: SeriesBucket, limits: Sequence[LimitStep], series: Series) -> int | None:
    """Return the limit in force at the end of a bar, in the unit of the bars."""
    at = bisect_right(limits, bucket.last, key=lambda limit: limit.first) - 1
    if at < 0 or limits[at].last < bucket.first:
        return None
    limit_wh = limits[at].limit_wh
    if series.view.unit is Unit.KWH:
        return limit_wh
    coefficient = bucket.coefficient_e4 or _usual(series)
    return round(limit_wh * _PER_M3 / coefficient) if coefficient else None


def _usual(series: Series) -> int | None:
    """Return a default coefficient: that of the year, else of the total."""
    return next(
        (
            bucket.coefficient_e4
            for bucket in (series.year, series.total)
            if bucket and bucket.coefficient_e4
        ),
        None,
    )


def view_at(view: View, row: EpisodeRow, today: date) -> View:
    """Return `view` of the bars around an episode, whatever was shown before."""
    at = replace(view, episode=row.id, day=None)
    if row.period is ThresholdPeriod.DAY:
        return _days(at, row, today)
    if row.period is ThresholdPeriod.YEAR:
        recent = row.first >= month_of(today, -36)
        wide = replace(at, preset=Preset.YEARS3, first=None, last=None, step=SeriesStep.YEAR)
        return wide if recent else replace(wide, preset=Preset.FREE, first=row.first, last=today)
    months = replace(at, step=SeriesStep.MONTH, first=None, last=None)
    if row.first >= month_of(today, -12):
        return replace(months, preset=Preset.MONTHS12)
    if row.first >= month_of(today, -36):
        return replace(months, preset=Preset.YEARS3)
    first, last = month_of(row.first, -6), month_end(month_of(row.first, 6))
    return replace(months, preset=Preset.FREE, first=first, last=last)


def _days(view: View, row: EpisodeRow, today: date) -> View:
    """Return the month in which it starts, extended to its end if days stay legible."""
    first = month_of(row.first, -1 if row.first.day <= _SOON else 0)
    end = min(row.ended_on or today, first + _LONGEST)
    last = max(month_end(row.first), end)
    return replace(view, preset=Preset.FREE, first=first, last=last, step=SeriesStep.DAY)
