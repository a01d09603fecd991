"""Synthetic sites whose every cause is known: weather, use, drift, missing days, noise."""

from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from data.analysis.signatures.rules.days import out_of_use
from data.analysis.signatures.types import Past
from data.metering.simulation.rules import climate

FIRST, LAST = date(2022, 1, 1), date(2025, 12, 31)


@dataclass(frozen=True)
class Site:
    """Wh a day = (baseload + slope × degree days) × use, then `level` from `since` on."""

    seed: int = 0
    station: int = 0
    base: float = 16.0
    baseload: float = 60_000.0
    slope: float = 40_000.0
    off: float = 0.5
    level: float = 1.0
    since: date = date(2025, 1, 1)
    noise: float = 0.04
    warmer: float = 0.0  # °C added to the weather from `since` on


def sites(count, **told):
    """So many of all sorts; whatever is *told* is as told."""
    made = []
    for seed in range(count):
        random = np.random.default_rng([seed, 7])
        made.append(
            Site(
                seed=seed,
                station=seed % 5,
                base=float(random.uniform(13.5, 18.5)),
                baseload=float(random.uniform(20_000, 120_000)),
                slope=float(random.uniform(20_000, 120_000)),
                off=float(random.uniform(0.35, 0.9)),
            )
        )
    return [replace(one, **told) for one in made]


def ordinals(first=FIRST, last=LAST):
    return np.arange(first.toordinal(), last.toordinal() + 1)


def weather(site, first=FIRST, last=LAST):
    found = climate.temperatures(1 + site.seed, site.station, first, last)
    return found + site.warmer * (ordinals(first, last) >= site.since.toordinal())


def truth(site, temperature, days):
    """What is expected of each day, without noise: *days* say its use, and its level."""
    use = np.where(out_of_use(days.astype(float)), site.off, 1.0)
    level = np.where(days >= site.since.toordinal(), site.level, 1.0)
    cold = np.maximum(0, site.base - temperature)
    return (site.baseload + site.slope * cold) * use * level


def past_of(site, first=FIRST, last=LAST):
    random = np.random.default_rng([site.seed, 9])
    temperature = weather(site, first, last)
    energy = truth(site, temperature, ordinals(first, last))
    energy = np.rint(energy * np.exp(site.noise * random.standard_normal(len(energy))))
    return Past(first, energy, np.round(temperature, 2))


def without(past, days):
    """*past* less the values of *days*, places in it."""
    energy = past.energy.copy()
    energy[days] = np.nan
    return replace(past, energy=energy)
