"""Files of temperatures: the operator's CSV."""

from data.weather.files.own import read

__all__ = ["read"]
