"""Changing readings: storing what a file says of a PCE, and keeping the roll-up true to it."""

from data.consumption.actions.marks import mark, mark_all, note_changes
from data.consumption.actions.rollup import differing_months, last_pce, roll_up
from data.consumption.actions.standing import (
    differing_standings,
    distrust,
    outdated,
    stand_again,
)
from data.consumption.actions.stations import (
    attach_one,
    attach_tagged,
    describe_served,
    describe_station,
    keep_stations,
)
from data.consumption.actions.storing import store

__all__ = [
    "attach_one",
    "attach_tagged",
    "describe_served",
    "describe_station",
    "differing_months",
    "differing_standings",
    "distrust",
    "keep_stations",
    "last_pce",
    "mark",
    "mark_all",
    "note_changes",
    "outdated",
    "roll_up",
    "stand_again",
    "store",
]
