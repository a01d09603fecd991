"""Generate the sites of a fleet of any size, determined by seed and position."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from data.metering.pces.types import INJECTION, EventKind, Frequency
from data.metering.simulation.rules.profiles import CITY_MIX, HOUSING_MIX, INDUSTRY_MIX, PROFILES
from jobs.demo.cases import CASES, SILENT, CasePce
from jobs.demo.sites import (
    DemoGrant,
    DemoSite,
    Owner,
    SiteEvent,
    SiteStory,
    caliber_of,
    profile_of,
    tariff_of,
)
from jobs.demo.words import CITIES, PLACES, QUARTERS, STREETS, SUPPLIERS

Random = np.random.Generator
NUMBERS, STEP, START = 9_000_000, 7919, 1_234_567  # a walk that reaches each number once
LARGE_NUMBERS = 99_000
RENOVATED = {42, 57}  # and some where works are measured
DRIFTING, DRIFT = {23, 45, 56}, 0.15  # a fleet of 60 sites has some to visit: growth per year
OWNERS: Mapping[Owner, float] = {
    Owner.CITY: 0.66,
    Owner.HOUSING: 0.19,
    Owner.INDUSTRY: 0.135,
    Owner.NOBODY: 0.015,
}
MIXES: Mapping[Owner, Mapping[str, float]] = {
    Owner.CITY: CITY_MIX,
    Owner.HOUSING: HOUSING_MIX,
    Owner.INDUSTRY: INDUSTRY_MIX,
    Owner.NOBODY: CITY_MIX,
    Owner.BAKERY: {"bakery": 1},
}


@lru_cache(4096)  # a load asks for each site twice
def site(seed: int, index: int, today: date) -> DemoSite:
    """Return the site at `index`: the test cases first, then the bakery, then random ones."""
    random = np.random.default_rng([seed, 1, index])
    case = CASES[index] if index < len(CASES) else None
    owner = case.owner if case else _owner(random, index)
    kind = case.kind if case else _pick(random, MIXES[owner])
    plain = _plain(random, index, owner, kind)
    new_site = _of_case(plain, case, today) if case else _with_life(random, plain, index, today)
    return _settled(new_site)


def _owner(random: Random, index: int) -> Owner:
    return Owner.BAKERY if index == len(CASES) else Owner(_pick(random, OWNERS))


def _pick(random: Random, weights: Mapping[str, float] | Mapping[Owner, float]) -> str:
    shares = np.array(list(weights.values()), dtype=float)
    return str(list(weights)[int(random.choice(len(shares), p=shares / shares.sum()))])


def _plain(random: Random, index: int, owner: Owner, kind: str) -> DemoSite:
    profile = PROFILES[kind]
    low, high = np.log(profile.car)
    reference = int(round(float(np.exp(random.uniform(low, high))) * 1000, -1))
    frequency = _frequency(random, reference)
    town = int(random.integers(len(CITIES))) if owner is not Owner.CITY else 0
    if owner is Owner.CITY and random.random() < 0.3:  # noqa: PLR2004 (some lie in the suburbs)
        town = int(random.integers(1, 3))
    city, postal_code = CITIES[town]
    place = f"{PLACES[index * 7 % len(PLACES)]}{_quarter(index // len(PLACES))}"
    street = f"{random.integers(1, 140)} {random.choice(STREETS)} {random.choice(PLACES)}"
    return DemoSite(
        seed=index,
        number=_number(index, frequency),
        kind=kind,
        alias=f"{profile.label} {place}",
        owner=owner,
        street=street,
        postal_code=postal_code,
        city=city,
        station=0 if town < 3 else town % 5,  # noqa: PLR2004 (one conurbation, one climate)
        zone=town % 3,
        frequency=frequency,
        tariff="",
        profile="",
        reference_kwh=reference,
        supplier=str(random.choice(SUPPLIERS)),
        meter_serial=_serial(random),
        meter_digits=5,
        caliber="",
        commissioned_on=date(int(random.integers(1985, 2019)), int(random.integers(1, 13)), 1),
        tags=(profile.tag,),
    )


def _serial(random: Random) -> str:
    letter = "ABGHK"[int(random.integers(5))]
    return f"{random.integers(110, 225)}{letter}{random.integers(100_000, 999_999)}"


def _frequency(random: Random, reference_kwh: int) -> Frequency:
    if reference_kwh >= 5_000_000:  # noqa: PLR2004 (5 GWh: domain.md §1.2)
        return Frequency.DAILY
    if reference_kwh >= 500_000:  # noqa: PLR2004
        return Frequency.MONTHLY_LARGE if random.random() < 0.55 else Frequency.MONTHLY  # noqa: PLR2004
    old = random.random() < (0.12 if reference_kwh < 16_000 else 0.02)  # noqa: PLR2004
    return Frequency.HALF_YEARLY if old else Frequency.MONTHLY


def _number(index: int, frequency: Frequency) -> str:
    if frequency in {Frequency.DAILY, Frequency.MONTHLY_LARGE} and index < LARGE_NUMBERS:
        return f"GI9{(index * STEP + 4321) % LARGE_NUMBERS:05d}"
    return f"0999999{(index * STEP + START) % NUMBERS:07d}"


def _of_case(plain: DemoSite, case: CasePce, today: date) -> DemoSite:
    named_site = replace(plain, number=case.number, alias=case.name, grant=case.grant)
    recent_changes = case.recent_changes(today) if case.recent_changes else {}
    case_site = replace(named_site, **case.imposed, **recent_changes)
    silent = case.answer and SILENT.get(case.answer)
    return (
        replace(case_site, story=replace(case_site.story, until=silent(today)))
        if silent
        else case_site
    )


def _with_life(random: Random, plain: DemoSite, index: int, today: date) -> DemoSite:
    """Give an ordinary site its delays, gaps, drifts, changes and the third party's grant."""
    chance = random.random(12).tolist()
    events: list[SiteEvent] = []
    if chance[0] < 0.34:  # noqa: PLR2004
        events.append(_supplier_change(random, plain, today))
    new_meter = _day_before(random, today, 60, 980) if chance[1] < 0.06 else None  # noqa: PLR2004
    if new_meter:
        events.append(SiteEvent(new_meter, EventKind.METER, _serial(random), plain.meter_serial))
    renovated = index in RENOVATED or chance[2] < 0.07  # noqa: PLR2004
    works = _day_before(random, today, 200, 800) if renovated else None
    if works:
        events.append(SiteEvent(works, EventKind.WORKS, None, "Isolation et régulation"))
    story = SiteStory(
        lag=int(random.integers(5, 13)) if chance[3] < 0.07 else 3,  # noqa: PLR2004
        never=chance[4] < 0.015,  # noqa: PLR2004
        absences=int(random.integers(1, 6)) if chance[5] < 0.2 else 0,  # noqa: PLR2004
        blackout=int(random.integers(2, 12)) if chance[6] < 0.06 else 0,  # noqa: PLR2004
        estimates=int(random.integers(3, 25)) if chance[7] < 0.1 else 0,  # noqa: PLR2004
        corrected=index % 12 == 2,  # noqa: PLR2004
        drift=float(random.normal(0, 0.012)) + (0.08 if chance[8] < 0.06 else 0),  # noqa: PLR2004
        works=works,
        new_meter=new_meter,
        rollover=chance[9] < 0.01,  # noqa: PLR2004
    )
    if index in DRIFTING:
        story = replace(story, drift=DRIFT)
    unique = {(event.day, event.kind): event for event in events}
    grant = _grant(random, today) if _shared(plain.owner, chance[10]) else None
    tags = (*plain.tags, "Suivi énergie") if chance[11] < 0.15 else plain.tags  # noqa: PLR2004
    return replace(plain, story=story, events=tuple(unique.values()), grant=grant, tags=tags)


