"""Screens of proof controls: the client's grid and drawer, and the shared thread."""

from components.controls.ids import Ids

__all__ = ["Ids"]
