"""Reading the weather: what it was where a PCE is, and the stations as who runs them sees them."""

from data.weather.queries.days import (
    fetch_problem,
    find_station,
    last_fetch,
    list_places,
    means_of,
    served,
    station_digests,
    stations_of,
)
from data.weather.queries.local import Means, local_day, local_days, local_means, own_days
from data.weather.queries.stations import (
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
    "find_station",
    "get_fetch",
    "get_station",
    "last_fetch",
    "list_choices",
    "list_chosen",
    "list_days",
    "list_places",
    "list_stations",
    "local_day",
    "local_days",
    "local_means",
    "means_of",
    "own_days",
    "served",
    "station_digests",
    "stations_of",
]
