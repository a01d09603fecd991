"""The curve of a file beside what is known of its PCE: means a day, by day, week or month."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import fmean

from data.consumption.types import Step
from data.pces.rules import month_of

_MOST = 62  # points of a curve by day or by week


@dataclass(frozen=True, slots=True)
class Curve:
    """By step, from the one that holds the first day: Wh a day of the file, and known before."""

    step: Step
    starts: tuple[date, ...]
    file: tuple[int | None, ...]
    known: tuple[int | None, ...]


def draw_curve(file: Mapping[date, int], known: Mapping[date, int]) -> Curve | None:
    """The curve over the days of *file*; None when it has none."""
    if not file:
        return None
    first, last = min(file), max(file)
    step = _step((last - first).days + 1)
    starts = tuple(_starts(step, first, last))
    return Curve(step, starts, _means(step, starts, file), _means(step, starts, known))


def _step(days: int) -> Step:
    if days <= _MOST:
        return Step.DAY
    return Step.WEEK if days <= 7 * _MOST else Step.MONTH


def _start(step: Step, day: date) -> date:
    if step is Step.DAY:
        return day
    return day - timedelta(days=day.weekday()) if step is Step.WEEK else month_of(day)


def _starts(step: Step, first: date, last: date) -> Iterable[date]:
    start, end = _start(step, first), _start(step, last)
    while start <= end:
        yield start
        start = month_of(start, 1) if step is Step.MONTH else start + timedelta(
            days=1 if step is Step.DAY else 7
        )  # fmt: skip


def _means(
    step: Step, starts: tuple[date, ...], days: Mapping[date, int]
) -> tuple[int | None, ...]:
    found: dict[date, list[int]] = {}
    for day, amount in days.items():
        found.setdefault(_start(step, day), []).append(amount)
    return tuple(round(fmean(found[start])) if start in found else None for start in starts)
