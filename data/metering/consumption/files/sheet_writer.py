"""Write the Espace Client's daily workbook, cell for cell, for existing parsers.

The layout has no place for a status, nor for the indexes of an absent day: they are left out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import IO, Any

from xlsxwriter import Workbook

from core.i18n import numeric_day
from data.metering.consumption.files.cell_parser import QUALITY_WORDS
from data.metering.consumption.files.csv_writer import numbers_of
from data.metering.consumption.types import DayStatement, Quality
from data.runs.files.texts import guarded

SHEET_NAME = "Historique par mois"
HEADER_LINE = 9
HEADER = (
    "Date de relevé",
    "Index de début de période (m3)",
    "Index de fin de période (m3)",
    "Volume consommé (m3)",
    "Energie consommée (kWh)",
    "Coefficient de conversion",
    "Température locale (°C)",
    "Qualification du relevé",
)
_NOTE = "Les consommations dans ce tableau sont fournies à titre indicatif."
_WIDTHS = {"A:A": 1, "B:B": 27, "C:C": 16, "D:D": 18, "E:E": 19, "F:F": 13, "G:P": 19}
_ABSENT = (None, None, 0, 0, None, None)  # the original sheet writes these false zeros


@dataclass(frozen=True, slots=True)
class SheetHead:
    """The block above the table: the export date and the delivery point."""

    exported: date
    pce: str = ""
    alias: str = ""
    address: str = ""


def write_espace_client(
    head: SheetHead, days: Iterable[DayStatement], target: str | IO[bytes]
) -> None:
    """Write one PCE's days, in order, to a path or a binary file."""
    with Workbook(target, {"constant_memory": True}) as book:
        sheet = book.add_worksheet(SHEET_NAME)
        for columns, width in _WIDTHS.items():
            sheet.set_column(columns, width)
        _write_head(book, sheet, head)
        header = book.add_format(
            {"bold": True, "align": "center", "valign": "vcenter", "text_wrap": True, "border": 1}
        )
        sheet.set_row(HEADER_LINE - 1, 45)
        for column, text in enumerate(HEADER, start=1):
            sheet.write_string(HEADER_LINE - 1, column, text, header)
        cell = book.add_format({"align": "right", "text_wrap": True, "border": 1})
        for line, day in enumerate(days, start=HEADER_LINE):
            _write_day(sheet, line, day, cell)


def _write_head(book: Any, sheet: Any, head: SheetHead) -> None:  # noqa: ANN401 (untyped library)
    """Write lines 1 to 7 from top to bottom, as constant memory mode requires."""
    bold = book.add_format({"bold": True})
    right = book.add_format({"bold": True, "align": "right"})
    sheet.write_string("B1", "Données informatives et détaillées", bold)
    _merged(sheet, 0, 4, 5, f"Export du {numeric_day(head.exported)}", bold)
    block = (
        ("Adresse du logement : ", head.address),
        ("N° PCE :", head.pce),
        ("Libellé du logement :", head.alias),
    )
    for line, (label, value) in enumerate(block, start=2):
        _merged(sheet, line, 2, 3, label, right)
        _merged(sheet, line, 4, 5, guarded(value), right)
    _merged(sheet, 6, 1, 14, _NOTE, bold)


def _merged(sheet: Any, line: int, first: int, last: int, text: str, form: Any) -> None:  # noqa: ANN401
    sheet.merge_range(line, first, line, last, "", form)
    if text:  # merge_range would turn an address into a link and a leading sign into a formula
        sheet.write_string(line, first, text, form)


def _write_day(sheet: Any, line: int, day: DayStatement, form: Any) -> None:  # noqa: ANN401
    absent = day.quality is Quality.ABSENT
    sheet.write_string(line, 1, numeric_day(day.gas_day), form)
    for column, number in enumerate(_ABSENT if absent else numbers_of(day), start=2):
        if number is None:
            sheet.write_blank(line, column, None, form)
        else:
            sheet.write_number(line, column, number, form)
    sheet.write_string(line, 8, QUALITY_WORDS[day.quality], form)
