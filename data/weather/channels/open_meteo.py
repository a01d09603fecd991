"""Open-Meteo: the archive of a place, as JSON."""

import json
from collections.abc import Sequence
from datetime import date

from data.errors import Unreadable
from data.weather.channels.web import fetched
from data.weather.rules.station_days import day_of
from data.weather.types import Place, StationDay, WeatherFile
from i18n import N_

FIELDS = ("temperature_2m_mean", "temperature_2m_min", "temperature_2m_max")


class OpenMeteo:
    """Answers at *address*, its `/v1/archive`; a station is asked for by where it stands."""

    def __init__(self, address: str) -> None:
        self.address = address

    def days(self, places: Sequence[Place], first: date, last: date) -> WeatherFile:
        """Of *first*…*last*; a station whose place is unknown is a fault."""
        found = WeatherFile({}, [])
        for place in places:
            if place.latitude is None or place.longitude is None:
                said = N_(
                    "La station {code} n’a ni latitude ni longitude : ce service les demande."
                )
                found.faults.append((0, said, {"code": place.code}))
                continue
            asked = {
                "latitude": str(place.latitude),
                "longitude": str(place.longitude),
                "start_date": first.isoformat(),
                "end_date": last.isoformat(),
                "daily": ",".join(FIELDS),
                "timezone": "Europe/Paris",
            }
            found.days[place.code] = _read(fetched(self.address, asked))
        return found


def _read(octets: bytes) -> list[StationDay]:
    try:
        daily = json.loads(octets)["daily"]
        rows = zip(daily["time"], *(daily[field] for field in FIELDS), strict=True)
        told = [
            day_of(date.fromisoformat(day), *("" if v is None else str(v) for v in values))
            for day, *values in rows
        ]
    except (KeyError, TypeError, ValueError) as error:
        raise Unreadable(N_("La réponse du service météo n’est pas lisible.")) from error
    return [one for one in told if isinstance(one, StationDay)]  # days to come have none
