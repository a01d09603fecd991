"""Changing budgets, each in the transaction of its caller."""

from data.budgets.actions.one import add, change, remove

__all__ = ["add", "change", "remove"]
