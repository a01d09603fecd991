"""Changing the weather: days loaded, stations described, and whom each serves."""

from data.weather.actions.loading import describe, load_days, note_fetch
from data.weather.actions.sheets import keep_temperatures, sort_out_temperatures

__all__ = [
    "describe",
    "keep_temperatures",
    "load_days",
    "note_fetch",
    "sort_out_temperatures",
]
