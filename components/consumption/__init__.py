"""The consumption screen."""

from components.consumption.ids import Ids

__all__ = ["Ids"]
