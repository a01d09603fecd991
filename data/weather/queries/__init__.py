"""Reading the weather: what it was where a PCE is, and the stations as who runs them sees them."""

from data.weather.queries.days import (
    fetch_problem,
    last_fetch,
    list_places,
    means_of,
    served,
    station_days,
    station_digests,
    stations_of,
)
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
    "count_serving",
    "fetch_problem",
    "get_fetch",
    "get_station",
    "last_fetch",
    "list_choices",
    "list_chosen",
    "list_days",
    "list_places",
    "list_stations",
    "means_of",
    "served",
    "station_days",
    "station_digests",
    "stations_of",
]
