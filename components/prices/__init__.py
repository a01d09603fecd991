"""Prices: those that are kept, and the form of one."""

from components.prices.ids import Ids

__all__ = ["Ids"]
