"""The ten sites worth a visit, in fleets where some have been spoilt in a known way."""

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from data.analysis.signatures.rules.days import out_of_use
from data.analysis.signatures.rules.triage import MILD_DAY, visits
from data.analysis.signatures.types import Cause, Past
from tests.data.analysis.signatures.world import Site, past_of, sites

SPOILT, UNTIL = date(2025, 11, 1), date(2025, 12, 31)
ALWAYS = (Cause.BASELOAD, Cause.ZERO)
SEASONS = {  # the day that is judged: from when sites were spoilt, and how they may be
    UNTIL: (SPOILT, (*ALWAYS, Cause.OUT_OF_USE, Cause.HEATING)),
    date(2025, 6, 15): (date(2025, 4, 22), (*ALWAYS, Cause.NOT_STOPPED)),
    date(2025, 9, 30): (date(2025, 8, 20), (*ALWAYS, Cause.EARLY)),
}
STOPPED = 50  # days of zero


def spoil(site, past, cause, until, random):
    """*past* as if something had gone wrong some weeks before *until*."""
    at, end = past.place(SEASONS[until][0]), past.place(until) + 1
    days = past.first.toordinal() + np.arange(at, end, dtype=float)
    energy = past.energy.copy()
    if cause is Cause.BASELOAD:
        energy[at:end] += random.uniform(0.15, 0.4) * energy.mean()
    elif cause is Cause.HEATING:
        energy[at:end] *= random.uniform(1.15, 1.4)
    elif cause is Cause.ZERO:
        energy[end - STOPPED : end] = 0
    elif cause is Cause.OUT_OF_USE:
        energy[at:end] = np.where(out_of_use(days), energy[at:end] / site.off, energy[at:end])
    else:  # a boiler that was to be off, and heats on mild days as if they were cold
        warmer = past_of(replace(site, base=site.base + random.uniform(6, 8))).energy[at:end]
        mild = past.temperature[at:end] > site.base - MILD_DAY
        energy[at:end] = np.where(mild, warmer, energy[at:end])
    return replace(past, energy=energy)


def fleet_of(count, seed, until):
    """The pasts of *count* sites up to *until*, and what one in ten of them suffers from."""
    random, spoilt, pasts = np.random.default_rng(seed), {}, []
    causes = SEASONS[until][1]
    for rank, site in enumerate(sites(count)):
        one = replace(site, seed=site.seed + 1000 * seed)
        past = past_of(one)
        if rank % 10 == 0:
            spoilt[rank] = causes[rank // 10 % len(causes)]
            past = spoil(one, past, spoilt[rank], until, random)
        pasts.append(past)
    return pasts, spoilt


def test_nine_of_the_ten_are_those_that_were_spoilt():
    """Of each season, by all causes but days that are missing, which need no signature."""
    right = found = named = 0
    seen = set()
    for seed, until in enumerate(SEASONS):
        pasts, spoilt = fleet_of(200, seed, until)
        told = {n: one for n, one in enumerate(visits(pasts, [until] * len(pasts))) if one}
        ten = sorted(told, key=lambda n: -told[n].year_wh)[:10]
        found += len(ten)
        right += sum(n in spoilt for n in ten)
        named += sum(spoilt.get(n) is told[n].cause for n in ten)
        seen |= {told[n].cause for n in ten}
    print(f"precision@10: {right / found:.2f}; the right cause: {named / found:.2f}")
    assert found == 30
    assert right / found >= 0.9
    assert named / found >= 0.9
    assert seen == set(Cause) - {Cause.LEVEL}  # seen over a year only


def test_who_burns_as_before_is_left_alone():
    pasts = [past_of(site) for site in sites(40)]
    assert visits(pasts, [UNTIL] * len(pasts)) == [None] * len(pasts)


def test_nothing_is_said_without_a_signature_or_lately_without_days():
    past = past_of(Site())
    silent = replace(past, energy=past.energy.copy())
    silent.energy[silent.place(SPOILT) :] = np.nan
    young = Past(date(2025, 9, 1), past.energy[-122:] * 2, past.temperature[-122:])

    assert visits([silent, young], [UNTIL, UNTIL]) == [None, None]
    assert visits([], []) == []


def test_what_a_site_does_every_autumn_calls_nobody():
    """As a pool that is shut in summer: its year tells of less than its autumns."""
    past = past_of(Site(noise=0.02))
    for year in (2024, 2025):
        at = slice(past.place(date(year, 11, 1)), past.place(date(year, 12, 31)) + 1)
        past.energy[at] *= 1.3

    assert visits([past], [UNTIL]) == [None]


@pytest.mark.parametrize(
    ("since", "until", "cause"),
    [
        (date(2025, 4, 15), date(2025, 6, 30), Cause.NOT_STOPPED),
        (date(2025, 8, 20), date(2025, 9, 20), Cause.EARLY),
    ],
)
def test_heating_out_of_its_season_is_named(since, until, cause):
    """As if the boiler aimed at seven degrees more than it did."""
    site = Site(base=15.0, noise=0.05)
    past = past_of(site)
    warmer = past_of(replace(site, base=22.0))
    at, end = past.place(since), past.place(until)
    past.energy[at : end + 1] = warmer.energy[at : end + 1]

    (visit,) = visits([past], [until])

    assert visit.cause is cause
    lately = slice(past.place(visit.since), end + 1)
    extra = past.energy[lately].sum() - past_of(site).energy[lately].sum()
    assert visit.year_wh == pytest.approx(extra, rel=0.1)


def test_mild_days_that_stray_and_yet_burn_little_are_no_heating():
    """A third more each day of July than expected, far from what a heated week burns."""
    past = past_of(Site(base=15.0, noise=0.02))
    until = date(2025, 7, 30)
    end = past.place(until)
    past.energy[end - 27 : end + 1] *= 1.3

    (visit,) = visits([past], [until])

    assert visit.cause is Cause.BASELOAD


def test_a_site_that_counts_nothing_any_more_is_told_from_one_that_rests():
    past = past_of(Site())
    ends = past.place(UNTIL) + 1
    past.energy[ends - 20 : ends] = 0
    holiday = past_of(Site())
    for year in (0, 365):
        holiday.energy[ends - year - 20 : ends - year] = 0
    closed = replace(past, energy=np.zeros(len(past.energy)))

    found, *others = visits([past, holiday, closed], [UNTIL] * 3)

    assert (found.cause, found.since) == (Cause.ZERO, date(2025, 12, 12))
    assert found.year_wh == past.energy[ends - 385 : ends - 365].sum()
    assert [one and one.cause for one in others] == [None, None]
