"""Savings of invented works of which the truth is known: bias, and what the interval holds.

There are 200 of ordinary sites, and 200 of sites whose heating is switched off each summer.

The truth is what the same days, noise included, would have burnt without the works. Errors of days
follow each other, sites vary slowly over the years, days lack, and periods are of any length.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from bench.report import Line
from data.analysis.signatures.rules.days import out_of_use
from data.analysis.signatures.types import Flags, Ints, Past
from data.metering.simulation.rules import climate
from data.metering.weather.types import Floats
from data.money.retrofits.rules.savings import measure_savings, periods_of
from data.money.retrofits.types import Savings

WORKS = 200
MOST_BIAS = 2.0  # %
COVERED = (75.0, 85.0)  # %, of intervals that should hold four times in five
FIRST = date(2021, 1, 1)
DAY = timedelta(days=1)
SLOW_DAYS = 180  # correlation of the level of a site


@dataclass(frozen=True, slots=True, eq=False)
class InventedWorks:
    """A site with works between two days, and the Wh that they saved on its known days."""

    past: Past
    started_on: date
    finished_on: date
    saved_wh: float


@dataclass(frozen=True, slots=True)
class SavingsProof:
    """How the savings of many works compare with the truth, in %."""

    count: int
    refused: int
    bias: float
    covered: float
    half: float  # of the interval, over the savings: the middle one


def invent_works(seed: int, *, stops: bool = False) -> InventedWorks:
    """Return works of a site; with `stops`, its heating is switched off from May to September."""
    random = np.random.default_rng([seed, 41])
    started = date(2022, 2, 1) + timedelta(int(random.integers(0, 600)))
    finished = started + timedelta(int(random.integers(5, 90)))
    last = finished + timedelta(int(random.integers(120, 760)))
    ordinals = np.arange(FIRST.toordinal(), last.toordinal() + 1)
    temperature = climate.temperatures(1 + seed, seed % len(climate.STATIONS), FIRST, last)
    cold = np.maximum(0, random.uniform(13.5, 18.5) - temperature)
    if stops:
        cold[_is_stopped(np.random.default_rng([seed, 43]), ordinals)] = 0.0
    use = np.where(out_of_use(ordinals.astype(float)), random.uniform(0.35, 1.0), 1.0)
    baseload, slope = random.uniform(20_000, 120_000), random.uniform(20_000, 120_000)
    level = use * _noise(random, len(ordinals))
    without = (baseload + slope * cold) * level
    fewer = 1 - random.uniform(0.05, 0.35), 1 - random.uniform(-0.05, 0.3)
    after = (baseload * fewer[1] + slope * fewer[0] * cold) * level
    is_after = ordinals > finished.toordinal()
    energy = np.rint(np.where(ordinals >= started.toordinal(), after, without))
    energy[random.random(len(energy)) < random.uniform(0, 0.03)] = np.nan
    saved = (without - after)[is_after & ~np.isnan(energy)]
    past = Past(FIRST, energy, np.round(temperature, 2))
    return InventedWorks(past, started, finished, float(saved.sum()))


def _is_stopped(random: np.random.Generator, ordinals: Ints) -> Flags:
    """Return the days of each summer without heating; its dates vary by a week each year."""
    stop, restart = random.integers(-14, 15, 2).tolist()
    stopped = np.zeros(len(ordinals), dtype=np.bool_)
    for year in range(FIRST.year, date.fromordinal(int(ordinals[-1])).year + 1):
        first = date(year, 5, 15).toordinal() + stop + int(random.integers(-7, 8))
        last = date(year, 9, 30).toordinal() + restart + int(random.integers(-7, 8))
        stopped |= (ordinals >= first) & (ordinals <= last)
    return stopped


def _noise(random: np.random.Generator, days: int) -> Floats:
    """Return the factor of each day: weather apart, from day to day and over the years."""
    size = random.uniform(0.03, 0.12)
    daily = size * _follow(random, days, random.uniform(0, 0.8))
    slow = random.uniform(0, 0.03) * _follow(random, days, float(np.exp(-1 / SLOW_DAYS)))
    return np.asarray(np.exp(daily - size**2 / 2 + slow), dtype=np.float64)


def _follow(random: np.random.Generator, days: int, correlation: float) -> Floats:
    """Return a first-order autoregressive series of variance 1."""
    value, values = float(random.standard_normal()), np.empty(days)
    draws = (1 - correlation**2) ** 0.5 * random.standard_normal(days)
    for day, draw in enumerate(draws.tolist()):
        value = correlation * value + draw
        values[day] = value
    return values


def prove_savings(count: int = WORKS, *, stops: bool = False) -> SavingsProof:
    """Return how the measured savings of `count` works compare with the truth.

    With `stops`, the heating of their sites is switched off each summer.
    """
    pairs: list[tuple[Savings, float]] = []
    for seed in range(count):
        works = invent_works(seed, stops=stops)
        until = works.past.first + (len(works.past.energy) - 1) * DAY
        periods = periods_of(works.started_on, works.finished_on, until)
        savings = measure_savings(works.past, periods)
        if isinstance(savings, Savings):
            pairs.append((savings, works.saved_wh))
    measured = sum(savings.saved_wh for savings, _truth in pairs)
    held = [savings.low_wh <= truth <= savings.high_wh for savings, truth in pairs]
    return SavingsProof(
        count=len(pairs),
        refused=count - len(pairs),
        bias=100 * (measured / sum(truth for _savings, truth in pairs) - 1),
        covered=100 * sum(held) / len(held),
        half=100 * float(np.median([savings.half_wh / truth for savings, truth in pairs])),
    )


def measure() -> Iterator[tuple[str, list[Line]]]:
    for sites, stops in (("ordinary sites", False), ("sites that stop heating in summer", True)):
        proof = prove_savings(stops=stops)
        covers = COVERED[0] <= proof.covered <= COVERED[1]
        yield (
            f"Savings of {proof.count} works of {sites} ({proof.refused} refused)",
            [
                Line("bias", f"{proof.bias:+.2f} %", "", "", "± 2 %", abs(proof.bias) <= MOST_BIAS),
                Line("80 % interval holds", f"{proof.covered:.1f} %", "", "", "75 to 85 %", covers),
                Line("half of it, of the savings", f"{proof.half:.1f} %", "", "", "", None),
            ],
        )
