"""Columns of each kind of data, and the format of their cells."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from data.exports.types import Content, PceExtract
from data.metering.consumption.files.cell_parser import QUALITY_WORDS, SOURCE_WORDS, status_word
from data.metering.consumption.files.csv_writer import HEADER, decimal_text
from data.metering.consumption.types import Quality, Status
from data.provenance import DataSource
from data.runs.files.texts import guarded, guarded_csv


class ValueSort(Enum):
    """The type of the values in a column."""

    TEXT = 0
    NUMBER = 5  # of a PCE
    DAY = 1
    THOUSANDTHS = 1000
    TEN_THOUSANDTHS = 10_000
    HUNDREDTHS = 100
    COUNT = 2
    QUALITY = 3
    STATUS = 4
    SOURCE = 6


@dataclass(frozen=True, slots=True)
class ExportColumn:
    """A column in every format; `name` is its machine-readable name."""

    title: str
    name: str
    sort: ValueSort
    width: int = 14


_LEAD = (
    ExportColumn("PCE", "pce", ValueSort.NUMBER, 18),
    ExportColumn("Alias", "alias", ValueSort.TEXT, 24),
)
_SORTS = (ValueSort.THOUSANDTHS,) * 4 + (ValueSort.TEN_THOUSANDTHS, ValueSort.HUNDREDTHS)
_FIGURES = (
    *("index_start_m3", "index_end_m3", "volume_m3", "energy_kwh"),
    *("coefficient_kwh_m3", "temperature_c"),
)
COLUMNS: Mapping[Content, Sequence[ExportColumn]] = {
    Content.DAILY: (
        *_LEAD,
        *map(
            ExportColumn,
            HEADER[2:],
            ("gas_day", *_FIGURES, "quality", "status", "source"),
            (ValueSort.DAY, *_SORTS, ValueSort.QUALITY, ValueSort.STATUS, ValueSort.SOURCE),
        ),
    ),
    Content.MONTHLY: (
        *_LEAD,
        ExportColumn("Mois", "month", ValueSort.DAY),
        ExportColumn("Energie (kWh PCS)", "energy_kwh", ValueSort.THOUSANDTHS, 16),
        ExportColumn("Volume (m3)", "volume_m3", ValueSort.THOUSANDTHS),
        ExportColumn("Jours mesurés", "days_measured", ValueSort.COUNT),
        ExportColumn("Jours estimés", "days_estimated", ValueSort.COUNT),
        ExportColumn("Jours reconstitués", "days_reconstructed", ValueSort.COUNT),
        ExportColumn("Jours absents", "days_absent", ValueSort.COUNT),
        ExportColumn("Jours déposés", "days_deposited", ValueSort.COUNT),
    ),
    Content.PUBLISHED: (
        *_LEAD,
        ExportColumn("Première journée gazière", "first_day", ValueSort.DAY),
        ExportColumn("Dernière journée gazière", "last_day", ValueSort.DAY),
        *map(ExportColumn, HEADER[3:8], _FIGURES, _SORTS[:5]),
        ExportColumn("Qualification", "quality", ValueSort.QUALITY, 22),
        ExportColumn("Statut", "status", ValueSort.STATUS),
        ExportColumn("Source", "source", ValueSort.SOURCE, 24),
    ),
    Content.CONTRACTUAL: (
        *_LEAD,
        ExportColumn("Tarif d’acheminement", "tariff", ValueSort.TEXT),
        ExportColumn("Fournisseur", "supplier", ValueSort.TEXT, 20),
        ExportColumn("Profil", "profile", ValueSort.TEXT),
        ExportColumn("CAR (kWh)", "reference_kwh", ValueSort.COUNT),
        ExportColumn("CAR future (kWh)", "future_reference_kwh", ValueSort.COUNT),
        ExportColumn("CJA (kWh/jour)", "daily_capacity_kwh", ValueSort.COUNT),
        ExportColumn("Mise en service", "commissioned_on", ValueSort.DAY),
        ExportColumn("Fin de service", "ended_on", ValueSort.DAY),
    ),
    Content.TECHNICAL: (
        *_LEAD,
        ExportColumn("Adresse", "address", ValueSort.TEXT, 30),
        ExportColumn("Code postal", "postal_code", ValueSort.TEXT),
        ExportColumn("Commune", "city", ValueSort.TEXT, 24),
        ExportColumn("Fréquence de relève", "reading_frequency", ValueSort.TEXT),
        ExportColumn("Matricule du compteur", "meter_serial", ValueSort.TEXT, 18),
        ExportColumn("Roues", "meter_digits", ValueSort.COUNT),
        ExportColumn("Calibre", "calibre", ValueSort.TEXT),
        ExportColumn("Débit (m3/h)", "flow_m3_h", ValueSort.TEXT),
        ExportColumn("Pression (bar)", "pressure_bar", ValueSort.TEXT),
        ExportColumn("PITD", "pitd", ValueSort.TEXT),
        ExportColumn("Libellé du PITD", "pitd_name", ValueSort.TEXT, 20),
        ExportColumn("Client MIG", "public_interest", ValueSort.TEXT),
    ),
}


_STATUS_PLACES: Mapping[Content, int] = {
    content: place
    for content, columns in COLUMNS.items()
    for place, column in enumerate(columns)
    if column.sort is ValueSort.STATUS  # followed by its source
}


def cells_of(content: Content, part: PceExtract, row: Sequence[Any]) -> list[Any]:
    """Return the cells of a table line, its status as a word."""
    cells = [part.scope.number, part.scope.alias, *row]
    place = _STATUS_PLACES.get(content)
    if place is not None:
        status, source = cells[place : place + 2]
        cells[place] = status_word(Status(status), DataSource(source) if source else None)
    return cells


def csv_cell(value: Any, sort: ValueSort) -> str:  # noqa: ANN401 (of whatever its column holds)
    """Return a CSV cell: decimal comma, ISO dates, empty for unknown values."""
    if value is None:
        return ""
    if sort in _TEXTS:
        return guarded_csv(value)
    if sort is ValueSort.DAY:
        return str(value.isoformat())
    if sort in _PLAIN:
        return str(value)
    if sort in _WORDED:
        return word_of(value, sort)
    return decimal_text(value, sort.value)


_TEXTS = frozenset({ValueSort.TEXT, ValueSort.NUMBER})
_PLAIN = frozenset({ValueSort.COUNT, ValueSort.STATUS})
_WORDED = frozenset({ValueSort.QUALITY, ValueSort.SOURCE})


def word_of(value: int, sort: ValueSort) -> str:
    if sort is ValueSort.QUALITY:
        return QUALITY_WORDS[Quality(value)]
    return SOURCE_WORDS[DataSource(value)] if value else ""


def write_cell(sheet: Any, place: tuple[int, int], value: Any, sort: ValueSort, forms: Any) -> None:  # noqa: ANN401
    """Write a worksheet cell: numbers, dates, and text that is never a formula."""
    if value is None or value == "":
        return
    if sort in _TEXTS:
        sheet.write_string(*place, guarded(value), forms[ValueSort.TEXT])
    elif sort is ValueSort.DAY:
        sheet.write_datetime(*place, value, forms[ValueSort.DAY])
    elif sort is ValueSort.STATUS:
        sheet.write_string(*place, value)
    elif sort in _WORDED:
        sheet.write_string(*place, word_of(value, sort))
    else:
        sheet.write_number(*place, value / sort.value if sort is not ValueSort.COUNT else value)
