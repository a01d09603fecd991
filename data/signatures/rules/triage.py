"""Which sites are worth a visit: what each burns more than it did, a year, and why it may."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

import numpy as np

from data.signatures.rules.days import cut, off_of
from data.signatures.rules.fitting import fits, weeks_of
from data.signatures.types import Fit, Flags, Past
from data.weather.types import Floats

DAY = timedelta(days=1)
LATELY = 56  # days that are judged: eight weeks
YEAR = 365
CERTAIN = 3.0  # standard errors: below, the gap may be chance
WEEKLY = 1.6  # days in a row err together: so much more than each by itself
SMALL = 0.05  # of what was expected: below, nobody would be sent


class Cause(StrEnum):
    BASELOAD = "baseload"  # burns whatever the weather
    OUT_OF_USE = "out_of_use"  # as much on Sundays as on Mondays
    HEATING = "heating"  # answers the cold more than it did


@dataclass(frozen=True, slots=True)
class Visit:
    """A site that burns more than its own past says: Wh a year, and the likely cause."""

    site: int  # its rank in what was given
    year_wh: float
    share: float  # of what was expected
    cause: Cause


def worth_a_visit(pasts: Sequence[Past], until: date, most: int = 10) -> list[Visit]:
    """The sites whose last weeks cost the most more than their reference year, dearest first.

    Sites without a reliable signature are left out: nothing can be told of them.
    """
    turn = until - LATELY * DAY
    references = [cut(past, turn - YEAR * DAY, turn - DAY) for past in pasts]
    if not references:
        return []
    found = []
    for site, (past, fit) in enumerate(zip(pasts, fits(weeks_of(references)), strict=True)):
        visit = None if fit.reason else _visit(site, (past, references[site]), until, fit)
        if visit:
            found.append(visit)
    return sorted(found, key=lambda visit: -visit.year_wh)[:most]


def _visit(site: int, pasts: tuple[Past, Past], until: date, fit: Fit) -> Visit | None:
    past, year = pasts
    lately = cut(past, until - (LATELY - 1) * DAY, until)
    off, off_then = off_of(lately), off_of(year)
    likely, usual = (
        fit.expected(days.temperature, kind) for days, kind in ((lately, off), (year, off_then))
    )
    gaps, errors = lately.energy - likely, year.energy - usual
    known, settled = ~np.isnan(gaps), errors[~np.isnan(errors)]
    if known.sum() < LATELY // 2:
        return None
    excess, told = float(gaps[known].sum()), float(likely[known].sum())
    chance = float(settled.std()) * float(known.sum()) ** 0.5 * WEEKLY
    if told <= 0 or excess < CERTAIN * chance or excess < SMALL * told:
        return None
    gap = _Gap(gaps[known], likely[known], fit.cold(lately.temperature)[known], off[known])
    cause = _cause(gap)
    amount = excess / int(known.sum()) * YEAR
    if cause is Cause.HEATING:
        amount = excess / told * float(np.nansum(usual)) * YEAR / int((~np.isnan(usual)).sum())
    return Visit(site, amount, excess / told, cause)


@dataclass(frozen=True, slots=True)
class _Gap:
    """Days known lately: Wh above what was expected, the latter, degree days, days out of use."""

    above: Floats
    likely: Floats
    cold: Floats
    off: Flags


def _cause(gap: _Gap) -> Cause:
    """What fits the days best: as much each day, a share of the cold, or days out of use alone.

    Days are weighed as they err: in proportion to what was expected of them.
    """
    weight = 1 / np.maximum(gap.likely, 1.0)
    shapes = {
        Cause.BASELOAD: weight,
        Cause.HEATING: np.ones(len(gap.above)),
        Cause.OUT_OF_USE: np.where(gap.off, 1.0, 0.0),
    }
    return min(shapes, key=lambda cause: _left_by(shapes[cause], gap.above * weight))


def _left_by(shape: Floats, above: Floats) -> float:
    """The squared error that *shape* leaves, at its best size."""
    power = float((shape * shape).sum())
    size = float((shape * above).sum()) / power if power > 0 else 0.0
    return float(((above - size * shape) ** 2).sum())
