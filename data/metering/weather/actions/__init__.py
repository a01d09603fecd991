"""Change the weather: loaded days, stations and their PCEs."""

from data.metering.weather.actions.assignments import assign_station, set_station, sort_out_stations
from data.metering.weather.actions.loads import describe, load_days, note_fetch
from data.metering.weather.actions.own_temperatures import load_own, withdraw_own
from data.metering.weather.actions.sheets import keep_temperatures, sort_out_temperatures

__all__ = [
    "assign_station",
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
