"""Where budgets stand, many at once: months of the roll-up, and a usual year of each PCE."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from data.access import Permission, Viewer
from data.budgets.queries.known import MonthsOf, ends_of, known_of, members_of
from data.budgets.queries.likely import likely_prices
from data.budgets.queries.usual import usuals_of
from data.budgets.rules.following import lines_of, outlook, standing, worst_first
from data.budgets.rules.forecasting import forecast
from data.budgets.rules.money import in_euros, weights_in
from data.budgets.rules.phasing import length, months_of, with_mean
from data.budgets.types import Budget, Followed, Known, Usual
from data.consumption.types import Forecast, Unit
from data.prices.queries import prices_of
from data.prices.types import PricesOf

NOTHING = Known(0, 0, 0)


@dataclass(frozen=True, slots=True)
class _World:
    """What all the budgets of a list are told from."""

    usuals: Mapping[int, Usual]
    prices: PricesOf  # of days to come
    energy: MonthsOf
    money: MonthsOf
    ends: Mapping[int, date]


def follow(db: Session, viewer: Viewer, budgets: Sequence[Budget]) -> tuple[Followed, ...]:
    """Where each of *budgets* stands, and how it is likely to end: the worst first."""
    members = {one.id: members_of(db, viewer, one.draft.target) for one in budgets}
    world = _world(db, viewer, budgets, sorted({pce for ids in members.values() for pce in ids}))
    found = [_followed(world, one, members[one.id], viewer.today) for one in budgets]
    return tuple(sorted(found, key=lambda one: worst_first(one.standing)))


def _world(db: Session, viewer: Viewer, budgets: Sequence[Budget], ids: Sequence[int]) -> _World:
    asked = {month for one in budgets for month in months_of(one.draft.first)}
    months = sorted(month for month in asked if month <= viewer.today)
    units = {one.draft.unit for one in budgets}
    money = Unit.EUR in units and viewer.may(Permission.PRICES_READ)
    prices = prices_of(db, viewer, ids) if money else {}
    each = {
        unit: known_of(db, viewer, ids, months, unit=unit, prices=prices) if months else {}
        for unit in {Unit.KWH, *units}
    }
    return _World(
        usuals_of(db, viewer, ids),
        likely_prices(db, viewer, prices),
        each[Unit.KWH],
        each.get(Unit.EUR, {}),
        ends_of(db, viewer, ids),
    )


def _followed(world: _World, budget: Budget, ids: Sequence[int], today: date) -> Followed:
    unit, months = budget.draft.unit, months_of(budget.draft.first)
    usuals = with_mean([world.usuals[pce] for pce in ids])
    known = _own(world.money if unit is Unit.EUR else world.energy, ids, months)
    weights = {
        one.pce_id: weights_in(unit, one, months, world.prices.get(one.pce_id, ()))
        for one in usuals
    }
    lines = lines_of(budget, known, weights)
    told = standing(lines, today)
    likely = _forecast(world, budget, known, usuals, months)
    return Followed(budget, told, likely, outlook(budget, told, likely), lines, len(ids))


def _own(world: MonthsOf, ids: Sequence[int], months: Sequence[date]) -> MonthsOf:
    """What *ids* have of *months* alone: the world holds the months of the other budgets too."""
    each = {pce: world.get(pce, {}) for pce in ids}
    return {pce: {month: had[month] for month in months if month in had}
            for pce, had in each.items()}  # fmt: skip


def _forecast(
    world: _World,
    budget: Budget,
    known: Mapping[int, Mapping[date, Known]],
    usuals: Sequence[Usual],
    months: Sequence[date],
) -> Forecast | None:
    if not usuals:
        return None
    left = [_left(world, one.pce_id, months) for one in usuals]
    had = sum(one.value for each in known.values() for one in each.values())
    if budget.draft.unit is Unit.EUR:
        return in_euros(had, forecast(0, usuals, left), usuals, left, (months, world.prices))
    return forecast(had, usuals, left)


def _left(world: _World, pce: int, months: Sequence[date]) -> list[float]:
    """By calendar month, the days of *months* without a value, of those in service."""
    known, end = world.energy.get(pce, {}), world.ends.get(pce)
    found = [0.0] * 12
    for month in months:
        days = length(month)
        if end is not None:
            days = min(max(0, (end - month).days + 1), days)
        found[month.month - 1] = float(max(0, days - known.get(month, NOTHING).known))
    return found
