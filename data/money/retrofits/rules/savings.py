"""Measure the savings of a retrofit on the whole site: IPMVP Core Concepts, option C.

Avoided energy use = adjusted baseline − measured energy (ASHRAE Guideline 14-2014, annex B): the
signature of the days before the works says what the days after them would have burnt. Where heating
is switched off each summer, it is so before and after (`rules.heating_stop`).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from math import sqrt

import numpy as np

from data.analysis.signatures.rules.days import cut, filled, off_of
from data.analysis.signatures.rules.fit import TINY, WEEK, Weeks, fits, weeks_of
from data.analysis.signatures.rules.outlook import student
from data.analysis.signatures.types import Fit, Flags, Past, Reason
from data.metering.weather.types import Floats
from data.money.retrofits.rules.heating_stop import (
    DATES,
    USUAL,
    find_stop,
    may_stop,
    stop_heating,
)
from data.money.retrofits.types import (
    HeatingStop,
    RetrofitPeriods,
    Savings,
    SavingsMonth,
    SavingsRefusal,
)

DAY = timedelta(days=1)
YEAR = 365
BASELINE_DAYS = 2 * YEAR
REPORTING_DAYS = 3 * YEAR
LEAST_BEFORE = 0.9  # of the year before the works must be measured: all seasons (IPMVP)
LEAST_AFTER = 90  # days measured
LEAST_COVERAGE = 0.9  # of the days after
COLDEST = 1.1  # degree days of a day after, over the most of a day before (Guideline 14, 110 %)
MOST_COLDER = 0.05  # share of days after that may be colder than that
PARAMETERS = 4  # baseload, slope, base, factor of days out of use
LEVEL = 0.0125  # a site varies from one year to the next, which the residuals of one cannot show
DATES_DAYS = 7  # the dates of a heating stop vary by a week from one year to the next
MOST_UNDECIDED = 0.03  # share of the adjusted baseline that may hang on a stop that nothing tells
MOST_AUTOCORRELATION = 0.9
_REASONS = {
    Reason.FEW_WEEKS: SavingsRefusal.FEW_DAYS_BEFORE,
    Reason.NO_TEMPERATURE: SavingsRefusal.NO_TEMPERATURE,
    Reason.NO_SPREAD: SavingsRefusal.NO_SPREAD,
    Reason.NOT_HEATING: SavingsRefusal.NOT_HEATING,
    Reason.LOOSE: SavingsRefusal.LOOSE,
}


@dataclass(frozen=True, slots=True, eq=False)
class _Baseline:
    """The signature before the works, its weekly residuals and its sensitivities."""

    fit: Fit
    stop: HeatingStop | None
    residuals: Floats
    follows: Flags  # whether the week after each residual but the last is the next one
    sensitivities: Floats


def periods_of(
    started_on: date, finished_on: date, until: date, others: Sequence[tuple[date, date]] = ()
) -> RetrofitPeriods:
    """Return the days to compare, with values known up to `until`.

    `others` are the first and last days of other works of the same site: they leave neither period.
    Works that overlap these ones are measured with them.
    """
    first = started_on - BASELINE_DAYS * DAY
    last = min(until, finished_on + REPORTING_DAYS * DAY)
    for other_start, other_finish in others:
        if other_finish < started_on:
            first = max(first, other_finish + DAY)
        elif other_start > finished_on:
            last = min(last, other_start - DAY)
    return RetrofitPeriods(first, started_on - DAY, finished_on + DAY, max(last, finished_on))


def measure_savings(past: Past, periods: RetrofitPeriods) -> Savings | SavingsRefusal:
    """Return the savings of works between the two periods, or why they cannot be measured."""
    before = cut(past, periods.baseline_first, periods.baseline_last)
    after = cut(past, periods.reporting_first, periods.reporting_last)
    refusal = _check_days(before, after)
    if refusal:
        return refusal
    fit = fits(weeks_of([before]))[0]
    stop = find_stop(before, fit)
    weeks = weeks_of([stop_heating(before, stop)])
    fit = fits(weeks)[0] if stop else fit
    if fit.reason:
        return _REASONS.get(fit.reason, SavingsRefusal.LOOSE)
    temperature = filled(after.temperature)
    if temperature is None:
        return SavingsRefusal.NO_TEMPERATURE
    after = replace(after, temperature=temperature)
    baseline = _baseline(weeks, fit, stop)
    refusal = _check_weather(baseline, before, after)
    return refusal or _savings(baseline, periods, after)


def _check_days(before: Past, after: Past) -> SavingsRefusal | None:
    """Return why the days are too few; the year before must be known in all its seasons."""
    if len(before.energy) < YEAR or _coverage(before.energy[-YEAR:]) < LEAST_BEFORE:
        return SavingsRefusal.FEW_DAYS_BEFORE
    if int((~np.isnan(after.energy)).sum()) < LEAST_AFTER:
        return SavingsRefusal.FEW_DAYS_AFTER
    return SavingsRefusal.GAPS_AFTER if _coverage(after.energy) < LEAST_COVERAGE else None


def _coverage(energy: Floats) -> float:
    return float((~np.isnan(energy)).mean()) if len(energy) else 0.0


def _check_weather(baseline: _Baseline, before: Past, after: Past) -> SavingsRefusal | None:
    """Return why the days before do not tell what those after would have burnt."""
    fit, stop = baseline.fit, baseline.stop
    warm = stop_heating(after, stop).temperature[~np.isnan(after.energy)]
    if _is_colder(fit, before, warm):
        return SavingsRefusal.COLDER
    total = _total(fit, after, stop)
    undecided = total - _total(fit, after, USUAL) if stop is None else 0.0
    if undecided > MOST_UNDECIDED * total and may_stop(before, fit):
        return SavingsRefusal.COLD_SUMMER
    return None


def _is_colder(fit: Fit, before: Past, temperature: Floats) -> bool:
    """Return whether many days are colder than what the model has seen (Guideline 14, 110 %)."""
    most = float(np.nanmax(fit.cold(before.temperature)))
    return float((fit.cold(temperature) > COLDEST * most).mean()) > MOST_COLDER


def _expected(fit: Fit, past: Past, stop: HeatingStop | None) -> Floats:
    """Return the expected Wh of each day of `past`, 0 on those that are not measured."""
    expected = fit.expected(stop_heating(past, stop).temperature, off_of(past))
    return np.where(np.isnan(past.energy), 0.0, expected)


def _total(fit: Fit, past: Past, stop: HeatingStop | None) -> float:
    return float(_expected(fit, past, stop).sum())


def _baseline(weeks: Weeks, fit: Fit, stop: HeatingStop | None) -> _Baseline:
    is_known = weeks.is_known[0]
    temperature, off = weeks.temperature[0][is_known], weeks.off[is_known]
    expected = fit.expected(temperature, off).mean(axis=1)
    residuals = weeks.energy[0][is_known].mean(axis=1) - expected
    follows = np.diff(np.flatnonzero(is_known)) == 1
    return _Baseline(
        fit, stop, residuals, follows, _sensitivities(fit, temperature, off).mean(axis=1)
    )


def _sensitivities(fit: Fit, temperature: Floats, off: Flags) -> Floats:
    """Return the derivatives of the expected Wh by baseload, slope, base and days out of use."""
    use, cold = fit.uses(off), fit.cold(temperature)
    return np.stack(
        [
            use,
            use * cold,
            np.where(cold > 0, fit.slope_wh * use, 0.0),
            np.where(off, fit.baseload_wh + fit.slope_wh * cold, 0.0),
        ],
        axis=-1,
    )


def _savings(baseline: _Baseline, periods: RetrofitPeriods, after: Past) -> Savings:
    fit, stop, is_measured = baseline.fit, baseline.stop, ~np.isnan(after.energy)
    expected = _expected(fit, after, stop)
    total, days = float(expected.sum()), int(is_measured.sum())
    correlation = _autocorrelation(baseline)
    warm = stop_heating(after, stop).temperature[is_measured]
    gradient = _sensitivities(fit, warm, off_of(after)[is_measured]).sum(axis=0)
    variance, freedom = _variance(baseline, correlation, gradient, days)
    variance += (LEVEL * total) ** 2 + _dates_variance(fit, after, stop)
    return Savings(
        periods=periods,
        fit=fit,
        days=days,
        coverage=_coverage(after.energy),
        expected_wh=round(total),
        measured_wh=round(float(after.energy[is_measured].sum())),
        half_wh=round(student(freedom) * sqrt(variance)),
        autocorrelation=correlation,
        months=_months(after, expected),
        stop=stop,
    )


def _dates_variance(fit: Fit, after: Past, stop: HeatingStop | None) -> float:
    """Return the variance of the adjusted baseline due to the dates of the stop, in Wh²."""
    if stop is None:
        return 0.0
    variance = 0.0
    for name in ("first", "last"):
        moved = (
            replace(stop, **{name: getattr(stop, name) + days})
            for days in (-DATES_DAYS, DATES_DAYS)
        )
        early, late = (_total(fit, after, other) for other in moved)
        variance += ((late - early) / 2) ** 2
    return variance


def _months(after: Past, expected: Floats) -> tuple[SavingsMonth, ...]:
    """Return the sums of each month with a measured day; `expected` is 0 on other days."""
    months: dict[date, list[float]] = {}
    for place, (wh, measured) in enumerate(
        zip(expected.tolist(), after.energy.tolist(), strict=True)
    ):
        if measured == measured:  # noqa: PLR0124 (NaN is not itself)
            sums = months.setdefault((after.first + place * DAY).replace(day=1), [0.0, 0.0])
            sums[0] += wh
            sums[1] += measured
    return tuple(
        SavingsMonth(month, round(wh), round(measured)) for month, (wh, measured) in months.items()
    )


def count_known_days(past: Past, periods: RetrofitPeriods) -> tuple[int, int]:
    """Return the measured days of the year before the works, and of the days after them."""
    year = cut(past, periods.baseline_last - (YEAR - 1) * DAY, periods.baseline_last)
    after = cut(past, periods.reporting_first, periods.reporting_last)
    before_count, after_count = (int((~np.isnan(part.energy)).sum()) for part in (year, after))
    return before_count, after_count


def _variance(
    baseline: _Baseline, correlation: float, gradient: Floats, days: int
) -> tuple[float, int]:
    """Return the variance of the savings over `days` days, in Wh², and its degrees of freedom.

    It is that of the coefficients (delta method: Seber and Wild, Nonlinear Regression, 1989, §2.3)
    and that of the days themselves. Both are larger where residuals follow each other: n weeks tell
    as much as n (1 − ρ) ÷ (1 + ρ) independent ones (ASHRAE Guideline 14-2014, annex B; Reddy and
    Claridge, HVAC&R Research, 2000).
    """
    count = len(baseline.residuals)
    inflation = (1 + correlation) / (1 - correlation)
    parameters = PARAMETERS + (DATES if baseline.stop else 0)
    error = float((baseline.residuals**2).sum()) / max(count - parameters, 1) * inflation
    matrix = baseline.sensitivities.T @ baseline.sensitivities
    of_fit = error * float(gradient @ np.linalg.pinv(matrix) @ gradient)
    of_days = error * WEEK * days  # a week's mean varies by `error`, its sum by WEEK² as much
    return of_fit + of_days, max(round(count / inflation) - parameters, 1)


def _autocorrelation(baseline: _Baseline) -> float:
    """Return ρ of successive weeks, corrected for its bias (Marriott and Pope, Biometrika, 1954).

    A negative one is taken as zero: it would narrow the interval.
    """
    residuals = baseline.residuals
    square = max(float((residuals**2).mean()), TINY)
    pairs = (residuals[1:] * residuals[:-1])[baseline.follows]
    raw = float(pairs.sum()) / max(len(pairs), 1) / square
    return min(max(raw + (1 + 4 * raw) / len(residuals), 0.0), MOST_AUTOCORRELATION)
