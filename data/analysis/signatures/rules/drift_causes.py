"""Date a drift of twelve months, and choose the cause that explains all of it; pure."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from data.analysis.signatures.rules.days import cut
from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.types import Cause, Fit, Past, ProbableCause
from data.metering.consumption.types import DRIFTS, FleetCell
from data.metering.pces.rules import month_of

DAY = timedelta(days=1)
YEAR = 365


def find_start(cells: Mapping[date, FleetCell]) -> date | None:
    """Return the first month of a drift, from the change of each month at equal climate.

    It is the month from which the changes exceed `DRIFTS` percent by the most in all (a cumulative
    sum); months without a figure do not count. None where no sum exceeds it.
    """
    start, most, total = None, 0.0, 0.0
    for month in sorted(cells, reverse=True):
        percent = cells[month].percent
        if percent is not None:
            total += percent - DRIFTS
            if total > 0 and total >= most:
                start, most = month, total
    return start


def explain_drift(
    recent: ProbableCause | None, year: ProbableCause | None, cells: Mapping[date, FleetCell]
) -> ProbableCause | None:
    """Return why a site exceeds its past over twelve months, dated as its months show it.

    `recent` is the cause of its last weeks, `year` that of its year. The first explains a drift
    that began with these weeks; of an older one it is a part only.
    """
    start = find_start(cells)
    if recent and (start is None or recent.cause is Cause.ZERO or start >= month_of(recent.since)):
        return recent
    if year:
        since = start or year.since
        return replace(year, since=since, is_older=since <= year.since)
    return replace(recent, is_part=True) if recent else None


def fit_change(past: Past, why: ProbableCause, until: date) -> tuple[Fit, Fit] | None:
    """Return the signatures of the year before a drift and of the days since, on one base.

    None where one of them is not reliable, or the drift began before.
    """
    if why.is_part:
        return None
    before = fits(weeks_of([cut(past, why.since - YEAR * DAY, why.since - DAY)]))[0]
    after = fits(weeks_of([cut(past, why.since, until)]), before.base)[0]
    return None if before.reason or after.reason else (before, after)
