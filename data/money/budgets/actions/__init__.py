"""Change budgets, each in the caller's transaction."""

from data.money.budgets.actions.entry import add, change, remove, restore
from data.money.budgets.actions.sheets import keep_budgets, sort_out_budgets

__all__ = ["add", "change", "keep_budgets", "remove", "restore", "sort_out_budgets"]
