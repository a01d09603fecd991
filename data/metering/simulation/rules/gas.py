"""Simulate the daily gas of a site: energy, volume and indexes."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt

from data.metering.simulation.rules.calendar import Calendar
from data.metering.simulation.rules.climate import DAYS_A_YEAR, EPOCH, Floats
from data.metering.simulation.rules.profiles import PROFILES, Shut
from data.metering.simulation.types import SimulatedSite

Ints = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
NOISE = 0.06
AUTUMN, SPRING = 276, 134  # days of the year between which boilers are off


@dataclass(frozen=True, slots=True)
class Weather:
    """Weather shared by the sites of a station."""

    actual: Floats  # °C each day
    normal: Floats
    coefficient_e4: Ints  # kWh/m³ in 1/10 000 each day, in steps of 100


@dataclass(frozen=True, slots=True)
class SimulatedDays:
    """One entry per calendar day; indexes are whole m³ of the meter installed that day."""

    energy_kwh: Ints
    volume_m3: Ints
    index_start: Ints
    index_end: Ints
    coefficient_e4: Ints
    temperature_c100: Ints


def coefficients(seed: int, station: int, calendar: Calendar) -> Ints:
    """Return kWh/m³ in 1/10 000: around 11.2, new on the 2nd of each month, as in real files."""
    # The months since year 0 of each day
    days = ((calendar.ordinals - 1) - date(1970, 1, 1).toordinal()).astype("datetime64[D]")
    months = (
        days.astype("datetime64[M]").astype(np.int64) + 1970 * 12
    ) - EPOCH.year * 12  # the 2nd opens the month
    draws = np.random.default_rng([seed, 12, station]).standard_normal(int(months[-1]) + 1)
    smooth = np.convolve(draws, [0.5, 0.3, 0.2])[: len(draws)]
    values = 11.2 - 0.05 * station + 0.07 * np.sin(np.arange(len(draws)) / 7.3) + 0.06 * smooth
    return np.asarray(np.rint(values * 100) * 100, dtype=np.int64)[months]


def simulate(seed: int, site: SimulatedSite, calendar: Calendar, weather: Weather) -> SimulatedDays:
    """Return the simulated gas of `site` on each day of `calendar`."""
    random = np.random.default_rng([seed, 2, site.seed])
    energy = _energy(random, site, calendar, weather)
    coefficient = weather.coefficient_e4 + 100 * int(random.integers(-6, 7))
    volume = energy * 10_000 / coefficient
    energy_kwh = np.rint(energy).astype(np.int64)
    volume_m3 = np.rint(volume).astype(np.int64)
    counter = _counter(random, site, calendar, volume)
    local = weather.actual + random.normal(0, 0.4)
    return SimulatedDays(
        energy_kwh,
        volume_m3,
        counter[0],
        counter[1],
        coefficient,
        np.rint(local * 10).astype(np.int64) * 10,
    )


def _energy(
    random: np.random.Generator, site: SimulatedSite, calendar: Calendar, weather: Weather
) -> Floats:
    profile = PROFILES[site.kind]
    level = np.where(calendar.weekend, profile.weekend, 1.0)
    activity = np.where(_shut(profile.shut, site.zone, calendar), profile.closed, level)
    balance = profile.balance + random.normal(0, 0.5)
    season = (calendar.day_of_year >= AUTUMN) | (calendar.day_of_year <= SPRING)
    heat, usual = (
        np.where(season, np.maximum(0, balance - felt), 0) * activity
        for felt in (_inertia(weather.actual), weather.normal)
    )
    steady = activity * (1 + 0.06 * np.cos(2 * np.pi * calendar.day_of_year / DAYS_A_YEAR))
    daily = site.reference_kwh / DAYS_A_YEAR
    heating = heat / max(usual.mean(), 0.01) * profile.heating
    energy = daily * (heating + steady / steady.mean() * (1 - profile.heating))
    noise = np.exp(NOISE * random.standard_normal(len(energy)))
    return np.asarray(energy * noise * _trend(site, calendar), dtype=np.float64)


def _inertia(felt: Floats) -> Floats:
    before = np.concatenate((felt[:1], felt[:-1]))
    earlier = np.concatenate((before[:1], before[:-1]))
    return 0.6 * felt + 0.28 * before + 0.12 * earlier


def _shut(shut: Shut, zone: int, calendar: Calendar) -> Flags:
    month_day = calendar.month * 100 + calendar.day
    new_year = (month_day >= 1223) | (month_day <= 103)  # noqa: PLR2004 (23 December, 3 January)
    closed = {
        Shut.NEVER: np.zeros(len(month_day), dtype=np.bool_),
        Shut.SCHOOL: calendar.public | calendar.school[zone],
        Shut.PUBLIC: calendar.public,
        Shut.SHOP: (calendar.weekday == 0) | _between(month_day, 801, 814),
        Shut.POOL: _between(month_day, 901, 914),
        Shut.FACTORY: calendar.public | new_year | _between(month_day, 801, 821),
    }[shut]
    return np.asarray(closed, dtype=np.bool_)


def _between(month_day: Ints, first: int, last: int) -> Flags:
    return np.asarray((month_day >= first) & (month_day <= last), dtype=np.bool_)


def _trend(site: SimulatedSite, calendar: Calendar) -> Floats:
    """Return a factor that is 1 at the end: drift before it, and a fall after works."""
    years_left = (calendar.ordinals[-1] - calendar.ordinals) / DAYS_A_YEAR
    trend = np.exp(-site.story.drift * years_left)
    if site.story.works:
        before = calendar.ordinals < site.story.works.toordinal()
        trend = np.where(before, trend * 1.3, trend)
    return np.asarray(trend, dtype=np.float64)


def _counter(
    random: np.random.Generator, site: SimulatedSite, calendar: Calendar, volume: Floats
) -> tuple[Ints, Ints]:
    """Return the counter at the beginning and end of each day, in whole m³."""
    capacity = 10**site.meter_digits
    total = np.concatenate(([0.0], np.cumsum(volume)))
    begin = random.uniform(0.05, 0.6) * max(1, capacity - int(total[-1]) - 1)
    if site.story.rollover:
        begin = capacity - total[len(total) * 3 // 4]
    counter = total + begin
    start, end = counter[:-1].copy(), counter[1:].copy()
    if site.story.new_meter:
        change = calendar.position(site.story.new_meter)
        start[change:] -= counter[change]
        end[change:] -= counter[change]
    return np.floor(start).astype(np.int64) % capacity, np.floor(end).astype(np.int64) % capacity
