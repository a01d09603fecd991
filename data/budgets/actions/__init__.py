"""Changing budgets, each in the transaction of its caller."""

from data.budgets.actions.one import add, change, remove
from data.budgets.actions.sheets import keep_budgets, sort_out_budgets

__all__ = ["add", "change", "keep_budgets", "remove", "sort_out_budgets"]
