"""Render the download buttons, with the rows and the size of each file."""

from dataclasses import replace

from dash.development.base_component import Component

from components.consumption.filters import period_name
from components.consumption.overlay import PER
from components.kit import button, data
from core.i18n import _, plural, short_day, size
from data.metering.consumption.rules.table import (
    UNITS,
    columns,
    daily,
    export_count,
    reading_days,
)
from data.metering.consumption.rules.view import write_view
from data.metering.consumption.types import Series

ROUTE = "/export/consommations"
INTERNATIONAL = "csv-international"
READINGS_CSV, SHEET_LINE = 98, 37  # bytes per row, measured on real exports
CSV_CELL, XLSX_CELL, XLSX_BASE = 9.5, 5, 5600
PARQUET_BASE, PARQUET_COLUMN, PARQUET_CELL = 400, 170, 4


def address(series: Series, file_format: str, layout: str = "table") -> str:
    query = write_view(replace(series.view, day=None, episode=None))
    return f"{ROUTE}?{query}&format={file_format}&layout={layout}"


def octets(series: Series, file_format: str, layout: str = "table") -> int:
    """Estimate the size of a file, in bytes."""
    count, cells = lines(series, layout), len(columns(series)) + 4
    if file_format == "parquet":
        return PARQUET_BASE + cells * PARQUET_COLUMN + count * cells * PARQUET_CELL
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


def table_files(series: Series) -> list[Component]:
    """Return the links to the commonest files of the table, which says its rows, for its head."""
    if not export_count(series):
        return []
    return [
        button(
            f"{ending.upper()} · {size(octets(series, ending))}",
            href=address(series, ending),
            download=True,
            small=True,
            icon="download",
        )
        for ending in ("csv", "xlsx")
    ]


def export_buttons(series: Series) -> list[Component]:
    """Return the pictures and the rarer files, for the menu of the chart."""
    if not export_count(series):
        return []
    layout = "readings" if daily(series) else "table"
    offered = [(INTERNATIONAL, layout, _("CSV international")), ("parquet", layout, "Parquet")]
    if daily(series):
        offered += [
            ("csv", "readings", _("Relevés et index (CSV)")),
            ("xlsx", "espace-client", _("Format Espace Client (XLSX)")),
        ]
    return [
        *_pictures(series),
        *(_file(series, *offer) for offer in offered),
    ]


def _file(series: Series, file_format: str, layout: str, word: str) -> Component:
    """Return a link to a file, with its rows and size."""
    return button(
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


def _pictures(series: Series) -> list[Component]:
    """Return the buttons that save the chart, with what `assets/consumption-picture.js` writes."""
    words = {
        "title": f"{series.alias or series.number} – {period_name(series.view, series)}",
        "unit": _(PER[series.view.step], unit=UNITS[series.view.unit]),
        "source": _source(series),
        "file": f"consommation-{series.number}-{series.first}-{series.last}",
    }
    return [
        button(text, small=True, **data(picture=ending, **words))
        for ending, text in (("png", _("Image (PNG)")), ("svg", _("Image vectorielle (SVG)")))
    ]


def _source(series: Series) -> str:
    """Return where the values come from and until when, for people who see the picture alone."""
    has_deposits = series.total is not None and series.total.days_deposited > 0
    whom = _("distributeur et dépôts") if has_deposits else _("distributeur")
    until = series.data_until or series.last
    return _(
        "PCE {number} · source : {whom}, données jusqu’au {day}",
        number=series.number,
        whom=whom,
        day=short_day(until),
    )
