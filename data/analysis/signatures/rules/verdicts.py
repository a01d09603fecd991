"""Compute the verdicts on many sites, from their days only; pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from data.analysis.signatures.rules.climate import KnownDays, month_ratio, ratios
from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.rules.triage import visits
from data.analysis.signatures.rules.year_breakdown import split
from data.analysis.signatures.rules.year_causes import year_causes
from data.analysis.signatures.types import Fit, Past, Reason, SignatureVerdict
from data.metering.consumption.rules.calendar import month_end
from data.metering.consumption.rules.series import last_year_of
from data.metering.consumption.types import SeriesStep
from data.metering.pces.rules import month_of
from data.metering.weather.types import Floats

DAY = timedelta(days=1)
YEAR = 365
YEARS = 3
MONTHS = 13  # of the heat map: a year, and the month after it


@dataclass(frozen=True, slots=True, eq=False)
class SiteHistory:
    """Days of a PCE: `past` measured ones, `energy_with_estimates` Wh of all with a value."""

    pce_id: int
    past: Past
    energy_with_estimates: Floats


def judge(sites: Sequence[SiteHistory], today: date) -> list[SignatureVerdict]:
    """Return the verdict of each of `sites`, from up to four years of days."""
    if not sites:
        return []
    untils = [last_measured(site.past) or today for site in sites]
    recents = [fitting_years(site.past, until) for site, until in zip(sites, untils, strict=True)]
    years = [last_year_of(today, until) for until in untils]
    before = [
        _year_before(site.past, first) for site, (first, _last) in zip(sites, years, strict=True)
    ]
    references = fits(weeks_of(before))
    lasts = [cut(site.past, *year) for site, year in zip(sites, years, strict=True)]
    site_rows = zip(
        sites, recents, years, untils,
        fits(weeks_of(recents)), references,
        visits([site.past for site in sites], untils),
        year_causes(lasts, references),
        strict=True,
    )  # fmt: skip
    verdicts = []
    for site, recent, year, until, fit, reference, visit, year_cause in site_rows:
        (ratio, refused), *months = _face(site, year, fit)
        days, mean = _known_days(recent), mean_day(site.past, until)
        parts = split(site.past, year[0], year[1], reference)
        verdicts.append(
            SignatureVerdict(
                pce_id=site.pce_id,
                first_day=days[0] if days else None,
                until=until if days else None,
                fit=fit,
                year=year[0],
                ratio=ratio,
                refused=refused,
                parts=(parts.difference_wh, parts.climate_wh, parts.calendar_wh,
                       parts.missing_wh, parts.rest_wh),
                day_wh=mean,
                visit=visit if days else None,
                year_cause=year_cause,
                months=tuple(month_ratio(*month, fit, mean) for month in months),
            )
        )  # fmt: skip
    return verdicts


def fitting_years(past: Past, until: date) -> Past:
    """Return the years on which the signature of a site is fitted."""
    return cut(past, until - (YEAR * YEARS - 1) * DAY, until)


def _face(
    site: SiteHistory, year: tuple[date, date], fit: Fit
) -> list[tuple[float | None, Reason | None]]:
    """Return the ratios of the year, of its months and of the month after, or why they lack."""
    months = [month_of(year[0], place) for place in range(MONTHS)]
    spans = [year, *((month, month_end(month)) for month in months)]
    known_days = KnownDays(
        site.past.first.toordinal(), site.energy_with_estimates, site.past.temperature
    )
    found_ratios = ratios(known_days, spans, fit, SeriesStep.DAY)
    return [(ratio, refused or fit.reason) for ratio, refused in found_ratios]


def last_measured(past: Past) -> date | None:
    """Return the last measured day of `past`; None without any."""
    days = _known_days(past)
    return days[1] if days else None


def _known_days(past: Past) -> tuple[date, date] | None:
    known_places = np.flatnonzero(~np.isnan(past.energy))
    if not len(known_places):
        return None
    return past.first + int(known_places[0]) * DAY, past.first + int(known_places[-1]) * DAY


def _year_before(past: Past, first: date) -> Past:
    """Return the days for `reference_fit` of a year that begins on `first`."""
    last = first - DAY
    return cut(past, last - YEAR * DAY, last)


def mean_day(past: Past, until: date) -> int:
    """Return the mean measured day of the year up to `until`, in Wh; 0 without any."""
    year = cut(past, until - (YEAR - 1) * DAY, until).energy
    known_days = year[~np.isnan(year)]
    return round(float(known_days.mean())) if len(known_days) else 0
