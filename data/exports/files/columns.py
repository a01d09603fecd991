"""The columns of each kind of data, and how a value is written in a cell."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from data.consumption.files.cells import QUALITY_WORDS, STATUS_WORDS
from data.consumption.files.csv_writer import HEADER, decimal_text
from data.consumption.types import Quality, Status
from data.exports.types import Content
from data.runs.files.texts import guarded, guarded_csv


class Sort(Enum):
    """What the values of a column are."""

    TEXT = 0
    DAY = 1
    THOUSANDTHS = 1000
    TEN_THOUSANDTHS = 10_000
    HUNDREDTHS = 100
    COUNT = 2
    QUALITY = 3
    STATUS = 4


@dataclass(frozen=True, slots=True)
class Column:
    title: str
    sort: Sort
    width: int = 14


_LEAD = (Column("PCE", Sort.TEXT, 18), Column("Alias", Sort.TEXT, 24))
_SORTS = (Sort.THOUSANDTHS,) * 4 + (Sort.TEN_THOUSANDTHS, Sort.HUNDREDTHS)
COLUMNS: Mapping[Content, Sequence[Column]] = {
    Content.DAILY: (
        *_LEAD,
        *map(Column, HEADER[2:], (Sort.DAY, *_SORTS, Sort.QUALITY, Sort.STATUS)),
    ),
    Content.MONTHLY: (
        *_LEAD,
        Column("Mois", Sort.DAY),
        Column("Energie (kWh PCS)", Sort.THOUSANDTHS, 16),
        Column("Volume (m3)", Sort.THOUSANDTHS),
        Column("Jours mesurés", Sort.COUNT),
        Column("Jours estimés", Sort.COUNT),
        Column("Jours reconstitués", Sort.COUNT),
        Column("Jours absents", Sort.COUNT),
    ),
    Content.PUBLISHED: (
        *_LEAD,
        Column("Première journée gazière", Sort.DAY),
        Column("Dernière journée gazière", Sort.DAY),
        *map(Column, HEADER[3:8], _SORTS[:5]),
        Column("Qualification", Sort.QUALITY, 22),
        Column("Statut", Sort.STATUS),
    ),
    Content.CONTRACTUAL: (
        *_LEAD,
        Column("Tarif d’acheminement", Sort.TEXT),
        Column("Fournisseur", Sort.TEXT, 20),
        Column("Profil", Sort.TEXT),
        Column("CAR (kWh)", Sort.COUNT),
        Column("CAR future (kWh)", Sort.COUNT),
        Column("CJA (kWh/jour)", Sort.COUNT),
        Column("Mise en service", Sort.DAY),
        Column("Fin de service", Sort.DAY),
    ),
    Content.TECHNICAL: (
        *_LEAD,
        Column("Adresse", Sort.TEXT, 30),
        Column("Code postal", Sort.TEXT),
        Column("Commune", Sort.TEXT, 24),
        Column("Fréquence de relève", Sort.TEXT),
        Column("Matricule du compteur", Sort.TEXT, 18),
        Column("Roues", Sort.COUNT),
        Column("Calibre", Sort.TEXT),
        Column("Débit (m3/h)", Sort.TEXT),
        Column("Pression (bar)", Sort.TEXT),
        Column("PITD", Sort.TEXT),
        Column("Libellé du PITD", Sort.TEXT, 20),
        Column("Client MIG", Sort.TEXT),
    ),
}


def csv_cell(value: Any, sort: Sort) -> str:  # noqa: ANN401 (of whatever its column holds)
    """A cell of our CSV: decimal comma, ISO days, nothing for what is not known."""
    if value is None:
        return ""
    if sort is Sort.TEXT:
        return guarded_csv(value)
    if sort is Sort.DAY:
        return str(value.isoformat())
    if sort is Sort.COUNT:
        return str(value)
    if sort in _WORDED:
        return word_of(value, sort)
    return decimal_text(value, sort.value)


_WORDED = frozenset({Sort.QUALITY, Sort.STATUS})


def word_of(value: int, sort: Sort) -> str:
    return QUALITY_WORDS[Quality(value)] if sort is Sort.QUALITY else STATUS_WORDS[Status(value)]


def write_cell(sheet: Any, place: tuple[int, int], value: Any, sort: Sort, forms: Any) -> None:  # noqa: ANN401
    """A cell of a workbook: numbers as numbers, days as days, text never a formula."""
    if value is None or value == "":
        return
    if sort is Sort.TEXT:
        sheet.write_string(*place, guarded(value), forms[Sort.TEXT])
    elif sort is Sort.DAY:
        sheet.write_datetime(*place, value, forms[Sort.DAY])
    elif sort in _WORDED:
        sheet.write_string(*place, word_of(value, sort))
    else:
        sheet.write_number(*place, value / sort.value if sort is not Sort.COUNT else value)
