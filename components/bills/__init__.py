"""Bills: those that are kept and what is said of each, and the form of one."""

from components.bills.ids import Ids

__all__ = ["Ids"]
