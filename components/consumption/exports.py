"""The buttons that take the selection away: rows and size said before the click."""

from dataclasses import replace

from dash.development.base_component import Component

from components.kit import button
from data.consumption.rules.table import columns, daily, export_count
from data.consumption.rules.view import write_view
from data.consumption.types import Series
from i18n import _, plural, size

ROUTE = "/export/consommations"
DAILY_CSV, DAILY_XLSX, DAILY_SHEET = 98, 48, 37  # octets a line, measured on real exports
CSV_CELL, XLSX_CELL, XLSX_BASE = 9.5, 5, 5600


def address(series: Series, file_format: str, layout: str = "table") -> str:
    query = write_view(replace(series.view, day=None, episode=None))
    return f"{ROUTE}?{query}&format={file_format}&layout={layout}"


def octets(series: Series, file_format: str, layout: str = "table") -> int:
    """About how large the file will be."""
    lines, cells = export_count(series), len(columns(series)) + 4
    if daily(series):
        if file_format == "csv":
            return 170 + lines * DAILY_CSV
        return XLSX_BASE + lines * (DAILY_SHEET if layout == "espace-client" else DAILY_XLSX)
    if file_format == "csv":
        return round(cells * 18 + lines * cells * CSV_CELL)
    return XLSX_BASE + cells * 20 + lines * cells * XLSX_CELL


def lines_words(series: Series) -> str:
    return plural("{count} ligne", "{count} lignes", export_count(series))


def primary_export(series: Series) -> list[Component]:
    words = plural("Exporter {count} ligne", "Exporter {count} lignes", export_count(series))
    if not export_count(series):
        return [button(words, icon="download", kind="primary", disabled=True)]
    href = address(series, "xlsx")
    return [button(words, href=href, download=True, icon="download", kind="primary")]


def export_buttons(series: Series) -> list[Component]:
    if not export_count(series):
        return []
    offered = [("csv", "table", "CSV"), ("xlsx", "table", "XLSX")]
    if daily(series):
        offered.append(("xlsx", "espace-client", _("Format Espace Client (XLSX)")))
    return [
        button(
            " · ".join((word, lines_words(series), size(octets(series, file_format, layout)))),
            href=address(series, file_format, layout),
            download=True,
            small=True,
        )
        for file_format, layout, word in offered
    ]
