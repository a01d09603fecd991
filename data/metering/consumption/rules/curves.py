"""Compare the curve of a file with the known one: daily means by day, week or month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from data.metering.consumption.types import SeriesStep
from data.metering.pces.rules import month_of

_MOST = 62  # points of a curve by day or by week


@dataclass(frozen=True, slots=True)
class Curve:
    """Daily means in Wh by step, in the file and before it."""

    step: SeriesStep
    starts: tuple[date, ...]
    file: tuple[int | None, ...]
    stored_means: tuple[int | None, ...]


def draw_curve(file: Mapping[date, int], stored_amounts: Mapping[date, int]) -> Curve | None:
    """Return the curve over the days of `file`, or None without any."""
    if not file:
        return None
    first, last = min(file), max(file)
    step = _step((last - first).days + 1)
    starts = tuple(_starts(step, first, last))
    return Curve(step, starts, _means(step, starts, file), _means(step, starts, stored_amounts))


def _step(days: int) -> SeriesStep:
    if days <= _MOST:
        return SeriesStep.DAY
    return SeriesStep.WEEK if days <= 7 * _MOST else SeriesStep.MONTH


def _start(step: SeriesStep, day: date) -> date:
    if step is SeriesStep.DAY:
        return day
    return day - timedelta(days=day.weekday()) if step is SeriesStep.WEEK else month_of(day)


def _starts(step: SeriesStep, first: date, last: date) -> Iterable[date]:
    start, end = _start(step, first), _start(step, last)
    while start <= end:
        yield start
        start = month_of(start, 1) if step is SeriesStep.MONTH else start + timedelta(
            days=1 if step is SeriesStep.DAY else 7
        )  # fmt: skip


def _means(
    step: SeriesStep, starts: tuple[date, ...], days: Mapping[date, int]
) -> tuple[int | None, ...]:
    amounts_by_start: dict[date, list[int]] = {}
    for day, amount in days.items():
        amounts_by_start.setdefault(_start(step, day), []).append(amount)
    return tuple(
        round(fmean(amounts_by_start[start])) if start in amounts_by_start else None
        for start in starts
    )
