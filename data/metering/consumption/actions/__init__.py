"""Change readings: store a file's statements and keep the roll-up consistent."""

from data.metering.consumption.actions.change_marks import mark_all, mark_pces, note_changes
from data.metering.consumption.actions.deposit_check import check_delivery, span_of
from data.metering.consumption.actions.drift_reviews import restore_drift, review_drift
from data.metering.consumption.actions.fleet_sums import (
    count_differing_sums,
    merge_sums,
    rebuild_sums,
)
from data.metering.consumption.actions.replaced_periods import update_remaining_periods
from data.metering.consumption.actions.rollup import differing_months, last_pce, roll_up
from data.metering.consumption.actions.sharing import differing_shares, store_period_shares
from data.metering.consumption.actions.standings import (
    find_differing_standings,
    list_stale_standings,
    mark_standings_stale,
    recompute_standings,
)
from data.metering.consumption.actions.stations import (
    attach_one,
    attach_tagged,
    describe_served,
    describe_station,
    keep_stations,
)
from data.metering.consumption.actions.storage import store
from data.metering.consumption.actions.withdrawal import withdraw

__all__ = [
    "attach_one",
    "attach_tagged",
    "check_delivery",
    "count_differing_sums",
    "describe_served",
    "describe_station",
    "differing_months",
    "differing_shares",
    "find_differing_standings",
    "keep_stations",
    "last_pce",
    "list_stale_standings",
    "mark_all",
    "mark_pces",
    "mark_standings_stale",
    "merge_sums",
    "note_changes",
    "rebuild_sums",
    "recompute_standings",
    "restore_drift",
    "review_drift",
    "roll_up",
    "span_of",
    "store",
    "store_period_shares",
    "update_remaining_periods",
    "withdraw",
]
