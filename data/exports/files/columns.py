"""The columns of each kind of data, and how a value is written in a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from data.consumption.files.cells import QUALITY_WORDS, SOURCE_WORDS, status_word
from data.consumption.files.csv_writer import HEADER, decimal_text
from data.consumption.types import Quality, Status
from data.exports.types import Content, Part
from data.provenance import DataSource
from data.runs.files.texts import guarded, guarded_csv


class Sort(Enum):
    """What the values of a column are."""

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
class Column:
    """A column of every format: `name` is what programs call it."""

    title: str
    name: str
    sort: Sort
    width: int = 14


_LEAD = (Column("PCE", "pce", Sort.NUMBER, 18), Column("Alias", "alias", Sort.TEXT, 24))
_SORTS = (Sort.THOUSANDTHS,) * 4 + (Sort.TEN_THOUSANDTHS, Sort.HUNDREDTHS)
_FIGURES = (
    *("index_start_m3", "index_end_m3", "volume_m3", "energy_kwh"),
    *("coefficient_kwh_m3", "temperature_c"),
)
COLUMNS: Mapping[Content, Sequence[Column]] = {
    Content.DAILY: (
        *_LEAD,
        *map(
            Column,
            HEADER[2:],
            ("gas_day", *_FIGURES, "quality", "status", "source"),
            (Sort.DAY, *_SORTS, Sort.QUALITY, Sort.STATUS, Sort.SOURCE),
        ),
    ),
    Content.MONTHLY: (
        *_LEAD,
        Column("Mois", "month", Sort.DAY),
        Column("Energie (kWh PCS)", "energy_kwh", Sort.THOUSANDTHS, 16),
        Column("Volume (m3)", "volume_m3", Sort.THOUSANDTHS),
        Column("Jours mesurés", "days_measured", Sort.COUNT),
        Column("Jours estimés", "days_estimated", Sort.COUNT),
        Column("Jours reconstitués", "days_reconstructed", Sort.COUNT),
        Column("Jours absents", "days_absent", Sort.COUNT),
        Column("Jours déposés", "days_deposited", Sort.COUNT),
    ),
    Content.PUBLISHED: (
        *_LEAD,
        Column("Première journée gazière", "first_day", Sort.DAY),
        Column("Dernière journée gazière", "last_day", Sort.DAY),
        *map(Column, HEADER[3:8], _FIGURES, _SORTS[:5]),
        Column("Qualification", "quality", Sort.QUALITY, 22),
        Column("Statut", "status", Sort.STATUS),
        Column("Source", "source", Sort.SOURCE, 24),
    ),
    Content.CONTRACTUAL: (
        *_LEAD,
        Column("Tarif d’acheminement", "tariff", Sort.TEXT),
        Column("Fournisseur", "supplier", Sort.TEXT, 20),
        Column("Profil", "profile", Sort.TEXT),
        Column("CAR (kWh)", "reference_kwh", Sort.COUNT),
        Column("CAR future (kWh)", "future_reference_kwh", Sort.COUNT),
        Column("CJA (kWh/jour)", "daily_capacity_kwh", Sort.COUNT),
        Column("Mise en service", "commissioned_on", Sort.DAY),
        Column("Fin de service", "ended_on", Sort.DAY),
    ),
    Content.TECHNICAL: (
        *_LEAD,
        Column("Adresse", "address", Sort.TEXT, 30),
        Column("Code postal", "postal_code", Sort.TEXT),
        Column("Commune", "city", Sort.TEXT, 24),
        Column("Fréquence de relève", "reading_frequency", Sort.TEXT),
        Column("Matricule du compteur", "meter_serial", Sort.TEXT, 18),
        Column("Roues", "meter_digits", Sort.COUNT),
        Column("Calibre", "calibre", Sort.TEXT),
        Column("Débit (m3/h)", "flow_m3_h", Sort.TEXT),
        Column("Pression (bar)", "pressure_bar", Sort.TEXT),
        Column("PITD", "pitd", Sort.TEXT),
        Column("Libellé du PITD", "pitd_name", Sort.TEXT, 20),
        Column("Client MIG", "public_interest", Sort.TEXT),
    ),
}


_STATUS_PLACES: Mapping[Content, int] = {
    content: place
    for content, columns in COLUMNS.items()
    for place, column in enumerate(columns)
    if column.sort is Sort.STATUS  # its source follows it
}


def cells_of(content: Content, part: Part, row: Sequence[Any]) -> list[Any]:
    """The cells of a line of a table, its status as a word."""
    cells = [part.scope.number, part.scope.alias, *row]
    place = _STATUS_PLACES.get(content)
    if place is not None:
        status, source = cells[place : place + 2]
        cells[place] = status_word(Status(status), DataSource(source) if source else None)
    return cells


def csv_cell(value: Any, sort: Sort) -> str:  # noqa: ANN401 (of whatever its column holds)
    """A cell of our CSV: decimal comma, ISO days, nothing for what is not known."""
    if value is None:
        return ""
    if sort in _TEXTS:
        return guarded_csv(value)
    if sort is Sort.DAY:
        return str(value.isoformat())
    if sort in _PLAIN:
        return str(value)
    if sort in _WORDED:
        return word_of(value, sort)
    return decimal_text(value, sort.value)


_TEXTS = frozenset({Sort.TEXT, Sort.NUMBER})
_PLAIN = frozenset({Sort.COUNT, Sort.STATUS})
_WORDED = frozenset({Sort.QUALITY, Sort.SOURCE})


def word_of(value: int, sort: Sort) -> str:
    if sort is Sort.QUALITY:
        return QUALITY_WORDS[Quality(value)]
    return SOURCE_WORDS[DataSource(value)] if value else ""


def write_cell(sheet: Any, place: tuple[int, int], value: Any, sort: Sort, forms: Any) -> None:  # noqa: ANN401
    """A cell of a workbook: numbers as numbers, days as days, text never a formula."""
    if value is None or value == "":
        return
    if sort in _TEXTS:
        sheet.write_string(*place, guarded(value), forms[Sort.TEXT])
    elif sort is Sort.DAY:
        sheet.write_datetime(*place, value, forms[Sort.DAY])
    elif sort is Sort.STATUS:
        sheet.write_string(*place, value)
    elif sort in _WORDED:
        sheet.write_string(*place, word_of(value, sort))
    else:
        sheet.write_number(*place, value / sort.value if sort is not Sort.COUNT else value)
