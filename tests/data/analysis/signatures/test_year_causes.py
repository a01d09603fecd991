"""Why a year burnt more than the one before, in years that were spoilt in a known way."""

from collections import Counter
from dataclasses import replace
from datetime import date

import pytest

from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.year_causes import year_causes
from data.analysis.signatures.types import Cause
from tests.data.analysis.signatures.world import past_of, sites

BEFORE = date(2024, 1, 1), date(2024, 12, 31)
YEAR = date(2025, 1, 1), date(2025, 12, 31)
COUNT = 20


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        (lambda site: {"baseload": site.baseload + 0.15 * mean(site)}, Cause.BASELOAD),
        (lambda site: {"slope": 1.15 * site.slope}, Cause.HEATING),
        (lambda site: {"baseload": 1.2 * site.baseload, "slope": 1.2 * site.slope}, Cause.LEVEL),
        (lambda site: {"off": site.off + 0.3}, Cause.OUT_OF_USE),
        (lambda _site: {}, None),
        (lambda site: {"slope": 0.8 * site.slope}, None),
    ],
)
def test_the_cause_of_a_year_is_named_in_nine_of_ten(changes, cause):
    # half of what such sites burn is base load, so that a rise of all is not one of heating alone
    fleet = [replace(site, baseload=4 * site.slope, off=0.6) for site in sites(COUNT)]
    years = [cut(past_of(replace(site, **changes(site))), *YEAR) for site in fleet]
    references = fits(weeks_of([cut(past_of(site), *BEFORE) for site in fleet]))
    assert Counter(year_causes(years, references))[cause] >= 0.9 * COUNT


def mean(site):
    return past_of(site).energy.mean()
