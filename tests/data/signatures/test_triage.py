"""The ten sites worth a visit, in fleets where some have been spoilt in a known way."""

from dataclasses import replace
from datetime import date

import numpy as np

from data.signatures.rules.days import out_of_use
from data.signatures.rules.triage import Cause, worth_a_visit
from data.signatures.types import Past
from tests.data.signatures.world import Site, past_of, sites

SPOILT, UNTIL = date(2025, 11, 1), date(2025, 12, 31)


def spoil(site, past, cause, random):
    """*past* as if something had gone wrong on SPOILT."""
    at = past.place(SPOILT)
    days = past.first.toordinal() + np.arange(at, len(past.energy), dtype=float)
    energy = past.energy.copy()
    if cause is Cause.BASELOAD:
        energy[at:] += random.uniform(0.15, 0.4) * energy.mean()
    elif cause is Cause.HEATING:
        energy[at:] *= random.uniform(1.15, 1.4)
    else:
        energy[at:] = np.where(out_of_use(days), energy[at:] / site.off, energy[at:])
    return replace(past, energy=energy)


def test_nine_of_the_ten_are_those_that_were_spoilt():
    right = found = named = 0
    for fleet in range(3):
        random = np.random.default_rng(fleet)
        pasts, spoilt = [], {}
        for rank, site in enumerate(sites(200)):
            one = replace(site, seed=site.seed + 1000 * fleet)
            past = past_of(one)
            if rank % 10 == 0:
                spoilt[rank] = list(Cause)[int(random.integers(3))]
                past = spoil(one, past, spoilt[rank], random)
            pasts.append(past)
        visits = worth_a_visit(pasts, UNTIL)
        assert [v.year_wh for v in visits] == sorted((v.year_wh for v in visits), reverse=True)
        found += len(visits)
        right += sum(visit.site in spoilt for visit in visits)
        named += sum(spoilt.get(visit.site) is visit.cause for visit in visits)
    print(f"precision@10: {right / found:.2f}; the right cause: {named / found:.2f}")
    assert found == 30
    assert right / found >= 0.9
    assert named / found >= 0.9


def test_who_burns_as_before_is_left_alone():
    assert worth_a_visit([past_of(site) for site in sites(40)], UNTIL) == []


def test_nothing_is_said_without_a_signature_or_lately_without_days():
    past = past_of(Site())
    silent = replace(past, energy=past.energy.copy())
    silent.energy[silent.place(SPOILT) :] = np.nan
    young = Past(date(2025, 9, 1), past.energy[-122:] * 2, past.temperature[-122:])

    assert worth_a_visit([silent, young], UNTIL) == []
    assert worth_a_visit([], UNTIL) == []
