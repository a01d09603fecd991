"""The budgets' screens: the list, one budget and its months, its form, the sheet of many."""

from components.budgets.ids import Ids

__all__ = ["Ids"]
