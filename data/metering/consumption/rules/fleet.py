"""Compare PCEs with the year before: periods, coverage, cells, usual delay."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from statistics import median_low

from core.query_string import query_string
from data.metering.consumption.rules.calendar import DAY, comparison_shifts, month_end
from data.metering.consumption.rules.days import Values
from data.metering.consumption.rules.series import FEW_DAYS, Sides, is_too_early
from data.metering.consumption.types import (
    CellState,
    DriftSort,
    Face,
    FleetCell,
    FleetMonth,
    FleetPart,
    FleetPeriod,
    FleetView,
    SeriesStep,
)
from data.metering.pces.rules import known_by, month_of, storable
from data.metering.pces.types import Frequency

MONTHS = 12
SLOWEST = 45  # days: a value learnt later came with a history, not by the usual feed
FEWEST = 5  # days needed to estimate the usual delay
_LONGEST = 100  # characters read from an address
UP = "-"  # before a sort from the smallest
_BY = DriftSort.EUROS
_ID = re.compile(r"[0-9]{1,9}")


def read_fleet(query: Mapping[str, object]) -> FleetView:
    """Parse a query string to a view, ignoring invalid parameters."""
    part, period = str(query.get("view") or ""), str(query.get("period") or "")
    by = str(query.get("by") or "")
    if not part and period in {FleetPeriod.LAST, FleetPeriod.CURRENT}:
        part = FleetPart.ALL  # a drift is of a year
    text, tag = (storable(str(query.get(name) or ""))[:_LONGEST] for name in ("q", "tag"))
    holder = str(query.get("org") or "")
    return FleetView(
        part=FleetPart(part) if part in set(FleetPart) else FleetPart.DRIFT,
        period=FleetPeriod(period) if period in set(FleetPeriod) else FleetPeriod.YEAR,
        text=text,
        tag=tag,
        holder=int(holder) if _ID.fullmatch(holder) else None,
        day=_day_of(str(query.get("day") or "")),
        by=DriftSort(by.removeprefix(UP)) if by.removeprefix(UP) in set(DriftSort) else _BY,
        upwards=by.startswith(UP),
        expanded=bool(query.get("whole")),
    )


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def write_fleet(view: FleetView) -> str:
    """Return the query string `?view=missing&tag=…` of a view; empty for the default page."""
    parameters = {
        "view": "" if view.part is FleetPart.DRIFT else view.part.value,
        "period": "" if view.period is FleetPeriod.YEAR else view.period.value,
        "tag": view.tag,
        "org": "" if view.holder is None else str(view.holder),
        "q": view.text,
        "day": view.day.isoformat() if view.day else "",
        "by": f"{UP}{view.by}" if view.upwards else "" if view.by is _BY else view.by.value,
        "whole": "1" if view.expanded else "",
    }
    return query_string(parameters)


def months_of(period: FleetPeriod, today: date) -> tuple[date, ...]:
    """Return the first days of the months of `period`, oldest first."""
    if period is FleetPeriod.CURRENT:
        return (month_of(today),)
    if period is FleetPeriod.LAST:
        return (month_of(today, -1),)
    return tuple(month_of(today, n) for n in range(-MONTHS, 0))


def months_shown(today: date) -> tuple[date, ...]:
    """Return the months of the heat map: 12 complete ones and the current one."""
    return tuple(month_of(today, n) for n in range(-MONTHS, 1))


def headline_rank(months: Sequence[FleetMonth], until: date | None, *, whole: bool = False) -> int:
    """Return the index in `months` of the headline month, by the rule of `headline_of`.

    `until` is the last day with a value; the current month comes last. With `whole`, for PCEs with
    periods only, an incomplete month is never chosen.
    """
    last = len(months) - 1
    if until is None or until < months[0].month:
        return last
    at = next(
        (n for n, fleet_month in enumerate(months) if until <= month_end(fleet_month.month)), last
    )
    now, before = months[at], months[max(0, at - 1)]
    early = is_too_early(until, now.days, before.days, max(now.pces, before.pces))
    early = early or (whole and until != month_end(until) and before.days > 0)
    return at - 1 if at and early else at


def days_due(month: date, frequency: Frequency, today: date) -> int:
    """Count the days of `month` that have arrived if nothing is late; 0 for a half-yearly meter."""
    if frequency is Frequency.HALF_YEARLY:
        return 0
    last = min(month_end(month), known_by(today, frequency))
    return max(0, (last - month).days + 1)


@lru_cache(64)
def holds(months: tuple[date, ...], frequency: Frequency, today: date) -> tuple[date, date]:
    """Return the days around `today`, in its month, on which the same days of `months` are due."""
    due = [days_due(month, frequency, today) for month in months]

    def same(day: date) -> bool:
        return due == [days_due(month, frequency, day) for month in months]

    first = last = today
    while first.day > 1 and same(first - DAY):
        first -= DAY
    while last < month_end(today) and same(last + DAY):
        last += DAY
    return first, last


def is_enough(shared: int, due: int) -> bool:
    """Return whether `shared` days are enough to compare a stretch of `due` days: half of it."""
    return shared >= FEW_DAYS and 2 * shared >= due


def face_of(energy: Values, base: int, first: date, last: date) -> Face:
    """Compare `first`…`last` with the same dates a year before.

    `energy[0]` is the gas day of ordinal `base`; days outside have no value.
    """
    sides = Sides()
    for start, end, shift in comparison_shifts(first, last, 1, SeriesStep.DAY):
        low = max(start.toordinal() - base, shift)
        high = min(end.toordinal() - base + 1, len(energy))
        if low < high:
            sides.add(energy[low:high], energy[low - shift : high - shift])
    return Face(sides.days, sides.now, sides.then)


def cell_of(due: int, known_days: int, face: Face) -> FleetCell:
    """Return the heat map cell of a PCE and month with `due` and `known_days` days."""
    if not due and not known_days:
        return FleetCell(CellState.OUT)
    if not known_days:
        return FleetCell(CellState.ABSENT)
    percent = face.percent
    if percent is None or not is_enough(face.days, due):
        return FleetCell(CellState.FEW)
    return FleetCell(CellState.TOLD, percent)


def correct_cells(
    cells: Mapping[date, FleetCell], ratios: Mapping[date, float]
) -> dict[date, FleetCell]:
    """Return `cells` in the climate of the year before; a month without a ratio has no figure."""
    return {month: _correct_cell(cell, ratios.get(month)) for month, cell in cells.items()}


def _correct_cell(cell: FleetCell, ratio: float | None) -> FleetCell:
    if cell.percent is None:
        return cell
    if ratio is None:
        return FleetCell(CellState.MILD)
    return FleetCell(CellState.TOLD, correct_percent(cell.percent, ratio))


def correct_percent(percent: float, ratio: float) -> float:
    """Return a change in percent in the climate of the year before."""
    return (100 + percent) * ratio - 100


def usual_delay(delays: Sequence[int]) -> int | None:
    """Return the median of `delays` (days from a gas day to its data), None with too few."""
    usual = [delay for delay in delays if 0 <= delay <= SLOWEST]
    return median_low(usual) if len(usual) >= FEWEST else None


def expected_next(until: date, delay: int) -> date:
    """Return when the day after `until` usually arrives."""
    return until + DAY + DAY * delay
