"""What is said of a station: which one serves a postal code, and how its days stand."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TypeVar

from data.errors import Invalid
from data.weather.types import Freshness
from i18n import N_, short_day

T = TypeVar("T")
EARLIEST = date(1950, 1, 1)  # of a day that a file may say
USUAL = timedelta(days=3)  # that a day takes to be said: beyond, its station is late
YEAR = timedelta(days=365)  # of which the days that lack are counted
SHORTEST, LONGEST = 2, 5  # figures of a postal code that an area may begin with
MOST = 90.0, 180.0  # degrees of latitude and of longitude, either way


def nearest(areas: Mapping[str, T], code: str) -> T | None:
    """What the longest beginning of the postal code *code* that is one of *areas* leads to."""
    found = (areas.get(code[:size]) for size in range(len(code), 0, -1))
    return next((one for one in found if one is not None), None)


def freshness(last: date | None, today: date) -> Freshness:
    """How a station stands whose last day is *last*."""
    if last is None:
        return Freshness.NONE
    return Freshness.FRESH if today - last <= USUAL else Freshness.LATE


def check_day(day: date, today: date) -> date:
    """*day*, which has come. Raises Invalid for another one, or one too old to be meant."""
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
