"""A fleet whose every drift is known, in a weather that is nobody's fault.

Two years are told before the threshold is set, then a year in waves: days that are missing, that
come late, that are wrong until they are corrected. A drift is 15 % more, from its day on.
"""

import random
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

import numpy as np

from data.metering.consumption.types import DayStatement
from data.metering.simulation.rules import climate
from data.metering.weather.types import StationDay
from tests.data.analysis.signatures.world import Site, sites, truth
from tests.data.thresholds.making import KWH, stated

FIRST, SET, LAST = date(2023, 6, 1), date(2025, 6, 1), date(2026, 5, 31)
DAYS = (LAST - FIRST).days + 1
STATIONS = 5
DRIFT = 1.15
NOISE, MEMORY = 0.07, 0.4  # of a day, and what the next one keeps of it


@dataclass(slots=True)
class Told:
    """One PCE: what its files say, by the day they come, and the day its drift begins."""

    number: str
    station: int
    files: list[tuple[date, list[DayStatement]]] = field(default_factory=list)
    drift: date | None = None


def weather(station: int) -> list[StationDay]:
    degrees = climate.temperatures(3, station, FIRST, LAST)
    return [
        StationDay(FIRST + timedelta(days=n), round(value * 100))
        for n, value in enumerate(degrees.tolist())
    ]


def fleet(count: int, waves: int, every: int) -> list[Told]:
    """So many sites, told in so many waves; one in *every* drifts."""
    made = sites(count, off=0.75, since=LAST + timedelta(days=1))
    placed = [replace(one, station=rank % STATIONS) for rank, one in enumerate(made)]
    return [
        _told(rank, one, waves, drifts=not (rank + 1) % every) for rank, one in enumerate(placed)
    ]


def _told(rank: int, site: Site, waves: int, *, drifts: bool) -> Told:
    chance = random.Random(f"winter/{rank}")
    found = Told(f"0999999995{rank:04d}", site.station)
    if drifts:
        found.drift = SET + timedelta(days=chance.randrange(20, 300))
    energy = _energy(rank, site, found.drift)
    missing = _runs(chance, 8, 3) | _runs(chance, 1, 12)
    late = _runs(chance, 1, 30)
    lies = _runs(chance, 3, 2)
    days = [FIRST + timedelta(days=n) for n in range(DAYS)]
    said = {day: stated(day, round(kwh)) for day, kwh in zip(days, energy, strict=True)}
    wrong = {day: stated(day, round(2 * said[day].energy_wh / KWH)) for day in lies}
    for low, high in _spans(waves):
        told = [day for day in days if low <= day <= high and day not in missing | late]
        found.files.append((high, [wrong.get(day, said[day]) for day in told]))
    found.files.append((LAST, [said[day] for day in sorted((late | lies) - missing)]))
    return found


def _energy(rank: int, site: Site, drift: date | None) -> list[float]:
    """kWh a day: the site's truth, closed in August, with a noise that remembers."""
    random_ = np.random.default_rng([rank, 21])
    ordinals = FIRST.toordinal() + np.arange(DAYS)
    degrees = climate.temperatures(3, site.station, FIRST, LAST)
    shocks, noise = random_.standard_normal(DAYS), np.zeros(DAYS)
    for n in range(1, DAYS):
        noise[n] = MEMORY * noise[n - 1] + (1 - MEMORY**2) ** 0.5 * shocks[n]
    energy = truth(site, degrees, ordinals) * np.exp(NOISE * noise)
    if drift is not None:
        energy[(drift - FIRST).days :] *= DRIFT
    found: list[float] = (energy / KWH).tolist()
    return found


def _spans(waves: int) -> list[tuple[date, date]]:
    """The history, then the year in so many waves."""
    size = (LAST - SET).days // waves + 1
    starts = [SET + timedelta(days=n * size) for n in range(waves)]
    ends = [min(LAST, start + timedelta(days=size - 1)) for start in starts]
    return [(FIRST, SET - timedelta(days=1)), *zip(starts, ends, strict=True)]


def _runs(chance: random.Random, count: int, length: int) -> set[date]:
    starts = [chance.randrange(DAYS - length) for _run in range(count)]
    return {FIRST + timedelta(days=start + n) for start in starts for n in range(length)}
