"""Split a budget by month into integers with the exact sum."""

from calendar import monthrange
from collections.abc import Sequence
from datetime import date

from data.metering.pces.rules import month_of
from data.money.budgets.types import BudgetBasis, Phasing, UsualYear

MONTHS = 12


def months_of(first: date) -> tuple[date, ...]:
    """Return the twelve months from `first` on."""
    return tuple(month_of(first, rank) for rank in range(MONTHS))


def length(month: date) -> int:
    return monthrange(month.year, month.month)[1]


def spread_evenly(amount: int, weights: Sequence[int]) -> tuple[int, ...]:
    """Split `amount` exactly by non-negative `weights`, evenly if all are zero."""
    shares = list(weights) if sum(weights) > 0 else [1] * len(weights)
    total_share, before, parts = sum(shares), 0, []
    for share in shares:
        after = before + share
        parts.append(amount * after // total_share - amount * before // total_share)
        before = after
    return tuple(parts)


def weights_of(usual: UsualYear, months: Sequence[date]) -> tuple[int, ...]:
    """Return the usual Wh of each month, by its number of days."""
    return tuple(round(usual.day_wh[month.month - 1] * length(month)) for month in months)


def with_mean(usuals: Sequence[UsualYear]) -> tuple[UsualYear, ...]:
    """Replace unknown usual years by the mean of the known ones.

    Without any known one, all days are equal, so that a budget is split by days.
    """
    known_usuals = [usual for usual in usuals if usual.basis is not BudgetBasis.DAYS]
    days = [1.0] * MONTHS
    if known_usuals:
        days = [
            sum(usual.day_wh[rank] for usual in known_usuals) / len(known_usuals)
            for rank in range(MONTHS)
        ]
    return tuple(
        usual if usual.basis is not BudgetBasis.DAYS
        else UsualYear(usual.pce_id, usual.basis, tuple(days), usual.reason)
        for usual in usuals
    )  # fmt: skip


def split_by_month(
    amount: int, first: date, usuals: Sequence[UsualYear], weights: Sequence[int] | None = None
) -> Phasing:
    """Split `amount` over the twelve months from `first` by `usuals`, or by `weights` for money."""
    months = months_of(first)
    if weights is None:
        each = [weights_of(usual, months) for usual in with_mean(usuals)]
        weights = [sum(values) for values in zip(*each, strict=True)] or [0] * MONTHS
    if not sum(weights):
        weights = [length(month) for month in months]
    counts = {basis: sum(usual.basis is basis for usual in usuals) for basis in BudgetBasis}
    return Phasing(
        spread_evenly(amount, weights),
        climate=counts[BudgetBasis.CLIMATE],
        past=counts[BudgetBasis.PAST],
        days=counts[BudgetBasis.DAYS],
        reason=usuals[0].reason if len(usuals) == 1 else None,
    )
