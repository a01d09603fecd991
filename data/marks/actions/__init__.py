"""Changing marks, each in the transaction of its caller."""

from data.marks.actions.annotations import annotate, change, remove, restore

__all__ = ["annotate", "change", "remove", "restore"]
