"""Sheets of days of stations, both ways: a station and a day a line; no database."""

from collections.abc import Mapping
from datetime import date

from data.errors import Invalid
from data.runs.files.refused import Refused
from data.runs.files.rows import Cell, Cells, day_in, number_in, read_rows, text_in
from data.runs.types import SheetTable
from data.weather.files.own import LONGEST, NAMES
from data.weather.rules.station_days import day_of
from data.weather.rules.stations import check_day
from data.weather.types import StationDay, Told
from i18n import N_

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
    code, day = text_in(cells, STATION), day_in(cells, DAY)
    if not code or len(code) > LONGEST:
        said = N_("Le code de la station manque, ou dépasse 40 signes.")
        raise Invalid(said, column=STATION)
    if day is None:
        raise Refused(N_("Ligne {line}, colonne « {column} » : indiquez le jour."), column=DAY)
    try:
        check_day(day, today)
    except Invalid as error:
        raise Invalid(error.message, **error.params, column=DAY) from None
    found = day_of(day, *(number_in(cells, name) for name in (MEAN, LOW, HIGH)))
    if isinstance(found, StationDay):
        return Told(code, found)
    message, params = found
    raise Invalid(message, **{**params, "column": _FIELDS[params.get("column", "moyenne")]})


def cells_of(told: Told) -> tuple[Cell, ...]:
    """The line of a day, by HEADER."""
    day = told.day
    degrees = (None if one is None else one / 100 for one in (day.min_c100, day.max_c100))
    return told.station, day.day, day.mean_c100 / 100, *degrees