def _profile(new_site: DemoSite) -> str:
    return profile_of(new_site.frequency, new_site.reference_kwh, PROFILES[new_site.kind].heating)


def _quarter(lap: int) -> str:
    """Return a suffix that distinguishes sites of the same name, once all places are used."""
    if not lap:
        return ""
    number = (lap - 1) // len(QUARTERS)
    return f" – {QUARTERS[(lap - 1) % len(QUARTERS)]}{f' {number + 1}' if number else ''}"


def _shared(owner: Owner, chance: float) -> bool:
    shares = {Owner.CITY: 0.45, Owner.INDUSTRY: 0.6, Owner.HOUSING: 0.1}
    return chance < shares.get(owner, 0)


def _supplier_change(random: Random, plain: DemoSite, today: date) -> SiteEvent:
    others = [name for name in SUPPLIERS if name != plain.supplier]
    month = today.year * 12 + today.month - 1 - int(random.integers(3, 30))
    day = date(month // 12, month % 12 + 1, 1)
    return SiteEvent(day, EventKind.SUPPLIER, str(random.choice(others)), plain.supplier)


def _day_before(random: Random, today: date, least: int, most: int) -> date:
    return today - timedelta(days=int(random.integers(least, most)))


def _grant(random: Random, today: date) -> DemoGrant:
    granted_on = _day_before(random, today, 100, 900)
    roll = random.random()
    if roll < 0.15:  # noqa: PLR2004 (history clipped to the contract)
        return DemoGrant(
            first_day=granted_on, valid_from=granted_on, valid_to=granted_on + timedelta(days=1095)
        )
    if roll < 0.22:  # noqa: PLR2004 (a study of the past only)
        return DemoGrant(last_day=today - timedelta(days=90), valid_from=granted_on)
    if roll < 0.27:  # noqa: PLR2004 (over)
        return DemoGrant(valid_from=granted_on, valid_to=today - timedelta(days=20))
    return DemoGrant(valid_from=granted_on, valid_to=granted_on + timedelta(days=1095))


def _settled(new_site: DemoSite) -> DemoSite:
    """Fill what follows from the size: tariff, profile, caliber, digits of the counter."""
    yearly_m3 = new_site.reference_kwh / 11
    return replace(
        new_site,
        tariff=new_site.tariff or tariff_of(new_site.reference_kwh),
        profile="" if new_site.tariff == INJECTION else _profile(new_site),
        caliber=caliber_of(new_site.reference_kwh),
        meter_digits=max(5, len(str(int(yearly_m3 * 9)))),
    )
