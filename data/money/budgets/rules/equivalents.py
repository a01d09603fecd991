"""Say a budget in its other unit: what its energy costs, or how much energy its euros buy."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from data.metering.consumption.types import BudgetStanding, Unit
from data.metering.prices.rules.costs import month_cost
from data.metering.prices.types import THOUSANDTH, MonthUse, PricesOf, Tariffs
from data.money.budgets.rules.monthly_split import length, weights_of
from data.money.budgets.rules.progress import Months, standing
from data.money.budgets.types import BudgetLine, UsualYear


@dataclass(frozen=True, slots=True)
class MonthPrice:
    """What the usual energy of a month costs, and its fixed parts alone, in atto-euros."""

    usual_wh: int
    total: int
    fixed: int

    def convert(self, amount: int, unit: Unit) -> int | None:
        """Return `amount` of `unit` in the other one, both in thousandths.

        Energy moves the variable parts only. None when the month has no variable part.
        """
        variable = self.total - self.fixed
        if unit is Unit.KWH:
            if not self.usual_wh:
                return None if amount else self.fixed // THOUSANDTH
            return (self.fixed + variable * amount // self.usual_wh) // THOUSANDTH
        if variable <= 0:
            return None
        return max(0, amount * THOUSANDTH - self.fixed) * self.usual_wh // variable


def month_prices(
    usuals: Sequence[UsualYear], months: Sequence[date], prices: PricesOf
) -> tuple[MonthPrice | None, ...]:
    """Return the price of each month of these PCEs, None where one of them has a day without."""
    groups: dict[Tariffs, list[tuple[int, ...]]] = {}
    for usual in usuals:
        groups.setdefault(prices.get(usual.pce_id, ()), []).append(weights_of(usual, months))
    if not groups or () in groups:
        return (None,) * len(months)
    sums = {
        tariffs: (len(each), [sum(values) for values in zip(*each, strict=True)])
        for tariffs, each in groups.items()
    }
    return tuple(
        _month_price(month, [(tariffs, pces, energies[rank])
                             for tariffs, (pces, energies) in sums.items()])
        for rank, month in enumerate(months)
    )  # fmt: skip


def _month_price(month: date, groups: Sequence[tuple[Tariffs, int, int]]) -> MonthPrice | None:
    price = MonthPrice(0, 0, 0)
    for tariffs, pces, wh in groups:
        total, fixed = (
            month_cost(tariffs, MonthUse(month, energy, None, length(month), pces))
            for energy in (wh, 0)
        )
        if total.atto_eur is None or fixed.atto_eur is None or total.unpriced:
            return None
        price = MonthPrice(
            price.usual_wh + wh, price.total + total.atto_eur, price.fixed + fixed.atto_eur
        )
    return price


def equivalent_lines(
    lines: Sequence[BudgetLine], unit: Unit, prices: Sequence[MonthPrice | None], months: Months
) -> tuple[BudgetLine | None, ...]:
    """Return `lines` of `unit` in the other one, of which `months` are the values.

    A month of which a day has a value but no price is None.
    """
    return tuple(
        _line(line, unit, price, months) if price else None
        for line, price in zip(lines, prices, strict=True)
    )


def _line(line: BudgetLine, unit: Unit, price: MonthPrice, months: Months) -> BudgetLine | None:
    known_months = [each[line.month] for each in months.values() if line.month in each]
    plan = price.convert(line.plan, unit)
    if plan is None or sum(month.known_days for month in known_months) != line.known_days:
        return None
    consumed = sum(month.value for month in known_months)
    planned = plan * line.planned // line.plan if line.plan else 0
    return BudgetLine(line.month, plan, consumed, planned, line.known_days, line.days)


def equivalent_standing(
    own: BudgetStanding | None,
    own_lines: Sequence[BudgetLine],
    lines: Sequence[BudgetLine | None],
    today: date,
) -> BudgetStanding | None:
    """Return `own`, that of `own_lines`, by `lines` in the other unit; None if a month lacks."""
    if own is None:
        return None
    pairs = zip(own_lines, lines, strict=True)
    elapsed = [line for own_line, line in pairs if own_line.month <= own.until]
    known_lines = [line for line in elapsed if line is not None]
    return standing(known_lines, today) if len(known_lines) == len(elapsed) else None
