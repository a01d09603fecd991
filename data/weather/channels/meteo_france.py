"""Météo-France: daily files of departments, at an address or in a folder."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from data.weather.channels.daily_files import read_meteo_france
from data.weather.channels.web import fetched
from data.weather.types import Place, WeatherFile

DEPARTMENT = 2  # the first figures of a station's code


class MeteoFrance:
    """Files at *address*, where `{department}` stands for 01 to 95: `https://…` or a path."""

    def __init__(self, address: str) -> None:
        self.address = address

    def days(self, places: Sequence[Place], first: date, last: date) -> WeatherFile:
        """Of *first*…*last*, a file a department."""
        codes: dict[str, set[str]] = {}
        for place in places:
            codes.setdefault(place.code[:DEPARTMENT], set()).add(place.code)
        found = WeatherFile({}, [])
        for department, wanted in sorted(codes.items()):
            read = read_meteo_france(self._octets(department), wanted)
            found.faults.extend(read.faults)
            for code, days in read.days.items():
                found.days[code] = [one for one in days if first <= one.day <= last]
        return found

    def _octets(self, department: str) -> bytes:
        place = self.address.replace("{department}", department)
        if not place.startswith(("https://", "http://")):
            return Path(place).read_bytes()
        return fetched(place)
