"""Query consumption; each query starts from what the viewer can see."""

from data.metering.consumption.queries.available_months import list_available_months
from data.metering.consumption.queries.bars import SourcedSeries, load_series, load_sourced_series
from data.metering.consumption.queries.chart_costs import load_chart_costs
from data.metering.consumption.queries.costs import (
    count_priced,
    has_costs,
    load_fleet_costs,
    sum_fleet_money,
)
from data.metering.consumption.queries.days import get_day_detail, iter_day_statements
from data.metering.consumption.queries.drifts import (
    get_work_list,
    load_year_rows,
    price_rows,
)
from data.metering.consumption.queries.fleet import (
    count_fleet,
    list_fleet,
    list_fleet_by,
    list_fleet_cells,
    load_month_changes,
    sum_fleet,
)
from data.metering.consumption.queries.fleet_days import count_missing_days, load_usual_delays
from data.metering.consumption.queries.groups import list_groups_by_holder, list_groups_by_tag
from data.metering.consumption.queries.home import get_home_figures
from data.metering.consumption.queries.injection import list_injections
from data.metering.consumption.queries.months import get_equal_days_columns
from data.metering.consumption.queries.origin import get_origin
from data.metering.consumption.queries.pces_missing_day import find_missing_day
from data.metering.consumption.queries.similar import get_site_place, load_places, load_similar_band
from data.metering.consumption.queries.similar_prices import find_similar_prices
from data.metering.consumption.queries.together import sum_selection
from data.metering.consumption.queries.weather_corrected import sum_equal_days_gaps

__all__ = [
    "SourcedSeries",
    "count_fleet",
    "count_missing_days",
    "count_priced",
    "find_missing_day",
    "find_similar_prices",
    "get_day_detail",
    "get_equal_days_columns",
    "get_home_figures",
    "get_origin",
    "get_site_place",
    "get_work_list",
    "has_costs",
    "iter_day_statements",
    "list_available_months",
    "list_fleet",
    "list_fleet_by",
    "list_fleet_cells",
    "list_groups_by_holder",
    "list_groups_by_tag",
    "list_injections",
    "load_chart_costs",
    "load_fleet_costs",
    "load_month_changes",
    "load_places",
    "load_series",
    "load_similar_band",
    "load_sourced_series",
    "load_usual_delays",
    "load_year_rows",
    "price_rows",
    "sum_equal_days_gaps",
    "sum_fleet",
    "sum_fleet_money",
    "sum_selection",
]
