"""Fetch the archive of a place from Open-Meteo, as JSON."""

import json
from collections.abc import Sequence
from datetime import date

from core.errors import Unreadable
from core.i18n import N_
from data.metering.weather.channels.web import fetched
from data.metering.weather.rules.station_days import day_of
from data.metering.weather.types import StationDay, StationPlace, WeatherFile

FIELDS = ("temperature_2m_mean", "temperature_2m_min", "temperature_2m_max")


class OpenMeteo:
    """Provider that asks the `/v1/archive` endpoint at `address`, by latitude and longitude."""

    def __init__(self, address: str) -> None:
        self.address = address

    def days(self, places: Sequence[StationPlace], first: date, last: date) -> WeatherFile:
        """Return the days from `first` to `last`; a station without coordinates is a fault."""
        weather_file = WeatherFile({}, [])
        for place in places:
            if place.latitude is None or place.longitude is None:
                sentence = N_(
                    "La station {code} n’a ni latitude ni longitude : ce service les demande."
                )
                weather_file.faults.append((0, sentence, {"code": place.code}))
                continue
            params = {
                "latitude": str(place.latitude),
                "longitude": str(place.longitude),
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
                "daily": ",".join(FIELDS),
                "timezone": "Europe/Paris",
            }
            weather_file.days[place.code] = _read(fetched(self.address, params))
        return weather_file


def _read(octets: bytes) -> list[StationDay]:
    try:
        daily = json.loads(octets)["daily"]
        rows = zip(daily["time"], *(daily[field] for field in FIELDS), strict=True)
        results = [
            day_of(date.fromisoformat(day), *("" if v is None else str(v) for v in values))
            for day, *values in rows
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(N_("La réponse du service météo n’est pas lisible.")) from error
    return [item for item in results if isinstance(item, StationDay)]  # future days have no value
