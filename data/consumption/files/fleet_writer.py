"""The ranking of all PCE as CSV or XLSX: the columns of the screen, a line a PCE."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from typing import IO

from xlsxwriter import Workbook

from data.consumption.types import CellState, Face, FleetCell, FleetRow
from data.runs.files.texts import guarded, guarded_csv
from i18n import _, month_year

Cell = str | float | date | None


def header(months: Sequence[date]) -> list[str]:
    return [
        _("PCE"),
        _("Nom"),
        _("Données au"),
        _("Consommation (kWh)"),
        _("Écart à l’an dernier (kWh)"),
        _("Écart à l’an dernier (%)"),
        _("Écart à climat égal (kWh)"),
        _("Écart à climat égal (%)"),
        _("Jours comparés"),
        _("Jours connus"),
        _("Jours attendus"),
        *(_("{month}, écart (%)", month=month_year(month)) for month in months),
    ]


def line(row: FleetRow, months: Sequence[date]) -> list[Cell]:
    """kWh, percent and days; None for what is not known."""
    face, equal = row.face, row.equal
    return [
        row.number,
        row.alias,
        row.data_until,
        None if row.energy_wh is None else row.energy_wh / 1000,
        *_gap(face),
        *_gap(equal),
        face.days if face else None,
        row.days_known,
        row.days_expected,
        *(_cell(row.cells.get(month)) for month in months),
    ]


def _gap(face: Face | None) -> list[Cell]:
    """kWh, and percent of the year before."""
    percent = face.percent if face else None
    told = None if percent is None else round(percent, 1)
    return [face.gap_wh / 1000 if face else None, told]


def _cell(cell: FleetCell | None) -> Cell:
    if cell is None or cell.percent is None:
        return _("abs.") if cell and cell.state is CellState.ABSENT else None
    return round(cell.percent, 1)


def fleet_csv(rows: Sequence[FleetRow], months: Sequence[date]) -> Iterator[bytes]:
    """UTF-8 with BOM, `;`, decimal comma, ISO dates; an empty cell for what is not known."""
    buffer = StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header(months))
    for row in rows:
        writer.writerow([_text(cell) for cell in line(row, months)])
    yield buffer.getvalue().encode("utf-8", "replace")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded_csv(cell)
    return cell.isoformat() if isinstance(cell, date) else f"{cell:.15g}".replace(".", ",")


def fleet_xlsx(rows: Sequence[FleetRow], months: Sequence[date], target: str | IO[bytes]) -> None:
    """PCE as text, real dates, numbers as numbers."""
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Parc"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 2)
        sheet.set_column(0, len(header(months)), 16)
        for place, title in enumerate(header(months)):
            sheet.write_string(0, place, title, bold)
        for rank, row in enumerate(rows, start=1):
            for place, cell in enumerate(line(row, months)):
                if isinstance(cell, date):
                    sheet.write_datetime(rank, place, cell, dated)
                elif isinstance(cell, str):
                    sheet.write_string(rank, place, guarded(cell), text)
                elif cell is not None:
                    sheet.write_number(rank, place, cell)


def file_name(today: date, ending: str) -> str:
    """`parc-2026-11-24.csv`."""
    return f"parc-{today}.{ending}"
