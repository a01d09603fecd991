"""The web API's temperatures of a PCE by gas day: `{"2024-01-05": 6.42}` (domain.md §5).

The file names no PCE. Each line stands by itself: a wrong one is told, and the others are kept.
"""

import re
from datetime import date
from functools import partial

from data.consumption.files import cells, days, jsontext
from data.consumption.files.faults import Faults, placed
from data.consumption.types import Delivery, FileFormat, ReadingsFile
from data.errors import Unreadable
from data.runs.files.refused import Refused, shown
from i18n import N_, short_day

MOST_DAYS = 40_000  # of one file: more than a century
MOST = 60 * 100  # 1/100 °C either way: beyond, it is no temperature of a day
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
    """Whether a JSON is one value a day, and no reading."""
    return isinstance(document, dict) and any(
        _LIKE_A_DAY.fullmatch(key.strip()) and not isinstance(value, dict | list)
        for key, value in document.items()
    )


def read_weather(text: str, today: date | None) -> ReadingsFile:
    """The days that make sense, the others told; raises Unreadable where none does."""
    found: dict[date, int] = {}
    faults = Faults()
    if text.count(":") > MOST_DAYS:
        raise Unreadable(jsontext.OVERSIZED)
    for key, value in jsontext.members(text):
        try:
            _take(found, _day(key, today), _degrees(key, value))
        except Refused as error:
            faults.add(partial(_placed, text, key, error))
    aside = faults.together()
    if not found:
        raise aside or Unreadable(N_("Ce fichier ne contient aucune température."))
    delivery = Delivery(None, (), (), temperatures=tuple(sorted(found.items())))
    return ReadingsFile(FileFormat.TEMPERATURES, max(found), (delivery,), aside, faults.count)


def _take(found: dict[date, int], day: date, degrees: int) -> None:
    if found.setdefault(day, degrees) != degrees:
        raise Refused(_TWICE, day=short_day(day))


def _placed(text: str, key: str, error: Refused) -> Unreadable:
    """On the line of *key*, the last one of those that are there twice."""
    at = (text.rfind if error.message == _TWICE else text.find)(f'"{key}"')
    return placed(error, text.count("\n", 0, max(at, 0)) + 1)


def _day(key: str, today: date | None) -> date:
    found = days.written_day(key.strip())
    if found is None:
        raise Refused(_NO_DAY, found=shown(key))
    if found < days.EARLIEST:
        raise Refused(_TOO_OLD, day=short_day(found))
    if found > (today or days.LATEST):
        raise Refused(_TO_COME, day=short_day(found))
    return found


def _degrees(key: str, value: object) -> int:
    if value is None or value == "":
        raise Refused(_NOTHING, column=shown(key))
    try:
        degrees = cells.temperature(value, key)
    except Refused:
        degrees = None
    if degrees is None or not -MOST <= degrees <= MOST:
        raise Refused(_NOT_WARMTH, column=shown(key), found=shown(value))
    return degrees
