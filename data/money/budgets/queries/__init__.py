"""Query the organisation's budgets and their progress."""

from data.money.budgets.queries.chart_series import load_budget_series
from data.money.budgets.queries.monthly_values import count_apart_pces
from data.money.budgets.queries.progress import list_followed_budgets
from data.money.budgets.queries.stored import (
    BUDGETS,
    get_budget,
    list_budgets,
    list_changes,
    visible,
)

__all__ = [
    "BUDGETS",
    "count_apart_pces",
    "get_budget",
    "list_budgets",
    "list_changes",
    "list_followed_budgets",
    "load_budget_series",
    "visible",
]
