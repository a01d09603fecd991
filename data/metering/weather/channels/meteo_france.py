"""Fetch Météo-France's daily files of departments, from an address or a folder."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.metering.weather.channels.daily_files import read_meteo_france
from data.metering.weather.channels.web import fetched
from data.metering.weather.types import StationPlace, WeatherFile

DEPARTMENT = 2  # length of the department at the start of a station's code


class MeteoFrance:
    """Provider that reads files at `address`, a URL or a path.

    `{department}` in it stands for 01 to 95.
    """

    def __init__(self, address: str) -> None:
        self.address = address

    def days(self, places: Sequence[StationPlace], first: date, last: date) -> WeatherFile:
        """Return the days from `first` to `last`, fetching one file per department."""
        codes: dict[str, set[str]] = {}
        for place in places:
            codes.setdefault(place.code[:DEPARTMENT], set()).add(place.code)
        weather_file = WeatherFile({}, [])
        for department, station_codes in sorted(codes.items()):
            read = read_meteo_france(self._octets(department), station_codes)
            weather_file.faults.extend(read.faults)
            for code, days in read.days.items():
                weather_file.days[code] = [
                    station_day for station_day in days if first <= station_day.day <= last
                ]
        return weather_file

    def _octets(self, department: str) -> bytes:
        place = self.address.replace("{department}", department)
        if not place.startswith(("https://", "http://")):
            return Path(place).read_bytes()
        return fetched(place)
