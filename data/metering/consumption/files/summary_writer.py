"""Write a series as CSV or XLSX: the columns of the screen, after the PCE."""

import csv
from collections.abc import Iterator
from datetime import date
from io import StringIO
from typing import IO

from xlsxwriter import Workbook

from core.i18n import N_, _
from data.metering.consumption.rules.labels import factor_words
from data.metering.consumption.rules.table import (
    Cell,
    CellKind,
    TableColumn,
    TableLine,
    columns,
    lines,
)
from data.metering.consumption.types import Series, Unit
from data.runs.files.texts import guarded, guarded_csv

_LEAD = (
    TableColumn("pce", N_("PCE")),
    TableColumn("alias", N_("Nom")),
    TableColumn("first", N_("Premier jour")),
    TableColumn("last", N_("Dernier jour")),
)
_DIVISORS = {
    CellKind.THOUSANDTHS: 1000,
    CellKind.EUROS: 1000,
    CellKind.TEMPERATURE: 100,
    CellKind.COEFFICIENT: 10_000,
}
_DIGITS = {CellKind.EUROS: 2, CellKind.PERCENT: 1, CellKind.COEFFICIENT: 4}


def header(series: Series) -> list[str]:
    return [_title(column, series) for column in (*_LEAD, *columns(series))]


def _title(column: TableColumn, series: Series) -> str:
    """Return the column title with its unit; for emissions, the method of counting as well."""
    is_emissions = series.view.unit is Unit.CO2 and column.key == "value"
    if (column.key == "co2" or is_emissions) and series.carbon:
        factor = factor_words(series.carbon)
        return _("{title} (kg CO₂e) : {factor}", title=_(column.title), factor=factor)
    return f"{_(column.title)} ({_(column.unit)})" if column.unit else _(column.title)


def summary_csv(series: Series) -> Iterator[bytes]:
    """Yield CSV: UTF-8 with BOM, `;`, decimal comma in French; unknown values are empty cells."""
    buffer = StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header(series))
    summary_columns = columns(series)
    for line in lines(series):
        alias = guarded_csv(series.alias)
        lead = (series.number, alias, line.first.isoformat(), line.last.isoformat())
        cells = (
            _text(cell, column.kind)
            for cell, column in zip(line.cells, summary_columns, strict=True)
        )
        writer.writerow((*lead, *cells))
    yield buffer.getvalue().encode("utf-8", "replace")


def _text(cell: Cell, kind: CellKind) -> str:
    value = number(cell, kind)
    return guarded(value) if isinstance(value, str) else _decimal(value)


def _decimal(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}".replace(".", ",")


def number(cell: Cell, kind: CellKind) -> Cell:
    """Return a value in the unit of its column: kWh, m³, %, °C or kWh/m³."""
    if cell is None or isinstance(cell, str):
        return cell
    value = cell / _DIVISORS.get(kind, 1)
    return round(value, _DIGITS.get(kind, 3))


def summary_xlsx(series: Series, target: str | IO[bytes]) -> None:
    """Write the sheet with PCE as text, real dates and numeric cells."""
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Consommations")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 5)
        sheet.set_column(0, 30, 18)
        for place, title in enumerate(header(series)):
            sheet.write_string(0, place, title, bold)
        summary_columns = columns(series)
        for rank, line in enumerate(lines(series), start=1):
            sheet.write_string(rank, 0, series.number, text)
            sheet.write_string(rank, 1, guarded(series.alias), text)
            for place, day in enumerate((line.first, line.last), start=2):
                sheet.write_datetime(rank, place, day, dated)
            for place, cell in enumerate(_numbers(line, summary_columns), start=len(_LEAD)):
                if isinstance(cell, str):
                    sheet.write_string(rank, place, guarded(cell), text)
                elif cell is not None:
                    sheet.write_number(rank, place, cell)


def _numbers(line: TableLine, summary_columns: tuple[TableColumn, ...]) -> list[Cell]:
    return [
        number(cell, column.kind) for cell, column in zip(line.cells, summary_columns, strict=True)
    ]


def file_stem(number_: str, first: date, last: date) -> str:
    """Return a name such as `consommation-09999999910001-2025-11-01-2026-11-30`."""
    return f"consommation-{number_}-{first}-{last}"
