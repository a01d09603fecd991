"""Compute positions on the chart: the value scale, column labels and states."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from math import ceil, floor, log10

from core.i18n import _, day_month, number, short_month, weekday_initial
from data.metering.consumption.rules.calendar import span_of
from data.metering.consumption.rules.labels import (
    amount,
    before,
    clip_note,
    comparison_of,
    coverage,
    days_known,
    is_mostly,
)
from data.metering.consumption.types import KEPT, ChartMark, Series, SeriesBucket, SeriesStep, Unit

DENSE = 120  # above this number of bars, outlines and patterns are under a pixel
LETTERS = 40  # above, a letter is wider than its bar
WEEKLY = frozenset({1, 8, 15, 22})
ENOUGH = 0.75  # minimum share of a bar's days for drawing the year before beside it
MEGA = 10_000  # kWh at the top of the axis, from which phones show MWh
ROOM = 0.1  # share of the width of the bars, for the word of a limit from 1200 px on
SPACING = (1.0, 2.0, 2.5, 5.0, 10.0)


class BarState(StrEnum):
    """State of a bar: the first that applies, in this order.

    OUTSIDE is before the history, after the end of service, or beyond the right to read: nothing is
    drawn, nothing counts as missing.
    """

    OUTSIDE = "outside"
    ABSENT = "absent"
    AWAITED = "awaited"
    CURRENT = "current"
    ESTIMATED = "estimated"
    RECONSTRUCTED = "reconstructed"
    PRORATED = "prorated"
    MEASURED = "measured"


def state(bucket: SeriesBucket, step: SeriesStep) -> BarState:
    """Return the state of a bar; one that the history or the period cuts is not complete either."""
    if bucket.days == 0:
        return BarState.OUTSIDE
    if days_known(bucket) == 0:
        return BarState.ABSENT if bucket.days_absent else BarState.AWAITED
    is_cut = (bucket.first, bucket.last) != span_of(step, bucket.first)
    if (bucket.current or is_cut) and not is_mostly(bucket, bucket.days_prorated):
        return BarState.CURRENT
    for days, bucket_state in (
        (bucket.days_estimated, BarState.ESTIMATED),
        (bucket.days_reconstructed, BarState.RECONSTRUCTED),
        (bucket.days_prorated, BarState.PRORATED),
    ):
        if is_mostly(bucket, days):
            return bucket_state
    return BarState.MEASURED


@dataclass(frozen=True, slots=True)
class Scale:
    """The value axis: from 0 to `top`, with a line every `every`."""

    top: float
    every: float


@lru_cache(KEPT)
def states(series: Series) -> tuple[BarState, ...]:
    """Return the state of each bar."""
    return tuple([state(bucket, series.view.step) for bucket in series.buckets])


@lru_cache(KEPT)
def scale(series: Series, lines: int = 7) -> Scale:
    highest = max((value for value in _values(series) if value is not None), default=0)
    return fit_scale(highest / 1000, lines)


def fit_scale(highest: float, lines: int) -> Scale:
    """Return an axis of some `lines` whose top is a labelled value above `highest`."""
    if highest <= 0:
        return Scale(10, 5)
    rough = highest * 1.03 / lines
    power = 10 ** floor(log10(rough))
    every = next(power * spacing for spacing in SPACING if power * spacing >= rough)
    return Scale(ceil(highest * 1.03 / every) * every, every)


def values(axis: Scale) -> list[float]:
    """Return the labelled values of the axis, from the bottom."""
    return [axis.every * rank for rank in range(round(axis.top / axis.every) + 1)]


def in_thousands(series: Series) -> bool:
    """Return whether phones show MWh: kWh would take a third of the width."""
    return series.view.unit is Unit.KWH and scale(series).top >= MEGA


def _values(series: Series) -> list[int | None]:
    amounts = [amount(bucket, series.view.unit) for bucket in series.buckets]
    for years in series.view.compared:
        amounts += [earlier(bucket, series, years) for bucket in series.buckets]
    for ceiling in series.ceilings:
        amounts += ceiling.values
    if series.similar:
        amounts += [band[1] for band in series.similar.values if band]
    return [*amounts, *(series.planned.values if series.planned else ())]


def room(series: Series) -> float:
    """Return the columns left free at the right end for the labels of limits."""
    ends = any(ceiling.values[-1:] != (None,) for ceiling in series.ceilings)
    return round(len(series.buckets) * ROOM, 3) if ends and series.buckets else 0


def columns(series: Series) -> float:
    """Return the width of the plot in columns."""
    return max(len(series.buckets), 1) + room(series)


def share_of(at: float, series: Series) -> float:
    """Return the share of the width to the left of `at`."""
    return (at + 0.5) / columns(series)


def place(day: date, buckets: Sequence[SeriesBucket]) -> float | None:
    """Return the x position of the start of `day`, in columns; None outside."""
    rank = bisect_right(buckets, day, key=lambda bucket: bucket.first) - 1
    if rank < 0 or day > buckets[rank].last:
        return None
    bucket = buckets[rank]
    span = (bucket.last - bucket.first).days + 1
    return rank - 0.5 + (day - bucket.first).days / span


def mark_place(mark: ChartMark, series: Series) -> float | None:
    """Return the position of an event; annotations begun earlier are at the left end."""
    day = max(mark.day, series.buckets[0].first) if series.buckets else mark.day
    return place(day, series.buckets)


def mark_end(mark: ChartMark, series: Series) -> float | None:
    """Return the end of an annotation, clipped to the chart; None for a single day."""
    if not mark.last or mark.last <= mark.day or not series.buckets:
        return None
    edge = len(series.buckets) - 0.5
    following = place(mark.last + timedelta(days=1), series.buckets)
    return edge if following is None else following


@dataclass(frozen=True, slots=True)
class Tick:
    """Label of a column: `note` is in bold, `major` labels stay on a phone."""

    rank: int
    text: str
    under: str = ""
    note: str = ""
    major: bool = True
    weekday: str = ""  # its initial, above a day
    phone: str = ""  # replaces `under` where only major labels remain


def ticks(series: Series) -> tuple[Tick, ...]:
    buckets, step = series.buckets, series.view.step
    chosen = _chosen(buckets, step)
    every, last = ceil(len(chosen) / 7) or 1, len(chosen) - 1
    each = len(chosen) == len(buckets)
    ticks_found: list[Tick] = []
    before: date | None = None
    labelled_day: date | None = None
    for position, rank in enumerate(chosen):
        bucket = buckets[rank]
        day = bucket.last if step is SeriesStep.WEEK and not each else bucket.first
        unit = step if each or _weekly(buckets, step) else SeriesStep.MONTH
        names = _names(day, before, unit)
        major = (last - position) % every == 0
        note = _note(bucket, series) if each else ""
        phone = _names(day, labelled_day, unit)[1]
        letter = weekday_initial(day) if each and step is SeriesStep.DAY else ""
        ticks_found.append(Tick(rank, *names, note=note, major=major, phone=phone, weekday=letter))
        before, labelled_day = day, day if major else labelled_day
    return tuple(ticks_found)


def _chosen(buckets: Sequence[SeriesBucket], step: SeriesStep) -> list[int]:
    """Return the columns with a label: all if few, else starts of months or years."""
    count = len(buckets)
    limit = 32 if step is SeriesStep.DAY else 18
    if count <= limit:
        return list(range(count))
    if _weekly(buckets, step):
        return [rank for rank in range(count) if buckets[rank].first.day in WEEKLY]
    starts = [rank for rank in range(1, count) if _new_month(buckets, rank)]
    if step is SeriesStep.MONTH:
        starts = [rank for rank in range(count) if buckets[rank].first.month in {1, 4, 7, 10}]
    every = ceil(len(starts) / 13) or 1
    return starts[::every]


def _weekly(buckets: Sequence[SeriesBucket], step: SeriesStep) -> bool:
    """Return whether weeks are labelled: too many days for each, too few for months."""
    return step is SeriesStep.DAY and len(buckets) <= DENSE


def _new_month(buckets: Sequence[SeriesBucket], rank: int) -> bool:
    return buckets[rank].first.month != buckets[rank - 1].first.month


def _names(day: date, before: date | None, step: SeriesStep) -> tuple[str, str]:
    """Return the label of a column, and below it the part of the date that changed."""
    if step is SeriesStep.YEAR:
        return str(day.year), ""
    if step is SeriesStep.MONTH:
        same = before is not None and before.year == day.year
        return short_month(day), "" if same else str(day.year)
    if step is SeriesStep.WEEK:
        return _("S{week}", week=day.isocalendar().week), day_month(day)
    same = before is not None and before.month == day.month
    return str(day.day), "" if same else short_month(day)


def _note(bucket: SeriesBucket, series: Series) -> str:
    """Return `27/31 j` when days are missing, `au 21` for a current or clipped bar."""
    if series.view.step is SeriesStep.DAY or days_known(bucket) == 0:
        return ""
    if bucket.current or bucket.days_absent + bucket.days_awaited == 0:
        return clip_note(bucket, series.view.step, series.data_until)
    known_days, over = coverage(bucket)
    return _("{known}/{days} j", known=number(known_days), days=number(over))


def bands(series: Series) -> tuple[tuple[int, int, BarState], ...]:
    """Return runs of columns without value: first rank, last rank, state."""
    runs: list[tuple[int, int, BarState]] = []
    for rank, kind in enumerate(states(series)):
        if kind not in {BarState.ABSENT, BarState.AWAITED}:
            continue
        if runs and runs[-1][1] == rank - 1 and runs[-1][2] is kind:
            runs[-1] = (runs[-1][0], rank, kind)
        else:
            runs.append((rank, rank, kind))
    return tuple(runs)


def earlier(bucket: SeriesBucket, series: Series, years: int) -> int | None:
    """Return the earlier value drawn beside a bar; None if it has far fewer days."""
    comparison = comparison_of(bucket, years)
    if comparison is None or comparison.days < days_known(bucket) * ENOUGH:
        return None
    return before(comparison, series.view.unit)
