"""Changing readings: storing what a file says of a PCE, and keeping the roll-up true to it."""

from data.consumption.actions.checking import examine, span_of
from data.consumption.actions.cuts import settle_left
from data.consumption.actions.marks import mark, mark_all, note_changes
from data.consumption.actions.rollup import differing_months, last_pce, roll_up
from data.consumption.actions.sharing import differing_shares, share_out
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
from data.consumption.actions.sums import differing_sums, gather_sums, sum_again
from data.consumption.actions.withdrawing import withdraw

__all__ = [
    "attach_one",
    "attach_tagged",
    "describe_served",
    "describe_station",
    "differing_months",
    "differing_shares",
    "differing_standings",
    "differing_sums",
    "distrust",
    "examine",
    "gather_sums",
    "keep_stations",
    "last_pce",
    "mark",
    "mark_all",
    "note_changes",
    "outdated",
    "roll_up",
    "settle_left",
    "share_out",
    "span_of",
    "stand_again",
    "store",
    "sum_again",
    "withdraw",
]
