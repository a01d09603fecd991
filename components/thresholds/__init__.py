"""Thresholds: the list, the editor with its trial, the episodes, the sheet."""

from components.thresholds.ids import Ids

__all__ = ["Ids"]
