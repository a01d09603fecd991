"""Reading consumption: every read starts from what the viewer may see."""

from data.consumption.queries.bars import Told, series, tell
from data.consumption.queries.costs import cost_of_each, count_priced, knows_costs
from data.consumption.queries.days import daily_rows, day_detail
from data.consumption.queries.equal import fleet_equal
from data.consumption.queries.fleet import count_fleet, fleet_cells, fleet_totals, list_fleet
from data.consumption.queries.fleet_days import missing_days, usual_delays
from data.consumption.queries.groups import groups_by_holder, groups_by_tag
from data.consumption.queries.held import months_held
from data.consumption.queries.home import home_figures
from data.consumption.queries.injected import list_injections
from data.consumption.queries.lacking import lacking
from data.consumption.queries.monthly import equalised
from data.consumption.queries.origin import origin_of
from data.consumption.queries.together import together

__all__ = [
    "Told",
    "cost_of_each",
    "count_fleet",
    "count_priced",
    "daily_rows",
    "day_detail",
    "equalised",
    "fleet_cells",
    "fleet_equal",
    "fleet_totals",
    "groups_by_holder",
    "groups_by_tag",
    "home_figures",
    "knows_costs",
    "lacking",
    "list_fleet",
    "list_injections",
    "missing_days",
    "months_held",
    "origin_of",
    "series",
    "tell",
    "together",
    "usual_delays",
]
