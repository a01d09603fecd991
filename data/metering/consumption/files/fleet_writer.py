"""Write the fleet ranking as CSV or XLSX: the columns of the screen, a line a PCE."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from io import StringIO
from typing import IO

from xlsxwriter import Workbook

from core.i18n import _, month_year
from data.metering.consumption.types import CellState, Face, FleetCell, FleetCost, FleetRow
from data.metering.prices.types import round_cents
from data.runs.files.texts import guarded, guarded_csv

Cell = str | float | date | None


Costs = Mapping[int, FleetCost] | None  # by PCE; None where no price is entered


def header(months: Sequence[date], costs: Costs = None) -> list[str]:
    euros = [_("Coût (€)"), _("Écart à l’an dernier (€)"), _("Écart à climat égal (€)")]
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
        _("Jours déposés par une organisation"),
        *(euros if costs is not None else []),
        *(_("{month}, écart (%)", month=month_year(month)) for month in months),
    ]


def line(row: FleetRow, months: Sequence[date], costs: Costs = None) -> list[Cell]:
    """Return the cells of a PCE in kWh, percent, days and euros; None for unknown values."""
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
        row.days_deposited,
        *(_euros(row, costs[row.id]) if costs is not None else []),
        *(_cell(row.cells.get(month)) for month in months),
    ]


def _gap(face: Face | None) -> list[Cell]:
    """Return a difference in kWh and in percent of the year before."""
    percent = face.percent if face else None
    rounded_percent = None if percent is None else round(percent, 1)
    return [face.gap_wh / 1000 if face else None, rounded_percent]


def _euros(row: FleetRow, cost: FleetCost) -> list[Cell]:
    """Return euros rounded to the cent, or a word when some day has no price."""
    if not cost.priced:
        return [_("prix partiels") if cost.partly_priced else _("sans prix"), None, None]
    cost_values = (cost.spent, cost.gap if row.face else None, cost.drift if row.equal else None)
    return [
        None if cost_value is None else round_cents(cost_value) / 100 for cost_value in cost_values
    ]


def _cell(cell: FleetCell | None) -> Cell:
    if cell is None or cell.percent is None:
        return _("abs.") if cell and cell.state is CellState.ABSENT else None
    return round(cell.percent, 1)


def fleet_csv(
    rows: Sequence[FleetRow], months: Sequence[date], costs: Costs = None
) -> Iterator[bytes]:
    """Yield CSV: UTF-8 with BOM, `;`, decimal comma, ISO dates; unknown values are empty cells."""
    buffer = StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow(header(months, costs))
    for row in rows:
        writer.writerow([_text(cell) for cell in line(row, months, costs)])
    yield buffer.getvalue().encode("utf-8", "replace")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded_csv(cell)
    return cell.isoformat() if isinstance(cell, date) else f"{cell:.15g}".replace(".", ",")


def fleet_xlsx(
    rows: Sequence[FleetRow],
    months: Sequence[date],
    target: str | IO[bytes],
    costs: Costs = None,
) -> None:
    """Write the sheet with PCE as text, real dates and numeric cells."""
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Parc"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        text = book.add_format({"num_format": "@"})
        sheet.freeze_panes(1, 2)
        titles = header(months, costs)
        sheet.set_column(0, len(titles), 16)
        for place, title in enumerate(titles):
            sheet.write_string(0, place, title, bold)
        for rank, row in enumerate(rows, start=1):
            for place, cell in enumerate(line(row, months, costs)):
                if isinstance(cell, date):
                    sheet.write_datetime(rank, place, cell, dated)
                elif isinstance(cell, str):
                    sheet.write_string(rank, place, guarded(cell), text)
                elif cell is not None:
                    sheet.write_number(rank, place, cell)


def file_name(today: date, ending: str) -> str:
    """Return a name such as `parc-2026-11-24.csv`."""
    return f"parc-{today}.{ending}"
