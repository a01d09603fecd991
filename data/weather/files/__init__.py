"""Files of temperatures: the operator's CSV, and the daily files of Météo-France."""

from data.weather.files.meteo_france import read_meteo_france
from data.weather.files.own import read

__all__ = ["read", "read_meteo_france"]
