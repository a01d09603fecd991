"""Write several PCEs as CSV or XLSX: a line a period, the columns of the screen."""

import csv
from collections.abc import Iterator, Sequence
from datetime import date
from io import StringIO
from typing import IO

from xlsxwriter import Workbook

from core.i18n import _
from data.metering.consumption.rules.table import UNITS
from data.metering.consumption.types import CombinedBar, CombinedSeries, Unit
from data.runs.files.texts import guarded, guarded_csv

Cell = float | int | date | None


def header(found: CombinedSeries) -> list[str]:
    unit = UNITS[found.query.view.unit]
    faced = "kWh" if found.query.view.unit is Unit.M3 else unit
    return [
        _("Premier jour"),
        _("Dernier jour"),
        _("Ensemble ({unit})", unit=unit),
        _("Jours-PCE connus"),
        _("Jours-PCE attendus"),
        _("Jours déposés par une organisation"),
        *([_("Jours-PCE sans prix")] if found.query.view.unit is Unit.EUR else []),
        _("Jours-PCE comparés"),
        _("Mêmes jours cette année ({unit})", unit=faced),
        _("Mêmes jours un an avant ({unit})", unit=faced),
        *(f"{part.alias} {part.number} ({unit})".strip() for part in found.parts),
        *([_("Autres ({unit})", unit=unit)] if found.others else []),
    ]


def line(found: CombinedSeries, bar: CombinedBar) -> list[Cell]:
    face = bar.face
    return [
        bar.first,
        bar.last,
        _whole_table(bar.value),
        bar.known_days,
        bar.due,
        bar.days_deposited,
        *([bar.unpriced] if found.query.view.unit is Unit.EUR else []),
        face.days if face else None,
        _whole_table(face.this_wh if face else None),
        _whole_table(face.before_wh if face else None),
        *(_whole_table(part) for part in bar.parts),
        *([_whole_table(bar.rest)] if found.others else []),
    ]


def _whole_table(value: int | None) -> float | None:
    return None if value is None else value / 1000


def together_csv(combined_series: CombinedSeries) -> Iterator[bytes]:
    """Yield CSV: UTF-8 with BOM, `;`, decimal comma, ISO dates; unknown values are empty cells."""
    buffer = StringIO(newline="")
    buffer.write("\ufeff")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerow([guarded_csv(title) for title in header(combined_series)])
    for bar in combined_series.bars:
        writer.writerow([_text(cell) for cell in line(combined_series, bar)])
    yield buffer.getvalue().encode("utf-8", "replace")


def _text(cell: Cell) -> str:
    if cell is None:
        return ""
    return cell.isoformat() if isinstance(cell, date) else f"{cell:.15g}".replace(".", ",")


def together_xlsx(combined_series: CombinedSeries, target: str | IO[bytes]) -> None:
    """Write the sheet with real dates and numeric cells."""
    with Workbook(target, {"constant_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Ensemble"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.freeze_panes(1, 2)
        titles: Sequence[str] = header(combined_series)
        sheet.set_column(0, len(titles), 16)
        for place, title in enumerate(titles):
            sheet.write_string(0, place, guarded(title), bold)
        for rank, bar in enumerate(combined_series.bars, start=1):
            for place, cell in enumerate(line(combined_series, bar)):
                if isinstance(cell, date):
                    sheet.write_datetime(rank, place, cell, dated)
                elif cell is not None:
                    sheet.write_number(rank, place, cell)


def file_name(today: date, ending: str) -> str:
    """Return a name such as `ensemble-2026-11-24.csv`."""
    return f"ensemble-{today}.{ending}"
