"""Sheets of days of stations, both ways: a station and a day a line; no database."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import TypeVar

from data.errors import Invalid
from data.runs.files.refused import Refused
from data.runs.files.rows import Cell, Cells, day_in, number_in, read_rows, text_in
from data.runs.types import SheetTable
from data.weather.files.own import NAMES
from data.weather.rules.station_days import day_of
from data.weather.rules.stations import check_day, code_in
from data.weather.types import StationDay, Told
from i18n import N_

T = TypeVar("T")
STATION, DAY, MEAN, LOW, HIGH = "Station", "Jour", "Moyenne", "Minimum", "Maximum"
HEADER = (STATION, DAY, MEAN, LOW, HIGH)
MOST = 30_000  # lines: forty stations over two years
_COLUMNS = {"station": STATION, "day": DAY, "mean": MEAN, "min": LOW, "max": HIGH}
_ALSO: Mapping[str, str] = {name: _COLUMNS[column] for name, column in NAMES.items()}
_FIELDS = {"moyenne": MEAN, "minimum": LOW, "maximum": HIGH}


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, (STATION, DAY), MOST, also=_ALSO)


def told_in(cells: Cells, today: date) -> Told:
    """The day of a line. Raises Refused, or Invalid with the column that is wrong."""
    code, day = _field(STATION, lambda: code_in(text_in(cells, STATION))), day_in(cells, DAY)
    if day is None:
        raise Refused(N_("Ligne {line}, colonne « {column} » : indiquez le jour."), column=DAY)
    _field(DAY, lambda: check_day(day, today))
    found = day_of(day, *(number_in(cells, name) for name in (MEAN, LOW, HIGH)))
    if isinstance(found, StationDay):
        return Told(code, found)
    message, params = found
    raise Invalid(message, **{**params, "column": _FIELDS[params.get("column", "moyenne")]})


def _field(column: str, read_it: Callable[[], T]) -> T:
    try:
        return read_it()
    except Invalid as error:
        raise Invalid(error.message, **error.params, column=column) from None


def cells_of(told: Told) -> tuple[Cell, ...]:
    """The line of a day, by HEADER."""
    day = told.day
    degrees = (None if one is None else one / 100 for one in (day.min_c100, day.max_c100))
    return told.station, day.day, day.mean_c100 / 100, *degrees
