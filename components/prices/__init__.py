"""Prices screens: the list and the form."""

from components.prices.ids import Ids

__all__ = ["Ids"]
