"""Screens of works and their savings."""

from components.retrofits.ids import Ids

__all__ = ["Ids"]
