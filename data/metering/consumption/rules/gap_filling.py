"""Fill in the days whose value follows from the surrounding indexes (domain.md §6.2).

The index after the gap, minus the next day's consumption, minus the index before the gap, gives the
missing day. It never overrides a value of the distributor, never spans a meter change, and fills
several days at once only if nothing was consumed.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from itertools import pairwise

from data.metering.consumption.rules.merge import Content, has_value
from data.metering.consumption.types import Flag

LONGEST = 31  # days: a longer gap is not filled
LOOKBACK = 31  # days whose energy over volume gives the coefficient when none is stated
REACH = LONGEST + LOOKBACK + 1  # days around a change in which a gap can be affected
Days = Sequence[tuple[date, Content]]


def rebuilt(
    days: Days, meter_changes: Collection[date] = (), digits: int | None = None
) -> Mapping[date, tuple[int, int]]:
    """Return energy (Wh) and volume (dm³) of each day that can be filled, from sorted `days`."""
    valued = [item for item in days if has_value(item[1])]
    values_by_day: dict[date, tuple[int, int]] = {}
    for place, ((before, _), (after, _)) in enumerate(pairwise(valued)):
        width = after.toordinal() - before.toordinal() - 1
        if not 1 <= width <= LONGEST or any(before < day <= after for day in meter_changes):
            continue
        volume = _missing(valued[place][1], valued[place + 1][1], digits)
        if volume is None or (width > 1 and volume > 0):
            continue
        energy = _energy(volume, valued, place)
        if energy is None:
            continue
        first = before.toordinal() + 1
        values_by_day |= {date.fromordinal(first + n): (energy, volume) for n in range(width)}
    return values_by_day


def leaning_on(deposited: Collection[date], rebuilt_days: Collection[date]) -> set[date]:
    """Return the rebuilt days whose value may depend on `deposited` days."""
    places = [day.toordinal() for day in deposited]
    return {
        day
        for day in rebuilt_days
        if any(-LONGEST - LOOKBACK <= place - day.toordinal() <= LONGEST for place in places)
    }


def _missing(before: Content, after: Content, digits: int | None) -> int | None:
    """Return the volume between two days with indexes, None when it cannot be computed."""
    closed, volume, end, flags = before[3], after[1], after[3], after[7]
    if closed is None or flags & Flag.MISMATCH:
        return None
    opened = after[2] if volume is None or end is None else end - volume
    if opened is None:
        return None
    if opened < 0 and flags & Flag.ROLLOVER and digits:
        opened += 1000 * 10**digits
    return opened - closed if opened >= closed else None


def _energy(volume: int, valued: Days, place: int) -> int | None:
    """Convert `volume` to Wh with the coefficient of the day before, else of the month before.

    1/10,000 kWh/m³ is 1/10,000 Wh/dm³; the coefficient of the day after is the last resort.
    """
    if volume == 0:
        return 0
    coefficient = valued[place][1][4]
    if coefficient:
        return _times(volume, coefficient, 10_000)
    energy, base = _month_before(valued, place)
    if base:
        return _times(volume, energy, base)
    coefficient = valued[place + 1][1][4]
    return _times(volume, coefficient, 10_000) if coefficient else None


def _month_before(valued: Days, place: int) -> tuple[int, int]:
    """Sum energy and volume of the days that have both, over the month that ends at `place`."""
    oldest = valued[place][0].toordinal() - LOOKBACK
    energy = volume = 0
    for day, content in valued[max(0, place + 1 - LOOKBACK) : place + 1]:
        if day.toordinal() > oldest and content[0] is not None and content[1] is not None:
            energy, volume = energy + content[0], volume + content[1]
    return energy, volume


def _times(volume: int, numerator: int, denominator: int) -> int:
    """Return the product rounded to the nearest integer."""
    return (volume * numerator + denominator // 2) // denominator
