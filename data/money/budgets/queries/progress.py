"""Compute the progress of many budgets from the roll-up and each PCE's usual year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
from data.money.budgets.rules.forecast import forecast
from data.money.budgets.rules.money import in_euros, price_weights
from data.money.budgets.rules.monthly_split import length, months_of, with_mean
from data.money.budgets.rules.progress import lines_of, outlook, standing, worst_first
from data.money.budgets.types import Budget, KnownMonth, TrackedBudget, UsualYear

NOTHING = KnownMonth(0, 0, 0)


@dataclass(frozen=True, slots=True)
class _World:
    """The data shared by all budgets of a list."""

    usuals: Mapping[int, UsualYear]
    prices: PricesOf  # of future days
    energy: MonthsOf
    money: MonthsOf
    ends: Mapping[int, date]


def list_followed_budgets(
    db: Session, viewer: Viewer, budgets: Sequence[Budget]
) -> tuple[TrackedBudget, ...]:
    """Return the progress and outlook of each budget, worst first."""
    members = {item.id: list_budget_pces(db, viewer, item.draft.target) for item in budgets}
    world = _world(db, viewer, budgets, sorted({pce for ids in members.values() for pce in ids}))
    followed_budgets = [_followed(world, item, members[item.id], viewer.today) for item in budgets]
    return tuple(sorted(followed_budgets, key=lambda one: worst_first(one.standing)))


def _world(db: Session, viewer: Viewer, budgets: Sequence[Budget], ids: Sequence[int]) -> _World:
    budget_months = {month for budget in budgets for month in months_of(budget.draft.first)}
    months = sorted(month for month in budget_months if month <= viewer.today)
    units = {budget.draft.unit for budget in budgets}
    money = Unit.EUR in units and viewer.may(Permission.PRICES_READ)
    prices = load_prices(db, viewer, ids) if money else {}
    each = {
        unit: load_monthly_values(db, viewer, ids, months, unit=unit, prices=prices)
        if months
        else {}
        for unit in {Unit.KWH, *units}
    }
    return _World(
        load_usual_years(db, viewer, ids),
        load_prices_per_kwh(db, viewer, prices),
        each[Unit.KWH],
        each.get(Unit.EUR, {}),
        load_service_ends(db, viewer, ids),
    )


def _followed(world: _World, budget: Budget, ids: Sequence[int], today: date) -> TrackedBudget:
    unit, months = budget.draft.unit, months_of(budget.draft.first)
    usuals = with_mean([world.usuals[pce] for pce in ids])
    months_by_pce = _own(world.money if unit is Unit.EUR else world.energy, ids, months)
    weights = {
        usual.pce_id: price_weights(unit, usual, months, world.prices.get(usual.pce_id, ()))
        for usual in usuals
    }
    lines = lines_of(budget, months_by_pce, weights)
    budget_standing = standing(lines, today)
    likely = _forecast(world, budget, months_by_pce, usuals, months)
    return TrackedBudget(
        budget, budget_standing, likely, outlook(budget, budget_standing, likely), lines, len(ids)
    )


def _own(world: MonthsOf, ids: Sequence[int], months: Sequence[date]) -> MonthsOf:
    """Return the values of `ids` and `months` only, as `world` covers other budgets too."""
    each = {pce: world.get(pce, {}) for pce in ids}
    return {pce: {month: had[month] for month in months if month in had}
            for pce, had in each.items()}  # fmt: skip


def _forecast(
    world: _World,
    budget: Budget,
    months_by_pce: Mapping[int, Mapping[date, KnownMonth]],
    usuals: Sequence[UsualYear],
    months: Sequence[date],
) -> Forecast | None:
    if not usuals:
        return None
    remaining_days = [_count_missing_days(world, item.pce_id, months) for item in usuals]
    had = sum(item.value for each in months_by_pce.values() for item in each.values())
    if budget.draft.unit is Unit.EUR:
        return in_euros(
            had, forecast(0, usuals, remaining_days), usuals, remaining_days, (months, world.prices)
        )
    return forecast(had, usuals, remaining_days)


def _count_missing_days(world: _World, pce: int, months: Sequence[date]) -> list[float]:
    """Return, by calendar month, the days of `months` in service without a value."""
    known_months, end = world.energy.get(pce, {}), world.ends.get(pce)
    missing_days = [0.0] * 12
    for month in months:
        days = length(month)
        if end is not None:
            days = min(max(0, (end - month).days + 1), days)
        missing_days[month.month - 1] = float(
            max(0, days - known_months.get(month, NOTHING).known_days)
        )
    return missing_days
