"""Who gives temperatures over the network: one small interface, and nobody unless asked for."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import Protocol

from data.weather.channels.meteo_france import MeteoFrance
from data.weather.channels.open_meteo import OpenMeteo
from data.weather.types import Place, WeatherFile

PROVIDERS: dict[str, Callable[[str], "Provider"]] = {
    "open-meteo": OpenMeteo,
    "meteo-france": MeteoFrance,
}


class Provider(Protocol):
    """Days of stations; raises Unreadable for an answer that is not one, OSError for none."""

    def days(self, places: Sequence[Place], first: date, last: date) -> WeatherFile: ...


__all__ = ["PROVIDERS", "Provider"]
