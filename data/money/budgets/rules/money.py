"""Convert budgets to euros: the same days at their prices."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from data.metering.consumption.types import Forecast, Unit
from data.metering.prices.rules.costs import marginal, month_cost, tariff_on
from data.metering.prices.types import THOUSANDTH, MonthUse, PricesOf, Tariffs
from data.money.budgets.rules.monthly_split import length, weights_of
from data.money.budgets.types import UsualYear

Left = Sequence[float]  # days, by calendar month


def price_weights(
    unit: Unit, usual: UsualYear, months: Sequence[date], tariffs: Tariffs
) -> tuple[int, ...]:
    """Return the likely value of each month in thousandths of `unit`; 0 without price."""
    energy = weights_of(usual, months)
    if unit is not Unit.EUR:
        return energy
    return tuple(
        _cost(tariffs, month, wh, length(month)) or 0
        for month, wh in zip(months, energy, strict=True)
    )


def _cost(tariffs: Tariffs, month: date, wh: int, days: int) -> int | None:
    """Return the cost in thousandths of a euro, None when part of it has no price."""
    cost = month_cost(tariffs, MonthUse(month, wh, None, days))
    is_complete = cost.atto_eur is not None and not cost.unpriced
    return cost.atto_eur // THOUSANDTH if is_complete and cost.atto_eur is not None else None


def by_energy(tariffs: Tariffs, coefficient_e4: int) -> Tariffs:
    """Return `tariffs` with m³ prices converted to kWh at `coefficient_e4` (1/10,000 kWh/m³)."""
    return tuple(
        replace(
            tariff,
            per_kwh_pcs=tariff.per_kwh_pcs + tariff.per_m3 * 10_000 // coefficient_e4,
            per_m3=0,
        )
        for tariff in tariffs
    )


def in_euros(
    known_euros: int,
    energy: Forecast | None,
    usuals: Sequence[UsualYear],
    remaining_days: Sequence[Left],
    at: tuple[Sequence[date], PricesOf],
) -> Forecast | None:
    """Return `known_euros` plus the likely cost of the remaining days; `energy` is their forecast.

    Return None when one of these days has no price. `at` holds the months and the prices of each
    PCE.
    """
    if energy is None:
        return None
    months, prices = at
    total, dear = 0, 0.0
    for usual, days in zip(usuals, remaining_days, strict=True):
        tariffs = prices.get(usual.pce_id, ())
        for month in months:
            month_days = round(days[month.month - 1])
            if not month_days:
                continue
            wh = round(usual.day_wh[month.month - 1] * month_days)
            cost, tariff = _cost(tariffs, month, wh, month_days), tariff_on(tariffs, month)
            if cost is None or tariff is None:
                return None
            total += cost
            dear += wh * (marginal(tariff) or 0) / THOUSANDTH
    each = dear / energy.total if energy.total else 0.0
    low, high = (round((end - energy.total) * each) for end in (energy.low, energy.high))
    return Forecast(known_euros + total, known_euros + total + low, known_euros + total + high)
