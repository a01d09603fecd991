"""Rules of stations: postal codes served, and completeness of days."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from core.errors import Invalid
from core.i18n import N_, short_day
from data.metering.weather.types import StationFreshness, StationPlace

T = TypeVar("T")
EARLIEST = date(1950, 1, 1)  # earliest accepted day
USUAL = timedelta(days=3)  # normal delay of a day's values: beyond, the station is late
YEAR = timedelta(days=365)  # period over which missing days are counted
SHORTEST, LONGEST = 2, 5  # digits of a postal code prefix
CODE = 40  # maximum length of a station code
MOST = 90.0, 180.0  # maximum absolute latitude and longitude, in degrees


def nearest(areas: Mapping[str, T], code: str) -> T | None:
    """Return the value of the longest prefix of the postal code `code` in `areas`."""
    candidates = (areas.get(code[:size]) for size in range(len(code), 0, -1))
    return next((candidate for candidate in candidates if candidate is not None), None)


def freshness(last: date | None, today: date) -> StationFreshness:
    """Return how fresh a station is whose last day is `last`."""
    if last is None:
        return StationFreshness.NONE
    return StationFreshness.FRESH if today - last <= USUAL else StationFreshness.LATE


def areas_in(text: str) -> tuple[str, ...]:
    """Return the postal code prefixes in `text`, separated by commas or spaces.

    Raise Invalid for a part that is not 2 to 5 digits.
    """
    areas = sorted(set(text.replace(",", " ").replace(";", " ").split()))
    for area in areas:
        if not (area.isascii() and area.isdigit() and SHORTEST <= len(area) <= LONGEST):
            raise Invalid(
                N_("« {area} » n’est pas le début d’un code postal : 2 à 5 chiffres."),
                area=area[:24],
            )
    return tuple(areas)


def place_in(code: str, latitude: str, longitude: str) -> StationPlace:
    """Return the place of a station from form fields.

    Raise Invalid for wrong degrees, or when only one of them is given.
    """
    north, east = _degrees(latitude, MOST[0]), _degrees(longitude, MOST[1])
    if (north is None) != (east is None):
        raise Invalid(N_("La latitude et la longitude vont ensemble : donnez les deux, ou aucune."))
    return StationPlace(code, north, east)


def _degrees(text: str, most: float) -> float | None:
    if not text.strip():
        return None
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        value = most + 1
    if not -most <= value <= most:
        raise Invalid(
            N_("« {text} » n’est pas en degrés décimaux : écrivez 45,73."), text=text.strip()[:24]
        )
    return round(value, 5)


def code_in(text: str) -> str:
    """Return the station code in `text`. Raise Invalid when it is empty or too long."""
    code = text.strip()
    if not code or len(code) > CODE:
        raise Invalid(N_("Le code de la station manque, ou dépasse 40 signes."))
    return code


def check_day(day: date, today: date) -> date:
    """Return `day`. Raise Invalid when it is in the future or before `EARLIEST`."""
    if day > today:
        raise Invalid(
            N_("le {day} n’est pas encore venu : seules des températures mesurées se déposent."),
            day=short_day(day),
        )
    if day < EARLIEST:
        raise Invalid(
            N_("le {day} est trop ancien : vérifiez l’année de cette date."), day=short_day(day)
        )
    return day
