"""Value savings at the price of one more kWh of their days."""

from data.metering.prices.rules.costs import covers, gap_cost
from data.metering.prices.types import MonthUse, Tariffs, round_cents
from data.money.retrofits.types import Savings, SavingsValue

YEAR = 365
LEAST_DAYS = 330  # of a year, for a payback time: all seasons


def value_savings(
    tariffs: Tariffs, savings: Savings, cost_cents: int | None
) -> SavingsValue | None:
    """Return the savings in euros; None unless each day has a price per kWh.

    Fixed parts are due anyway. The bounds are valued at the mean price of what would have been
    burnt.
    """
    days = savings.periods.reporting_first, savings.periods.reporting_last
    if not covers(tariffs, *days) or any(tariff.per_m3 for tariff in tariffs):
        return None
    saved = expected = 0
    for month in savings.months:
        use = MonthUse(month.month, month.expected_wh, None, 1)
        saved += gap_cost(tariffs, use, month.expected_wh - month.measured_wh)
        expected += gap_cost(tariffs, use, month.expected_wh)
    half = expected * savings.half_wh // max(savings.expected_wh, 1)
    cents = round_cents(saved)
    return SavingsValue(cents, round_cents(half), _payback(savings.days, cents, cost_cents))


def _payback(days: int, cents: int, cost_cents: int | None) -> float | None:
    """Return the simple payback time in years: cost over yearly savings."""
    if not cost_cents or cents <= 0 or days < LEAST_DAYS:
        return None
    return cost_cents / (cents * YEAR / days)
