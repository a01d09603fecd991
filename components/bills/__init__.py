"""Bills screens: the list with findings, one bill, and its form."""

from components.bills.ids import Ids

__all__ = ["Ids"]
