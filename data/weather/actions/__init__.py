"""Changing the weather: days loaded, stations described, and whom each serves."""

from data.weather.actions.loading import describe, load_days, note_fetch
from data.weather.actions.owning import load_own, withdraw_own
from data.weather.actions.serving import choose, set_station, sort_out_stations
from data.weather.actions.sheets import keep_temperatures, sort_out_temperatures

__all__ = [
    "choose",
    "describe",
    "keep_temperatures",
    "load_days",
    "load_own",
    "note_fetch",
    "set_station",
    "sort_out_stations",
    "sort_out_temperatures",
    "withdraw_own",
]
