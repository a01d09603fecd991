"""Query the weather at a PCE, and the stations for the operator."""

from data.metering.weather.queries.days import (
    fetch_problem,
    find_last_fetch,
    find_station,
    is_served_by,
    list_places,
    load_pce_stations,
    load_station_digests,
    load_station_means,
)
from data.metering.weather.queries.local import (
    Means,
    find_local_day,
    list_local_days,
    list_own_days,
    load_local_means,
)
from data.metering.weather.queries.stations import (
    count_serving,
    get_fetch,
    get_station,
    list_choices,
    list_chosen,
    list_days,
    list_stations,
)

__all__ = [
    "Means",
    "count_serving",
    "fetch_problem",
    "find_last_fetch",
    "find_local_day",
    "find_station",
    "get_fetch",
    "get_station",
    "is_served_by",
    "list_choices",
    "list_chosen",
    "list_days",
    "list_local_days",
    "list_own_days",
    "list_places",
    "list_stations",
    "load_local_means",
    "load_pce_stations",
    "load_station_digests",
    "load_station_means",
]
