"""A history as table rows, column by column: what the store would keep of a first delivery."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from data.consumption.rules.holes import rebuilt
from data.consumption.rules.merge import Content, digest, statement_of
from data.consumption.types import DayStatement, Flag, PeriodKind, Quality, Status
from data.provenance import FEED
from jobs.demo.calendar import Calendar
from jobs.demo.history import History
from jobs.demo.periods import Period
from jobs.demo.simulate import Days
from jobs.demo.sites import Site
from jobs.demo.world import Clock

Column = list[Any]
Flags = npt.NDArray[np.bool_]

PERIOD = (
    "pce_id", "kind", "first_day", "last_day", "energy_wh", "volume_dm3", "index_start_dm3",
    "index_end_dm3", "coefficient_e4", "quality", "status", "as_of", "learnt_at",
)  # fmt: skip
MONTH = (
    "pce_id", "month", "energy_wh", "volume_dm3", "days_measured", "days_estimated",
    "days_reconstructed", "days_absent", "days_shared", "shared_wh", "before_wh",
)  # fmt: skip

_WHOSE = int(FEED.source), FEED.run_id


def columns(days: Days, told: History) -> tuple[Column, ...]:
    """What was stated, in the order of CONTENT, then the status; None is unknown."""
    part = slice(told.begin, told.end)
    absent = told.absent
    turned = (days.index_end[part] < days.index_start[part]) & ~absent
    return (
        _known(days.energy_kwh[part] * 1000, absent),
        _known(days.volume_m3[part] * 1000, absent),
        _known(days.index_start[part] * 1000, told.start_unknown),
        _known(days.index_end[part] * 1000, absent),
        _known(days.coefficient_e4[part], absent),
        days.temperature_c100[part].tolist(),
        told.quality.tolist(),
        (turned * int(Flag.ROLLOVER)).tolist(),
        told.status.tolist(),
    )


def _known(values: npt.NDArray[np.int64], hidden: Flags) -> Column:
    column: Column = values.tolist()
    for place in np.flatnonzero(hidden).tolist():
        column[place] = None
    return column


def statements(days: Days, told: History, calendar: Calendar) -> tuple[DayStatement, ...]:
    """The same history as one file would state it."""
    stated = columns(days, told)
    first = calendar.first + timedelta(days=told.begin)
    return tuple(
        statement_of(first + timedelta(days=place), _content(stated, place), stated[8][place])
        for place in range(told.end - told.begin)
    )


def first_said(content: Content) -> Content:
    """What was said before the correction: a provisional coefficient, or nothing yet."""
    energy, volume, start, end, coefficient, temperature, quality, flags = content
    if quality == Quality.CORRECTED and energy is not None:
        high = energy + max(1000, energy // 110_000 * 1000)
        measured = int(Quality.MEASURED)
        return high, volume, start, end, coefficient, temperature, measured, flags
    return None, None, None, None, None, temperature, int(Quality.ABSENT), 0


def kept_columns(days: Days, told: History, calendar: Calendar, site: Site) -> tuple[Column, ...]:
    """What the store keeps of these statements: the same, with the holes that close rebuilt."""
    kept = columns(days, told)
    first = calendar.first + timedelta(days=told.begin)
    changes = [site.story.new_meter] if site.story.new_meter else []
    for before, after in _gaps(told):
        around = [
            (first + timedelta(days=place), _content(kept, place)) for place in (before, after)
        ]
        for day, (energy, volume) in rebuilt(around, changes, site.meter_digits).items():
            place = (day - first).days
            kept[0][place], kept[1][place], kept[6][place] = energy, volume, Quality.RECONSTRUCTED
    return kept


def _gaps(told: History) -> Iterator[tuple[int, int]]:
    """The last day with a value before each hole, and the first after it."""
    valued = np.flatnonzero(~told.absent)
    for step in np.flatnonzero(np.diff(valued) > 1).tolist():
        yield int(valued[step]), int(valued[step + 1])


def _content(kept: tuple[Column, ...], place: int) -> Content:
    energy, volume, start, end, coefficient, temperature, quality, flags = (
        column[place] for column in kept[:8]
    )
    return energy, volume, start, end, coefficient, temperature, quality, flags


def reading_rows(
    pce_id: int, kept: tuple[Column, ...], told: History, clock: Clock
) -> Iterable[tuple[Any, ...]]:
    """Rows of `readings`."""
    isos = clock.days[told.begin : told.end]
    as_of, heard = clock.days[told.as_of].tolist(), clock.mornings[told.heard].tolist()
    pces, whose = repeat(pce_id, len(isos)), (repeat(one, len(isos)) for one in _WHOSE)
    return zip(pces, isos.tolist(), *kept, as_of, heard, *whose, strict=True)


def revision_rows(
    pce_id: int, kept: tuple[Column, ...], told: History, clock: Clock
) -> Iterator[tuple[Any, ...]]:
    """Rows of `reading_revisions`: what was said first, then what is in force."""
    provisional = int(Status.PROVISIONAL)
    for place in told.restated.tolist():
        content, first, heard = _content(kept, place), told.told[place], told.heard[place]
        for said, status, as_of, at in (
            (first_said(content), provisional, first, first),
            (content, kept[8][place], told.as_of[place], heard),
        ):
            yield (
                pce_id, clock.days[told.begin + place], digest(said), *said,
                status, clock.days[as_of], clock.mornings[at], *_WHOSE,
            )  # fmt: skip


def period_rows(
    pce_id: int, published: Sequence[Period], clock: Clock
) -> Iterator[tuple[Any, ...]]:
    """Rows of `consumption_periods`; the kind is stored by its name."""
    kind, measured, definitive = (
        PeriodKind.PUBLISHED.name,
        int(Quality.MEASURED),
        int(Status.DEFINITIVE),
    )
    for *period, on in published:
        yield pce_id, kind, *period, measured, definitive, clock.days[on], clock.mornings[on]


def month_rows(
    pce_id: int, kept: tuple[Column, ...], told: History, calendar: Calendar
) -> list[tuple[Any, ...]]:
    """Rows of `monthly_consumption`: the roll-up of those readings."""
    opening = calendar.day[told.begin : told.end] == 1
    opening[0] = True
    begins = np.flatnonzero(opening)
    quality = np.array(kept[6])
    energy = np.array([value or 0 for value in kept[0]], dtype=np.int64)
    shared, before = _a_year_before(kept[0], energy, calendar.year_before[told.begin : told.end])
    counted = (
        energy,
        np.array([value or 0 for value in kept[1]], dtype=np.int64),
        quality >= Quality.CORRECTED,
        quality == Quality.ESTIMATED,
        quality == Quality.RECONSTRUCTED,
        quality == Quality.ABSENT,
        shared,
        energy * shared,
        before * shared,
    )
    sums = (np.add.reduceat(values.astype(np.int64), begins).tolist() for values in counted)
    months = [f"{calendar.iso[told.begin + place][:8]}01" for place in begins.tolist()]
    return list(zip([pce_id] * len(months), months, *sums, strict=True))


def _a_year_before(
    known: Column, energy: npt.NDArray[np.int64], back: npt.NDArray[np.int64]
) -> tuple[Flags, npt.NDArray[np.int64]]:
    """Which days have an energy a year before too, and that energy; *back* is how far it lies."""
    places = np.arange(len(energy)) - back
    there = (back > 0) & (places >= 0)
    places = np.where(there, places, 0)
    valued = np.array([value is not None for value in known])
    return there & valued & valued[places], energy[places]
