"""Name why a year burnt more than the one before, from the signatures of both; pure."""

from collections.abc import Sequence

import numpy as np

from data.analysis.signatures.rules.fit import fits, weeks_of
from data.analysis.signatures.types import Cause, Fit, Past

SMALL = 0.05  # share of what was expected: below, there is nothing to explain
MOSTLY = 0.7  # share of the excess from which one parameter explains it
AT_REST = 0.1  # rise of a day out of use, as a share of a day of use


def year_causes(years: Sequence[Past], references: Sequence[Fit]) -> list[Cause | None]:
    """Return the cause of each of `years` against the signature of the year before it.

    Both are fitted with the base temperature of the year before, so that a higher base is not taken
    for a lower slope. None where no signature is reliable, or the year did not burn more.
    """
    if not years:
        return []
    bases = np.array([reference.base for reference in references])
    pairs = zip(years, fits(weeks_of(years), bases), references, strict=True)
    return [_cause(year, fit, reference) for year, fit, reference in pairs]


def _cause(year: Past, fit: Fit, reference: Fit) -> Cause | None:
    if fit.reason or reference.reason:
        return None
    cold = reference.cold(year.temperature[~np.isnan(year.energy + year.temperature)])
    days, degree_days = len(cold), float(cold.sum())
    expected_wh = reference.baseload_wh * days + reference.slope_wh * degree_days
    baseload_wh = (fit.baseload_wh - reference.baseload_wh) * days
    heating_wh = (fit.slope_wh - reference.slope_wh) * degree_days
    excess = baseload_wh + heating_wh
    if excess < SMALL * expected_wh:
        return None
    if fit.out / fit.use - reference.out / reference.use >= AT_REST:
        return Cause.OUT_OF_USE
    if baseload_wh >= MOSTLY * excess:
        return Cause.BASELOAD
    return Cause.HEATING if heating_wh >= MOSTLY * excess else Cause.LEVEL
