"""Read and write sheets of station days, one station and day a line, without the database."""

from collections.abc import Mapping
from datetime import date

from core.errors import Invalid
from core.i18n import N_
from data.metering.pces.files import read_field
from data.metering.weather.files.own import NAMES
from data.metering.weather.rules.station_days import day_of
from data.metering.weather.rules.stations import check_day, code_in
from data.metering.weather.types import StationDay, StationReading
from data.runs.files.refusals import RefusedCell
from data.runs.files.rows import Cell, Cells, day_in, number_in, read_rows, text_in
from data.runs.types import SheetTable

STATION, DAY, MEAN, LOW, HIGH = "Station", "Jour", "Moyenne", "Minimum", "Maximum"
HEADER = (STATION, DAY, MEAN, LOW, HIGH)
MOST = 30_000  # lines: forty stations over two years
_COLUMNS = {"station": STATION, "day": DAY, "mean": MEAN, "min": LOW, "max": HIGH}
_ALSO: Mapping[str, str] = {name: _COLUMNS[column] for name, column in NAMES.items()}
_FIELDS = {"moyenne": MEAN, "minimum": LOW, "maximum": HIGH}


def read(content: bytes) -> SheetTable:
    return read_rows(content, HEADER, (STATION, DAY), MOST, also=_ALSO)


def told_in(cells: Cells, today: date) -> StationReading:
    """Return the station day of a line.

    Raise RefusedCell when the day is missing, Invalid with the wrong column otherwise.
    """
    code, day = read_field(STATION, lambda: code_in(text_in(cells, STATION))), day_in(cells, DAY)
    if day is None:
        raise RefusedCell(N_("Ligne {line}, colonne « {column} » : indiquez le jour."), column=DAY)
    read_field(DAY, lambda: check_day(day, today))
    day_or_fault = day_of(day, *(number_in(cells, name) for name in (MEAN, LOW, HIGH)))
    if isinstance(day_or_fault, StationDay):
        return StationReading(code, day_or_fault)
    message, params = day_or_fault
    raise Invalid(message, **{**params, "column": _FIELDS[params.get("column", "moyenne")]})


def cells_of(reading: StationReading) -> tuple[Cell, ...]:
    """Return the cells of a day, in the order of `HEADER`."""
    day = reading.day
    degrees = (None if value is None else value / 100 for value in (day.min_c100, day.max_c100))
    return reading.station, day.day, day.mean_c100 / 100, *degrees
