"""A fleet whose every event is known: what is injected in each PCE, and what must be found.

The labels are written as the events are injected, by arithmetic that is not the engine's.
"""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta

from data.metering.consumption.types import DayStatement, Quality
from data.thresholds.types import ThresholdDraft, ThresholdKind, ThresholdPeriod, ThresholdScope
from tests.data.thresholds.making import KWH, draft, stated

TAG = "Parc"
FIRST = date(2026, 8, 1)
LAST = date(2026, 11, 20)
DAYS = (LAST - FIRST).days + 1
WAVE = 7  # days between two files of the distributor
HEAVY, SPIKE = 95, 300  # kWh a day: a heavy month passes 2,500 kWh on its 27th day
THRESHOLDS: dict[str, ThresholdDraft] = {
    "spike": draft(name="spike", warn_at=None, scope=ThresholdScope(tag=TAG)),
    "heavy": draft(
        name="heavy",
        period=ThresholdPeriod.MONTH,
        values_wh=(2500 * KWH,) * 12,
        warn_at=None,
        scope=ThresholdScope(tag=TAG),
    ),
    "low": draft(ThresholdKind.LOW, name="low", consecutive=2, scope=ThresholdScope(tag=TAG)),
    "silent": draft(ThresholdKind.MISSING, name="silent", delay=5, scope=ThresholdScope(tag=TAG)),
}
Label = tuple[str, str, date]  # PCE, threshold, the day it is found on


@dataclass(slots=True)
class Site:
    """One PCE: what its files say, in order, and the events that are in them."""

    number: str
    files: list[tuple[date, list[DayStatement]]] = field(default_factory=list)
    labels: set[Label] = field(default_factory=set)


def fleet(sites: int, seed: int = 7) -> list[Site]:
    return [_site(f"0999999993{n:04d}", random.Random(f"{seed}/{n}")) for n in range(sites)]


def _site(number: str, chance: random.Random) -> Site:
    usual = chance.randint(40, 60)
    values: dict[date, int | None] = {
        FIRST + timedelta(days=n): usual + chance.randint(-5, 5) for n in range(DAYS)
    }
    estimated: set[date] = set()
    lies: dict[date, int] = {}  # what a day says before it is corrected
    late: set[date] = set()
    site = Site(number)
    for inject in chance.sample(_EVENTS, chance.randint(0, 3)):
        inject(site, chance, values, estimated, lies, late)
    _tell(site, values, estimated, lies, late)
    return site


def _free(chance: random.Random, values, length: int = 1, taken=()) -> date:
    """The first of *length* ordinary days with ordinary days around, in a month by itself."""
    while True:
        first = FIRST + timedelta(days=chance.randrange(5, DAYS - length - 5))
        around = [values.get(first + timedelta(days=n - 1)) for n in range(length + 2)]
        if all(value and 30 <= value < 70 for value in around) and first not in taken:
            return first


def _spike(site, chance, values, estimated, lies, late) -> None:
    day = _free(chance, values)
    values[day] = SPIKE
    site.labels.add((site.number, "spike", day))
    if chance.random() < 0.5:  # learnt by a correction
        lies[day] = 50


def _false_spike(site, chance, values, estimated, lies, late) -> None:
    lies[_free(chance, values)] = SPIKE


def _heavy(site, chance, values, estimated, lies, late) -> None:
    """A month of which no day is too much by itself, the 27th being one too many."""
    month = chance.choice([8, 9, 10])
    if max(values) < date(2026, month, 28):
        return  # silent by then
    for day, value in list(values.items()):
        if day.month == month and (value is None or not 30 <= value < 70 or day in lies):
            return  # something else is there
    values.update({day: HEAVY for day in values if day.month == month})
    site.labels.add((site.number, "heavy", date(2026, month, 27)))


def _zeros(site, chance, values, estimated, lies, late) -> None:
    first = _free(chance, values, 3)
    for n in range(3):
        values[first + timedelta(days=n)] = 0
    site.labels.add((site.number, "low", first + timedelta(days=1)))


def _one_zero(site, chance, values, estimated, lies, late) -> None:
    values[_free(chance, values)] = 0


def _estimated_zeros(site, chance, values, estimated, lies, late) -> None:
    first = _free(chance, values, 3)
    for n in range(3):
        values[first + timedelta(days=n)] = 0
        estimated.add(first + timedelta(days=n))


def _gap(site, chance, values, estimated, lies, late) -> None:
    first = _free(chance, values, 4)
    for n in range(4):
        values[first + timedelta(days=n)] = None


def _late(site, chance, values, estimated, lies, late) -> None:
    first = FIRST + timedelta(days=chance.randrange(10, DAYS - 40))
    late.update(first + timedelta(days=n) for n in range(15))


def _silence(site, chance, values, estimated, lies, late) -> None:
    """Nothing at all for the last weeks; what was injected there is not told either."""
    last = LAST - timedelta(days=chance.randint(15, 30))
    for day in [day for day in values if day > last]:
        del values[day]
    late -= {day for day in late if day > last}
    site.labels = {label for label in site.labels if label[2] <= last}
    site.labels.add((site.number, "silent", last + timedelta(days=1)))


_EVENTS = [_spike, _false_spike, _heavy, _zeros, _one_zero, _estimated_zeros, _gap, _late, _silence]


def _tell(site, values, estimated, lies, late) -> None:
    """A file a week, then the late days, then the corrections."""
    said = {
        day: stated(day, lies.get(day, kwh), quality=Quality.ESTIMATED)
        if day in estimated
        else stated(day, lies.get(day, kwh))
        for day, kwh in values.items()
    }
    for n in range(0, DAYS, WAVE):
        week = [FIRST + timedelta(days=n + m) for m in range(WAVE)]
        days = [said[day] for day in week if day in said and day not in late]
        if days:
            site.files.append((week[-1] + timedelta(days=3), days))
    end = LAST + timedelta(days=3)
    if late:
        site.files.append((end, [said[day] for day in sorted(late) if day in said]))
    corrected = [stated(day, values[day]) for day in sorted(lies) if day in values]
    if corrected:
        site.files.append((end + timedelta(days=1), corrected))
