"""Temperature providers over the network, behind one interface; none by default."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from data.metering.weather.channels.meteo_france import MeteoFrance
from data.metering.weather.channels.open_meteo import OpenMeteo
from data.metering.weather.types import StationPlace, WeatherFile

PROVIDERS: dict[str, Callable[[str], "WeatherProvider"]] = {
    "open-meteo": OpenMeteo,
    "meteo-france": MeteoFrance,
}


class WeatherProvider(Protocol):
    """Provider of the days of stations.

    `days` raises Unreadable for a malformed answer and OSError when there is no answer.
    """

    def days(self, places: Sequence[StationPlace], first: date, last: date) -> WeatherFile: ...


__all__ = ["PROVIDERS", "WeatherProvider"]
