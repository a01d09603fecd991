"""Parse the web API's daily temperatures: `{"2024-01-05": 6.42}` (domain.md §5).

The file names no PCE. Lines are independent: a wrong one is reported, and the others are kept.
"""

import re
from datetime import date
from functools import partial

from core.errors import Unreadable
from core.i18n import N_, short_day
from data.metering.consumption.files import cell_parser, days, jsontext
from data.metering.consumption.files.faults import ReadingFaults, placed
from data.metering.consumption.types import FileFormat, PceDelivery, ReadingsFile
from data.runs.files.refusals import RefusedCell, quoted_value

MOST_DAYS = 40_000  # in one file: more than a century
MOST = 60 * 100  # 1/100 °C: no mean daily temperature is beyond ±60 °C
_LIKE_A_DAY = re.compile(r"\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}", re.ASCII)
_NOT_WARMTH = N_(
    "Ligne {line}, « {column} » : « {found} » n’est pas une température. Il faut un nombre de °C"
    " entre −60 et 60, par exemple 6.42."
)
_NOTHING = N_("Ligne {line}, « {column} » : la température manque, ce jour reste comme il est.")
_NO_DAY = N_(
    "Ligne {line} : « {found} » n’est pas une date. Il faut AAAA-MM-JJ, et un jour qui existe."
)
_TOO_OLD = N_("Ligne {line} : la date {day} est trop ancienne pour un relevé de gaz.")
_TO_COME = N_("Ligne {line} : le {day} n’est pas encore venu, sa température n’est pas gardée.")
_TWICE = N_(
    "Ligne {line} : le {day} est déjà plus haut avec une autre température, gardée à sa place."
)


def is_weather(document: object) -> bool:
    """Return whether a JSON object holds one value a day and no reading."""
    return isinstance(document, dict) and any(
        _LIKE_A_DAY.fullmatch(key.strip()) and not isinstance(value, dict | list)
        for key, value in document.items()
    )


def read_weather(text: str, today: date | None) -> ReadingsFile:
    """Parse the valid days and report the others; raise Unreadable when there is no valid day."""
    degrees_by_day: dict[date, int] = {}
    faults = ReadingFaults()
    if text.count(":") > MOST_DAYS:
        raise Unreadable(jsontext.OVERSIZED)
    for key, value in jsontext.members(text):
        try:
            _take(degrees_by_day, _day(key, today), _degrees(key, value))
        except RefusedCell as error:
            faults.add(partial(_placed, text, key, error))
    aside = faults.together()
    if not degrees_by_day:
        raise aside or Unreadable(N_("Ce fichier ne contient aucune température."))
    delivery = PceDelivery(None, (), (), temperatures=tuple(sorted(degrees_by_day.items())))
    return ReadingsFile(
        FileFormat.TEMPERATURES, max(degrees_by_day), (delivery,), aside, faults.count
    )


def _take(degrees_by_day: dict[date, int], day: date, degrees: int) -> None:
    if degrees_by_day.setdefault(day, degrees) != degrees:
        raise RefusedCell(_TWICE, day=short_day(day))


def _placed(text: str, key: str, error: RefusedCell) -> Unreadable:
    """Place an error on the line of `key`; for a duplicate, on its last line."""
    at = (text.rfind if error.message == _TWICE else text.find)(f'"{key}"')
    return placed(error, text.count("\n", 0, max(at, 0)) + 1)


def _day(key: str, today: date | None) -> date:
    parsed_day = days.written_day(key.strip())
    if parsed_day is None:
        raise RefusedCell(_NO_DAY, found=quoted_value(key))
    if parsed_day < days.EARLIEST:
        raise RefusedCell(_TOO_OLD, day=short_day(parsed_day))
    if parsed_day > (today or days.LATEST):
        raise RefusedCell(_TO_COME, day=short_day(parsed_day))
    return parsed_day


def _degrees(key: str, value: object) -> int:
    if value is None or value == "":
        raise RefusedCell(_NOTHING, column=quoted_value(key))
    try:
        degrees = cell_parser.temperature(value, key)
    except RefusedCell:
        degrees = None
    if degrees is None or not -MOST <= degrees <= MOST:
        raise RefusedCell(_NOT_WARMTH, column=quoted_value(key), found=quoted_value(value))
    return degrees
