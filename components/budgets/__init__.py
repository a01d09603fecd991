"""Budgets screens: the list, one budget by month, its form, and sheets."""

from components.budgets.ids import Ids

__all__ = ["Ids"]
