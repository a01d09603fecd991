"""Render the download buttons, with the rows and the size of each file."""

from dataclasses import replace

from dash.development.base_component import Component

from components.kit import button
from core.i18n import _, plural, size
from data.metering.consumption.rules.table import columns, daily, export_count, reading_days
from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Series

ROUTE = "/export/consommations"
INTERNATIONAL = "csv-international"
READINGS_CSV, SHEET_LINE = 98, 37  # bytes per row, measured on real exports
CSV_CELL, XLSX_CELL, XLSX_BASE = 9.5, 5, 5600


def address(series: Series, file_format: str, layout: str = "table") -> str:
    query = write_view(replace(series.view, day=None, episode=None))
    return f"{ROUTE}?{query}&format={file_format}&layout={layout}"


def octets(series: Series, file_format: str, layout: str = "table") -> int:
    """Estimate the size of a file, in bytes."""
    count, cells = lines(series, layout), len(columns(series)) + 4
    if layout == "readings":
        return 170 + count * READINGS_CSV
    if layout == "espace-client":
        return XLSX_BASE + count * SHEET_LINE
    if file_format != "xlsx":
        return round(cells * 18 + count * cells * CSV_CELL)
    return XLSX_BASE + cells * 20 + count * cells * XLSX_CELL


def lines(series: Series, layout: str) -> int:
    return export_count(series) if layout == "table" else len(reading_days(series))


def lines_words(count: int) -> str:
    return plural("{count} ligne", "{count} lignes", count)


def export_buttons(series: Series) -> list[Component]:
    if not export_count(series):
        return []
    offered = [("csv", "table", "CSV"), ("xlsx", "table", "XLSX")]
    layout = "readings" if daily(series) else "table"
    offered.append((INTERNATIONAL, layout, _("CSV international")))
    if daily(series):
        offered += [
            ("csv", "readings", _("Relevés et index (CSV)")),
            ("xlsx", "espace-client", _("Format Espace Client (XLSX)")),
        ]
    return [
        button(
            " · ".join(
                (
                    word,
                    lines_words(lines(series, layout)),
                    size(octets(series, file_format, layout)),
                )
            ),
            href=address(series, file_format, layout),
            download=True,
            small=True,
        )
        for file_format, layout, word in offered
    ]
