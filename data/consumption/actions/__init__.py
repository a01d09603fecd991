"""Change readings: store a file's statements and keep the roll-up consistent."""

from data.consumption.actions.change_marks import mark, mark_all, note_changes
from data.consumption.actions.deposit_check import examine, span_of
from data.consumption.actions.fleet_sums import differing_sums, gather_sums, sum_again
from data.consumption.actions.replaced_periods import settle_left
from data.consumption.actions.rollup import differing_months, last_pce, roll_up
from data.consumption.actions.sharing import differing_shares, share_out
from data.consumption.actions.standings import (
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
from data.consumption.actions.storage import store
from data.consumption.actions.withdrawal import withdraw

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
