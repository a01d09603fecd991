"""Write the portal's CSV and XLSX: a line a PCE and day (domain.md §6.1), formula-safe."""

import csv
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from io import StringIO
from typing import IO

from xlsxwriter import Workbook

from core.i18n import numeric_day
from data.metering.consumption.files.cell_parser import QUALITY_WORDS, SOURCE_WORDS, status_word
from data.metering.consumption.types import DayStatement
from data.provenance import DataSource
from data.runs.files.texts import guarded, guarded_csv

HEADER = (
    "PCE",
    "Alias",
    "Journée gazière",
    "Index début (m3)",
    "Index fin (m3)",
    "Volume (m3)",
    "Energie (kWh PCS)",
    "Coefficient",
    "Température (°C)",
    "Qualification",
    "Statut",
    "Source",
)
_BATCH = 500
_WIDTHS = (18, 24, 14, 15, 15, 12, 16, 12, 15, 22, 34, 24)


@dataclass(frozen=True, slots=True)
class PceDay:
    """One line of an export: a PCE, its alias and one of its gas days."""

    pce: str
    alias: str
    day: DayStatement


def write_csv(rows: Iterable[PceDay], *, french_dates: bool = False) -> Iterator[bytes]:
    """Yield CSV, 500 lines at a time: UTF-8 with BOM, `;`, decimal comma.

    Dates are ISO or JJ/MM/AAAA.
    """
    written: Callable[[date], str] = numeric_day if french_dates else date.isoformat
    lines = ["\ufeff" + ";".join(HEADER)]
    owner, start = None, ""
    for row in rows:
        if owner != (row.pce, row.alias):
            owner, start = (row.pce, row.alias), quoted(row.pce, row.alias)
        lines.append(start + _figures(row.day, written))
        if len(lines) >= _BATCH:
            yield _piece(lines)
            lines.clear()
    if lines:
        yield _piece(lines)


def _piece(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n").encode("utf-8", "replace")


def quoted(pce: str, alias: str) -> str:
    """Return the two cells that a person may have written, guarded against formulas and quoted."""
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerow((guarded_csv(pce), guarded_csv(alias)))
    return buffer.getvalue().removesuffix("\r\n") + ";"


def _figures(day: DayStatement, written: Callable[[date], str]) -> str:
    return (
        f"{written(day.gas_day)};{decimal_text(day.index_start_dm3, 1000)};"
        f"{decimal_text(day.index_end_dm3, 1000)};{decimal_text(day.volume_dm3, 1000)};"
        f"{decimal_text(day.energy_wh, 1000)};{decimal_text(day.coefficient_e4, 10_000)};"
        f"{decimal_text(day.temperature_c100, 100)};{QUALITY_WORDS[day.quality]};"
        f"{status_word(day.status, source_of(day))};{source_word(day)}"
    )


def source_word(day: DayStatement) -> str:
    """Return the word for the source of a day's value, empty without value."""
    source = source_of(day)
    return SOURCE_WORDS[source] if source else ""


def source_of(day: DayStatement) -> DataSource | None:
    return day.source if day.quality else None


def decimal_text(value: int | None, factor: int) -> str:
    """Return `value` over `factor`, exact and without trailing zeros; empty for None."""
    if value is None:
        return ""
    integer_part, rest = divmod(abs(value), factor)
    sign = "-" if value < 0 else ""
    if not rest:
        return f"{sign}{integer_part}"
    digits = str(factor + rest)[1:].rstrip("0")
    return f"{sign}{integer_part},{digits}"


def write_table_xlsx(rows: Iterable[PceDay], target: str | IO[bytes]) -> None:
    """Write the same columns to a path or a file: PCE as text, typed dates and numbers."""
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Consommations")
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        text = book.add_format({"num_format": "@"})
        for column, width in enumerate(_WIDTHS):
            sheet.set_column(column, column, width)
        sheet.freeze_panes(1, 1)
        for column, header in enumerate(HEADER):
            sheet.write_string(0, column, header, bold)
        for line, row in enumerate(rows, start=1):
            sheet.write_string(line, 0, row.pce, text)
            if row.alias:
                sheet.write_string(line, 1, guarded(row.alias), text)
            sheet.write_datetime(line, 2, row.day.gas_day, dated)
            for column, number in enumerate(numbers_of(row.day), start=3):
                if number is not None:
                    sheet.write_number(line, column, number)
            sheet.write_string(line, 9, QUALITY_WORDS[row.day.quality])
            if row.day.status:
                sheet.write_string(line, 10, status_word(row.day.status, source_of(row.day)))
            if row.day.quality:
                sheet.write_string(line, 11, source_word(row.day))


def numbers_of(day: DayStatement) -> tuple[float | None, ...]:
    """Indexes and volume in m³, energy in kWh, coefficient, temperature in °C."""
    return (
        _over(day.index_start_dm3, 1000),
        _over(day.index_end_dm3, 1000),
        _over(day.volume_dm3, 1000),
        _over(day.energy_wh, 1000),
        _over(day.coefficient_e4, 10_000),
        _over(day.temperature_c100, 100),
    )


def _over(value: int | None, factor: int) -> float | None:
    return None if value is None else value / factor
