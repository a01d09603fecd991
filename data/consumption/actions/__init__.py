"""Changing readings: storing what a file says of a PCE, and keeping the roll-up true to it."""

from data.consumption.actions.marks import mark, mark_all, note_changes
from data.consumption.actions.rollup import differing_months, last_pce, roll_up
from data.consumption.actions.standing import (
    differing_standings,
    distrust,
    outdated,
    stand_again,
)
from data.consumption.actions.storing import store

__all__ = [
    "differing_months",
    "differing_standings",
    "distrust",
    "last_pce",
    "mark",
    "mark_all",
    "note_changes",
    "outdated",
    "roll_up",
    "stand_again",
    "store",
]
