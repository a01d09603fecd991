"""Write a series as CSV or XLSX: the columns of the screen, after the PCE."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import IO

from core.i18n import N_, _
from data.metering.consumption.rules.labels import factor_words
from data.metering.consumption.rules.table import Cell, CellKind, TableColumn, columns, lines
from data.metering.consumption.types import Series, Unit
from data.runs.files.rows import Cell as SheetCell
from data.runs.files.rows import SheetLayout, write_csv, write_xlsx

_LEAD = (
    TableColumn("pce", N_("PCE")),
    TableColumn("alias", N_("Nom")),
    TableColumn("first", N_("Premier jour")),
    TableColumn("last", N_("Dernier jour")),
)
_DIVISORS = {
    CellKind.THOUSANDTHS: 1000,
    CellKind.HUNDREDTHS: 1000,
    CellKind.TEMPERATURE: 100,
    CellKind.COEFFICIENT: 10_000,
}
_DIGITS = {CellKind.HUNDREDTHS: 2, CellKind.PERCENT: 1, CellKind.COEFFICIENT: 4}


def header(series: Series) -> list[str]:
    return [_title(column, series) for column in (*_LEAD, *columns(series))]


def _title(column: TableColumn, series: Series) -> str:
    """Return the column title with its unit; for emissions, the method of counting as well."""
    is_emissions = series.view.unit is Unit.CO2 and column.key == "value"
    if (column.key == "co2" or is_emissions) and series.carbon:
        factor = factor_words(series.carbon)
        return _("{title} (kg CO₂e) : {factor}", title=_(column.title), factor=factor)
    return f"{_(column.title)} ({_(column.unit)})" if column.unit else _(column.title)


def summary_csv(series: Series) -> bytes:
    return write_csv(header(series), _rows(series))


def summary_xlsx(series: Series, target: str | IO[bytes]) -> None:
    write_xlsx(target, header(series), _rows(series), SheetLayout("Consommations", 18, frozen=5))


def _rows(series: Series) -> Iterator[Sequence[SheetCell]]:
    kinds = [column.kind for column in columns(series)]
    for line in lines(series):
        cells = (number(cell, kind) for cell, kind in zip(line.cells, kinds, strict=True))
        yield series.number, series.alias, line.first, line.last, *cells


def number(cell: Cell, kind: CellKind) -> Cell:
    """Return a value in the unit of its column: kWh, m³, %, °C or kWh/m³."""
    if cell is None or isinstance(cell, str):
        return cell
    value = cell / _DIVISORS.get(kind, 1)
    return round(value, _DIGITS.get(kind, 3))


def file_stem(number_: str, first: date, last: date) -> str:
    """Return a name such as `consommation-09999999910001-2025-11-01-2026-11-30`."""
    return f"consommation-{number_}-{first}-{last}"
