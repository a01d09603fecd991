"""What the consumption screen looks like."""

from components.consumption.ids import Ids

__all__ = ["Ids"]
