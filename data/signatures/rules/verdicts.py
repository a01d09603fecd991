"""What is said of many sites at once, to be kept: pure, from their days alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.consumption.rules.series import last_year_of
from data.consumption.types import Step
from data.signatures.rules.climate import Known, ratios
from data.signatures.rules.days import cut
from data.signatures.rules.fitting import fits, weeks_of
from data.signatures.rules.splitting import split
from data.signatures.rules.triage import visits
from data.signatures.types import Fit, Past, Reason, Verdict
from data.weather.types import Floats

DAY = timedelta(days=1)
YEAR = 365
YEARS = 3


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """The days of a PCE, *past* the measured ones, *told* Wh of all that have a value."""

    pce_id: int
    past: Past
    told: Floats


def judge(sites: Sequence[Site], today: date) -> list[Verdict]:
    """The verdict of each of *sites*, whose days reach four years back where they can."""
    if not sites:
        return []
    untils = [last_measured(site.past) or today for site in sites]
    recents = [lately(site.past, until) for site, until in zip(sites, untils, strict=True)]
    years = [last_year_of(today, until) for until in untils]
    before = [
        _year_before(site.past, first) for site, (first, _last) in zip(sites, years, strict=True)
    ]
    found = zip(
        sites, recents, years, untils,
        fits(weeks_of(recents)), fits(weeks_of(before)),
        visits([site.past for site in sites], untils),
        strict=True,
    )  # fmt: skip
    told = []
    for site, recent, year, until, fit, reference, visit in found:
        ratio, refused = _face(site, year, fit)
        days = _known_days(recent)
        parts = split(site.past, year[0], year[1], reference)
        told.append(
            Verdict(
                pce_id=site.pce_id,
                first_day=days[0] if days else None,
                until=until if days else None,
                fit=fit,
                year=year[0],
                ratio=ratio,
                refused=refused,
                parts=(parts.difference_wh, parts.climate_wh, parts.calendar_wh,
                       parts.missing_wh, parts.rest_wh),
                day_wh=mean_day(site.past, until),
                visit=visit if days else None,
            )
        )  # fmt: skip
    return told


def lately(past: Past, until: date) -> Past:
    """The years that the signature of a site is fitted on."""
    return cut(past, until - (YEAR * YEARS - 1) * DAY, until)


def _face(site: Site, year: tuple[date, date], fit: Fit) -> tuple[float | None, Reason | None]:
    known = Known(site.past.first.toordinal(), site.told, site.past.temperature)
    ((ratio, refused),) = ratios(known, [year], fit, Step.DAY)
    return ratio, refused or fit.reason


def last_measured(past: Past) -> date | None:
    """The last day of *past* that was measured; None when none was."""
    days = _known_days(past)
    return days[1] if days else None


def _known_days(past: Past) -> tuple[date, date] | None:
    known = np.flatnonzero(~np.isnan(past.energy))
    if not len(known):
        return None
    return past.first + int(known[0]) * DAY, past.first + int(known[-1]) * DAY


def _year_before(past: Past, first: date) -> Past:
    """What `splitting.reference_fit` is made on, for a year that begins on *first*."""
    last = first - DAY
    return cut(past, last - YEAR * DAY, last)


def mean_day(past: Past, until: date) -> int:
    """The mean of the measured days of the year up to *until*, in Wh; 0 when there are none."""
    year = cut(past, until - (YEAR - 1) * DAY, until).energy
    known = year[~np.isnan(year)]
    return round(float(known.mean())) if len(known) else 0
