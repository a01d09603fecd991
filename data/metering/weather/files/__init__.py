"""Files of temperatures: the operator's CSV."""

from data.metering.weather.files.own import read

__all__ = ["read"]
