"""Compare a file with its PCE's history, month by month.

A usual day is the mean of the known days of the same calendar month, over the latest `YEARS` that
have any. A file is unusual if it differs by a factor of `FACTOR` from as many usual days; a file of
less than `FEW_DAYS` must differ by `FACTOR_OF_FEW`, as one day of a closed site proves nothing. If
no such month is known, the file is compared with the highest and the lowest one. A gap of less than
`FLOOR_WH`, or `FLOOR_DM3`, a day is never unusual: a boiler that heats water in summer often
differs by a factor of five, which does not matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

from data.metering.consumption.rules.days import shares
from data.metering.consumption.types import Oddity, PceDelivery, PlausibilityDoubt
from data.metering.pces.rules import month_of
from data.runs.types import ColumnUse

FACTOR = 5
FACTOR_OF_FEW = 20
FEW_DAYS = 7
FLOOR_WH = 10_000  # a day
FLOOR_DM3 = 1_000
THOUSAND = 1000  # from one unit of energy to the next
YEARS = 3  # of history, by calendar month
SAMPLED = 24  # days of a file to look for at other sites
COEFFICIENTS_WH = 7_000, 15_000  # Wh/m³: no gas of a network has less, or more
ENOUGH_WH = 500_000  # below, the rounding of m³ hides the coefficient
_WHOLE = 20  # known days that a month needs for its mean to serve as a reference

ByDay: TypeAlias = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class ConsumptionPace:
    """An amount (Wh or dm³) over a number of days."""

    amount: int
    days: int

    def __add__(self, other: "ConsumptionPace") -> "ConsumptionPace":
        return ConsumptionPace(self.amount + other.amount, self.days + other.days)


ByMonth: TypeAlias = Mapping[date, ConsumptionPace]


def days_in(delivery: PceDelivery, measure: str) -> dict[date, int]:
    """Return the values of `measure` by gas day; without days, periods are shared out."""
    days = {day.gas_day: getattr(day, measure) for day in delivery.days}
    amounts_by_day = {day: amount for day, amount in days.items() if amount is not None}
    if delivery.days:
        return amounts_by_day
    lines = ((p.first_day, p.last_day, getattr(p, measure)) for p in delivery.periods)
    return spread(lines)


def spread(lines: Iterable[tuple[date, date, int | None]]) -> dict[date, int]:
    """Share each (first day, last day, amount) out by day; the last of overlapping periods wins."""
    amounts_by_day: dict[date, int] = {}
    for first, last, amount in lines:
        if amount is not None:
            parts = shares(amount, (last - first).days + 1)
            amounts_by_day |= {first + timedelta(days=n): part for n, part in enumerate(parts)}
    return amounts_by_day


def sample_of(days: ByDay) -> tuple[tuple[date, int], ...]:
    """Return days spread over a file that identify a site; none when it is short or flat."""
    known_amounts = sorted((day, amount) for day, amount in days.items() if amount)
    step = max(1, len(known_amounts) // SAMPLED)
    sample = tuple(known_amounts[::step][:SAMPLED])
    return sample if len({amount for _day, amount in sample}) >= FEW_DAYS else ()


def months_in(days: ByDay) -> dict[date, ConsumptionPace]:
    """Sum by month, keyed by first day."""
    paces_by_month: dict[date, ConsumptionPace] = {}
    for day, amount in days.items():
        month = month_of(day)
        paces_by_month[month] = paces_by_month.get(month, ConsumptionPace(0, 0)) + ConsumptionPace(
            amount, 1
        )
    return paces_by_month


def find_doubt(file_months: ByMonth, history: ByMonth, floor: int) -> PlausibilityDoubt | None:
    """Return what is implausible in `file_months` next to the PCE's `history`, or None."""
    usual = _usual(history)
    comparable_months = {month: pace for month, pace in file_months.items() if month.month in usual}
    if not comparable_months:
        return _beside_others(file_months, history, floor)
    file = sum(comparable_months.values(), ConsumptionPace(0, 0))
    expected = sum(
        pace.days * usual[month.month].amount / usual[month.month].days
        for month, pace in comparable_months.items()
    )
    factor = FACTOR if file.days >= FEW_DAYS else FACTOR_OF_FEW
    return _doubt(file.amount / file.days, expected / file.days, factor, floor)


def find_coefficient_doubt(energies: ByDay, volumes: ByDay) -> PlausibilityDoubt | None:
    """Doubt a file whose energy (Wh) over volume (dm³) is that of no gas: a unit is wrong."""
    both = energies.keys() & volumes.keys()
    energy, volume = sum(energies[day] for day in both), sum(volumes[day] for day in both)
    low, high = COEFFICIENTS_WH
    if energy < ENOUGH_WH or volume * low <= energy * 1000 <= volume * high:
        return None
    coefficient = round(energy * 1000 / volume) if volume else 0
    usual = high if coefficient > high else low
    return PlausibilityDoubt(Oddity.COEFFICIENT, None, coefficient, usual)


def meant_unit(use: ColumnUse, doubt: Mapping[str, Any]) -> ColumnUse | None:
    """The unit that the energy of a file is meant in, where it is a thousand times off."""
    file, usual = doubt["file"], doubt["usual"]
    if not file or not usual:
        return None
    step = 1 if file < usual else -1
    place = _BY_SIZE.index(use) + step
    factor = THOUSAND**step * file / usual
    if 0 <= place < len(_BY_SIZE) and 1 / FACTOR < factor < FACTOR:
        return _BY_SIZE[place]
    return None


_BY_SIZE = (ColumnUse.ENERGY_WH, ColumnUse.ENERGY, ColumnUse.ENERGY_MWH)


def _usual(history: ByMonth) -> dict[int, ConsumptionPace]:
    """Return the sum of the latest years, by calendar month."""
    paces_by_month: dict[int, list[ConsumptionPace]] = {}
    for month in sorted(history, reverse=True):
        paces_by_month.setdefault(month.month, []).append(history[month])
    return {
        month: sum(paces[:YEARS], ConsumptionPace(0, 0)) for month, paces in paces_by_month.items()
    }


def _beside_others(file_months: ByMonth, history: ByMonth, floor: int) -> PlausibilityDoubt | None:
    """Without the same calendar month in the history, compare with its highest and lowest month."""
    means = [pace.amount / pace.days for pace in history.values() if pace.days >= _WHOLE]
    file = sum(file_months.values(), ConsumptionPace(0, 0))
    if not means or file.days < FEW_DAYS:
        return None
    mean = file.amount / file.days
    return _doubt(mean, min(max(mean, min(means)), max(means)), FACTOR, floor)


def _doubt(file: float, usual: float, factor: int, floor: int) -> PlausibilityDoubt | None:
    if abs(file - usual) < floor or usual / factor < file < usual * factor:
        return None
    least, most = sorted((file, usual))
    oddity = Oddity.MORE if file > usual else Oddity.LESS if file else Oddity.NOTHING
    times = round(most / least) if least else None
    return PlausibilityDoubt(oddity, times, round(file), round(usual))
