"""Whether what a file says of a PCE looks like its history, month for month.

Thresholds. A usual day is the mean of the known days of the same calendar month, over the latest
`YEARS` that know it. A file is odd when it says `FACTOR` times more or less than as many usual
days; a file of less than `FEW_DAYS` has to be `FACTOR_OF_FEW` times off, as one day of a closed
site is nothing. Where no such month is known, it is held against the strongest and the weakest one.
A gap of less than `FLOOR_WH`, or `FLOOR_DM3`, a day is never odd: a boiler that heats water in
summer is often five times off, and it is no matter.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from data.consumption.rules.days import shares
from data.consumption.types import Delivery, Doubt, Oddity
from data.pces.rules import month_of

FACTOR = 5
FACTOR_OF_FEW = 20
FEW_DAYS = 7
FLOOR_WH = 10_000  # a day
FLOOR_DM3 = 1_000
YEARS = 3  # of history, by calendar month
SAMPLED = 24  # days of a file that are looked for at other sites
_WHOLE = 20  # days of a month that tell its mean, where another month is held against it

ByDay: TypeAlias = Mapping[date, int]


@dataclass(frozen=True, slots=True)
class Pace:
    """How much of one thing, Wh or dm³, in how many days."""

    amount: int
    days: int

    def __add__(self, other: "Pace") -> "Pace":
        return Pace(self.amount + other.amount, self.days + other.days)


ByMonth: TypeAlias = Mapping[date, Pace]


def days_in(delivery: Delivery, measure: str) -> dict[date, int]:
    """By gas day, what a file says of *measure*, periods being shared out where it has no days."""
    days = {day.gas_day: getattr(day, measure) for day in delivery.days}
    known = {day: amount for day, amount in days.items() if amount is not None}
    if delivery.days:
        return known
    lines = ((p.first_day, p.last_day, getattr(p, measure)) for p in delivery.periods)
    return spread(lines)


def spread(lines: Iterable[tuple[date, date, int | None]]) -> dict[date, int]:
    """Share each (first day, last day, amount) out by day; of two that overlap the last counts."""
    found: dict[date, int] = {}
    for first, last, amount in lines:
        if amount is not None:
            parts = shares(amount, (last - first).days + 1)
            found |= {first + timedelta(days=n): part for n, part in enumerate(parts)}
    return found


def sample_of(days: ByDay) -> tuple[tuple[date, int], ...]:
    """Days that tell one site from another, spread over a file; none if it is short or flat."""
    known = sorted((day, amount) for day, amount in days.items() if amount)
    step = max(1, len(known) // SAMPLED)
    sample = tuple(known[::step][:SAMPLED])
    return sample if len({amount for _day, amount in sample}) >= FEW_DAYS else ()


def months_in(days: ByDay) -> dict[date, Pace]:
    """The same by month, by its first day."""
    found: dict[date, Pace] = {}
    for day, amount in days.items():
        month = month_of(day)
        found[month] = found.get(month, Pace(0, 0)) + Pace(amount, 1)
    return found


def find_doubt(told: ByMonth, history: ByMonth, floor: int) -> Doubt | None:
    """Say what looks odd of the months *told* by a file, next to the *history* of its PCE."""
    usual = _usual(history)
    alike = {month: pace for month, pace in told.items() if month.month in usual}
    if not alike:
        return _beside_others(told, history, floor)
    file = sum(alike.values(), Pace(0, 0))
    expected = sum(
        pace.days * usual[month.month].amount / usual[month.month].days
        for month, pace in alike.items()
    )
    factor = FACTOR if file.days >= FEW_DAYS else FACTOR_OF_FEW
    return _doubt(file.amount / file.days, expected / file.days, factor, floor)


def _usual(history: ByMonth) -> dict[int, Pace]:
    """By calendar month, what the latest years have of it."""
    found: dict[int, list[Pace]] = {}
    for month in sorted(history, reverse=True):
        found.setdefault(month.month, []).append(history[month])
    return {month: sum(paces[:YEARS], Pace(0, 0)) for month, paces in found.items()}


def _beside_others(told: ByMonth, history: ByMonth, floor: int) -> Doubt | None:
    """Without a month to compare with: more than in the strongest, or less than in the weakest."""
    means = [pace.amount / pace.days for pace in history.values() if pace.days >= _WHOLE]
    file = sum(told.values(), Pace(0, 0))
    if not means or file.days < FEW_DAYS:
        return None
    mean = file.amount / file.days
    return _doubt(mean, min(max(mean, min(means)), max(means)), FACTOR, floor)


def _doubt(file: float, usual: float, factor: int, floor: int) -> Doubt | None:
    if abs(file - usual) < floor or usual / factor < file < usual * factor:
        return None
    least, most = sorted((file, usual))
    oddity = Oddity.MORE if file > usual else Oddity.LESS if file else Oddity.NOTHING
    times = round(most / least) if least else None
    return Doubt(oddity, times, round(file), round(usual))
