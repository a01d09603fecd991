"""Build a site's table rows by column, as the store would keep a first delivery."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from itertools import repeat
from typing import Any

import numpy as np
import numpy.typing as npt

from data.metering.consumption.rules.gap_filling import rebuilt
from data.metering.consumption.rules.merge import Content, digest, statement_of
from data.metering.consumption.types import DayStatement, Flag, PeriodKind, Quality, Status
from data.metering.simulation.rules.calendar import Calendar
from data.metering.simulation.rules.gas import SimulatedDays
from data.provenance import FEED
from jobs.demo.history import History
from jobs.demo.periods import Period
from jobs.demo.sites import DemoSite
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


def columns(days: SimulatedDays, told: History) -> tuple[Column, ...]:
    """Return the stated columns, in the order of CONTENT, then the status; None is unknown."""
    part = slice(told.begin, told.end)
    absent = told.absent
    turned = (days.index_end[part] < days.index_start[part]) & ~absent
    return (
        _known_rows(days.energy_kwh[part] * 1000, absent),
        _known_rows(days.volume_m3[part] * 1000, absent),
        _known_rows(days.index_start[part] * 1000, told.start_unknown),
        _known_rows(days.index_end[part] * 1000, absent),
        _known_rows(days.coefficient_e4[part], absent),
        days.temperature_c100[part].tolist(),
        told.quality.tolist(),
        (turned * int(Flag.ROLLOVER)).tolist(),
        told.status.tolist(),
    )


def _known_rows(values: npt.NDArray[np.int64], hidden: Flags) -> Column:
    column: Column = values.tolist()
    for place in np.flatnonzero(hidden).tolist():
        column[place] = None
    return column


def statements(days: SimulatedDays, told: History, calendar: Calendar) -> tuple[DayStatement, ...]:
    """Return the same history as statements of one file."""
    stated = columns(days, told)
    first = calendar.first + timedelta(days=told.begin)
    return tuple(
        statement_of(first + timedelta(days=place), _content(stated, place), stated[8][place])
        for place in range(told.end - told.begin)
    )


def first_said(content: Content) -> Content:
    """Return the statement before the correction: a provisional coefficient, or nothing yet."""
    energy, volume, start, end, coefficient, temperature, quality, flags = content
    if quality == Quality.CORRECTED and energy is not None:
        high = energy + max(1000, energy // 110_000 * 1000)
        measured = int(Quality.MEASURED)
        return high, volume, start, end, coefficient, temperature, measured, flags
    return None, None, None, None, None, temperature, int(Quality.ABSENT), 0


def kept_columns(
    days: SimulatedDays, past: History, calendar: Calendar, site: DemoSite
) -> tuple[Column, ...]:
    """Return the stored columns of these statements, with the gaps that can be rebuilt."""
    stored_columns = columns(days, past)
    first = calendar.first + timedelta(days=past.begin)
    changes = [site.story.new_meter] if site.story.new_meter else []
    for before, after in _gaps(past):
        around = [
            (first + timedelta(days=place), _content(stored_columns, place))
            for place in (before, after)
        ]
        for day, (energy, volume) in rebuilt(around, changes, site.meter_digits).items():
            place = (day - first).days
            stored_columns[0][place], stored_columns[1][place], stored_columns[6][place] = (
                energy,
                volume,
                Quality.RECONSTRUCTED,
            )
    return stored_columns


def _gaps(past: History) -> Iterator[tuple[int, int]]:
    """Yield the last day with a value before each gap, and the first after it."""
    valued = np.flatnonzero(~past.absent)
    for step in np.flatnonzero(np.diff(valued) > 1).tolist():
        yield int(valued[step]), int(valued[step + 1])


def _content(stored_columns: tuple[Column, ...], place: int) -> Content:
    energy, volume, start, end, coefficient, temperature, quality, flags = (
        column[place] for column in stored_columns[:8]
    )
    return energy, volume, start, end, coefficient, temperature, quality, flags


def reading_rows(
    pce_id: int, stored_columns: tuple[Column, ...], past: History, clock: Clock
) -> Iterable[tuple[Any, ...]]:
    """Return the rows of `readings`."""
    isos = clock.days[past.begin : past.end]
    as_of, received_times = (
        clock.days[past.as_of].tolist(),
        clock.mornings[past.received_at].tolist(),
    )
    pces, whose = repeat(pce_id, len(isos)), (repeat(value, len(isos)) for value in _WHOSE)
    return zip(pces, isos.tolist(), *stored_columns, as_of, received_times, *whose, strict=True)


def revision_rows(
    pce_id: int, stored_columns: tuple[Column, ...], past: History, clock: Clock
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `reading_revisions`: the first statement, then the one in force."""
    provisional = int(Status.PROVISIONAL)
    for place in past.restated.tolist():
        content, first, received_place = (
            _content(stored_columns, place),
            past.published_at[place],
            past.received_at[place],
        )
        for version, status, as_of, at in (
            (first_said(content), provisional, first, first),
            (content, stored_columns[8][place], past.as_of[place], received_place),
        ):
            yield (
                pce_id, clock.days[past.begin + place], digest(version), *version,
                status, clock.days[as_of], clock.mornings[at], *_WHOSE,
            )  # fmt: skip


def period_rows(
    pce_id: int, published: Sequence[Period], clock: Clock
) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of `consumption_periods`; the kind is stored by its name."""
    kind, measured, definitive = (
        PeriodKind.PUBLISHED.name,
        int(Quality.MEASURED),
        int(Status.DEFINITIVE),
    )
    for *period, on in published:
        yield pce_id, kind, *period, measured, definitive, clock.days[on], clock.mornings[on]


def month_rows(
    pce_id: int, stored_columns: tuple[Column, ...], past: History, calendar: Calendar
) -> list[tuple[Any, ...]]:
    """Return the rows of `monthly_consumption`: the sums of these readings."""
    opening = calendar.day[past.begin : past.end] == 1
    opening[0] = True
    begins = np.flatnonzero(opening)
    quality = np.array(stored_columns[6])
    energy = np.array([value or 0 for value in stored_columns[0]], dtype=np.int64)
    shared, before = _a_year_before(
        stored_columns[0], energy, calendar.year_before[past.begin : past.end]
    )
    counted = (
        energy,
        np.array([value or 0 for value in stored_columns[1]], dtype=np.int64),
        quality >= Quality.CORRECTED,
        quality == Quality.ESTIMATED,
        quality == Quality.RECONSTRUCTED,
        quality == Quality.ABSENT,
        shared,
        energy * shared,
        before * shared,
    )
    sums = (np.add.reduceat(values.astype(np.int64), begins).tolist() for values in counted)
    months = [f"{calendar.iso[past.begin + place][:8]}01" for place in begins.tolist()]
    return list(zip([pce_id] * len(months), months, *sums, strict=True))


def _a_year_before(
    values: Column, energy: npt.NDArray[np.int64], back: npt.NDArray[np.int64]
) -> tuple[Flags, npt.NDArray[np.int64]]:
    """Return which days also have an energy a year before, and that energy.

    `back` is the number of days to the same date a year before.
    """
    places = np.arange(len(energy)) - back
    is_shared = (back > 0) & (places >= 0)
    places = np.where(is_shared, places, 0)
    valued = np.array([value is not None for value in values])
    return is_shared & valued & valued[places], energy[places]
