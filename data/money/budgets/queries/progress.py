"""Compute the progress of many budgets from the roll-up and each PCE's usual year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy.orm import Session

from core.access import Permission, Viewer
from data.metering.consumption.types import Forecast, Unit
from data.metering.prices.queries import load_prices
from data.metering.prices.types import PricesOf
from data.money.budgets.queries.forecast_prices import load_prices_per_kwh
from data.money.budgets.queries.monthly_values import (
    MonthsOf,
    list_budget_pces,
    load_monthly_values,
    load_service_ends,
)
from data.money.budgets.queries.usual_years import load_usual_years
from data.money.budgets.rules.equivalents import (
    equivalent_lines,
    equivalent_standing,
    month_prices,
)
from data.money.budgets.rules.forecast import forecast
from data.money.budgets.rules.money import in_euros, price_weights
from data.money.budgets.rules.monthly_split import length, months_of, with_mean
from data.money.budgets.rules.progress import lines_of, outlook, standing, worst_first
from data.money.budgets.types import Budget, BudgetEquivalent, KnownMonth, TrackedBudget, UsualYear

NOTHING = KnownMonth(0, 0, 0)


@dataclass(frozen=True, slots=True)
class _World:
    """The data shared by all budgets of a list."""

    usuals: Mapping[int, UsualYear]
    prices: PricesOf  # of future days
    values: Mapping[Unit, MonthsOf]  # of the days known, in energy and in euros
    ends: Mapping[int, date]


def list_followed_budgets(
    db: Session, viewer: Viewer, budgets: Sequence[Budget], *, in_both_units: bool = False
) -> tuple[TrackedBudget, ...]:
    """Return the progress and outlook of each budget, worst first.

    With `in_both_units`, each has its equivalent too, if the viewer may read prices.
    """
    members = {item.id: list_budget_pces(db, viewer, item.draft.target) for item in budgets}
    ids = sorted({pce for pces in members.values() for pce in pces})
    both = in_both_units and viewer.may(Permission.PRICES_READ)
    world = _world(db, viewer, budgets, ids, both=both)
    followed_budgets = [
        _followed(world, item, members[item.id], viewer.today, both=both) for item in budgets
    ]
    return tuple(sorted(followed_budgets, key=lambda one: worst_first(one.standing)))


def _world(
    db: Session, viewer: Viewer, budgets: Sequence[Budget], ids: Sequence[int], *, both: bool
) -> _World:
    budget_months = {month for budget in budgets for month in months_of(budget.draft.first)}
    months = sorted(month for month in budget_months if month <= viewer.today)
    money = both or Unit.EUR in {budget.draft.unit for budget in budgets}
    readable = money and viewer.may(Permission.PRICES_READ)
    prices = load_prices(db, viewer, ids) if readable else {}
    energy, costs = (
        load_monthly_values(db, viewer, ids, months, prices if money else None)
        if months
        else ({}, {})
    )
    return _World(
        load_usual_years(db, viewer, ids),
        load_prices_per_kwh(db, viewer, prices),
        {Unit.KWH: energy, Unit.EUR: costs},
        load_service_ends(db, viewer, ids),
    )


def _followed(
    world: _World, budget: Budget, ids: Sequence[int], today: date, *, both: bool
) -> TrackedBudget:
    unit, months = budget.draft.unit, months_of(budget.draft.first)
    usuals = with_mean([world.usuals[pce] for pce in ids])
    months_by_pce = _own(world.values[unit], ids, months)
    weights = {
        usual.pce_id: price_weights(unit, usual, months, world.prices.get(usual.pce_id, ()))
        for usual in usuals
    }
    lines = lines_of(budget, months_by_pce, weights)
    budget_standing = standing(lines, today)
    likely = _forecast(world, unit, months_by_pce, usuals, months)
    tracked = TrackedBudget(
        budget, budget_standing, likely, outlook(budget, budget_standing, likely), lines, len(ids)
    )
    return replace(tracked, equivalent=_equivalent(world, tracked, usuals, today) if both else None)


def _equivalent(
    world: _World, tracked: TrackedBudget, usuals: Sequence[UsualYear], today: date
) -> BudgetEquivalent:
    draft, own_lines = tracked.budget.draft, tracked.lines
    unit = Unit.KWH if draft.unit is Unit.EUR else Unit.EUR
    months = months_of(draft.first)
    months_by_pce = _own(world.values[unit], [usual.pce_id for usual in usuals], months)
    prices = month_prices(usuals, months, world.prices)
    lines = equivalent_lines(own_lines, draft.unit, prices, months_by_pce)
    is_priced = all(
        line is not None or not own.known_days for own, line in zip(own_lines, lines, strict=True)
    )
    likely = _forecast(world, unit, months_by_pce, usuals, months) if is_priced else None
    budget_standing = equivalent_standing(tracked.standing, own_lines, lines, today)
    return BudgetEquivalent(unit, lines, budget_standing, likely)


def _own(world: MonthsOf, ids: Sequence[int], months: Sequence[date]) -> MonthsOf:
    """Return the values of `ids` and `months` only, as `world` covers other budgets too."""
    each = {pce: world.get(pce, {}) for pce in ids}
    return {pce: {month: had[month] for month in months if month in had}
            for pce, had in each.items()}  # fmt: skip


def _forecast(
    world: _World,
    unit: Unit,
    months_by_pce: Mapping[int, Mapping[date, KnownMonth]],
    usuals: Sequence[UsualYear],
    months: Sequence[date],
) -> Forecast | None:
    if not usuals:
        return None
    remaining_days = [_count_missing_days(world, item.pce_id, months) for item in usuals]
    had = sum(item.value for each in months_by_pce.values() for item in each.values())
    if unit is Unit.EUR:
        return in_euros(
            had, forecast(0, usuals, remaining_days), usuals, remaining_days, (months, world.prices)
        )
    return forecast(had, usuals, remaining_days)


def _count_missing_days(world: _World, pce: int, months: Sequence[date]) -> list[float]:
    """Return, by calendar month, the days of `months` in service without a value."""
    known_months, end = world.values[Unit.KWH].get(pce, {}), world.ends.get(pce)
    missing_days = [0.0] * 12
    for month in months:
        days = length(month)
        if end is not None:
            days = min(max(0, (end - month).days + 1), days)
        missing_days[month.month - 1] = float(
            max(0, days - known_months.get(month, NOTHING).known_days)
        )
    return missing_days
