"""Exports screens: the form and its estimate, the files, the monthly schedules."""

from components.exports.ids import Ids

__all__ = ["Ids"]
