"""Parse the exported table of the consumption page: days, weeks or months, in kWh.

Sums are accepted if all their days are known; the ignored lines are reported.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from core.errors import Unreadable
from core.i18n import N_, short_day
from data.metering.consumption.files import cell_parser, columns, days
from data.metering.consumption.files.faults import ReadingFaults, placed
from data.metering.consumption.files.layout import Row, Shape
from data.metering.consumption.files.ledger import Ledger, PceLedger
from data.metering.consumption.types import FileFormat, PeriodKind, Quality, ReadingsFile, Status
from data.metering.pces.rules import month_of
from data.runs.files.refusals import RefusedCell, clean
from data.runs.files.texts import unguarded

_FIELDS: Mapping[str, str] = {  # headers in French, in English and in the API's CSV
    "pce": "pce",
    "nom": "alias",
    "name": "alias",
    "premier jour": "first",
    "first day": "first",
    "dernier jour": "last",
    "last day": "last",
    "consommation": "energy",
    "consumption": "energy",
    "temperature": "temperature",
    "coefficient": "coefficient",
    "conversion factor": "coefficient",
    "couverture": "coverage",
    "coverage": "coverage",
    "qualite": "said",
    "quality": "said",
    "alias": "alias",
    "first_day": "first",
    "last_day": "last",
    "energy_kwh": "energy",
    "temperature_c": "temperature",
    "coefficient_kwh_m3": "coefficient",
    "days_known": "known",
}
_WANTED = {
    "pce": "PCE",
    "energy": "Consommation (kWh)",
    "said": "Qualité",
}
_KNOWN_DAYS = re.compile(r"\d{1,2}(?=/|$)", re.ASCII)  # `30`, or the first number of `30/31`
_SHARED = ("prorat",)
_ESTIMATED, _REBUILT = ("estim",), ("reconstit", "rebuilt", "reconstructed")
_PROVISIONAL = ("provisoire", "provisional")
_DEPOSITED = ("depose", "deposited")
_DAY, _LONGEST, _WEEK_DAYS = timedelta(days=1), timedelta(days=31), 7
_PARTIAL = N_(
    "Ligne {line} : du {first} au {last}, il manque des jours ou ils sont répartis au prorata."
    " Cette somme n’est pas gardée."
)
_TOO_LONG = N_(
    "Ligne {line} : du {first} au {last}, ce n’est ni un jour, ni une semaine, ni un mois. Affichez"
    " la même période par jour, téléchargez le tableau et déposez-le."
)


def is_summary(header: Row) -> bool:
    """Return whether a table starts like the export of the consumption page."""
    fields_present = _places(header).keys()
    return {"pce", "first", "last"} <= fields_present and not {"coverage", "known"}.isdisjoint(
        fields_present
    )


def read_summary(
    header: tuple[int, Row],
    rows: Iterator[tuple[int, Row]],
    file_format: FileFormat,
    today: date | None,
) -> ReadingsFile:
    """Parse the table; raise Unreadable when a line is wrong or no line can be used."""
    line, titles = header
    places = _places(titles)
    try:
        columns.require(places, _WANTED)
        columns.check_unit("energy", str(titles[places["energy"]]))
    except RefusedCell as error:
        raise placed(error, line) from None
    lettered = file_format is not FileFormat.CSV
    table = _Table(Shape(titles, places, lettered=lettered), Ledger(today=today))
    wrong = ReadingFaults()
    for number, row in rows:
        if all(map(cell_parser.is_blank, row)) or wrong.full:
            continue
        try:
            table.take(number, row)
        except RefusedCell as error:
            wrong.add(partial(placed, error, number))
    wrong.settle()
    return table.finish(file_format)


def _places(header: Row) -> dict[str, int]:
    places = ((_FIELDS.get(columns.bare(cell)), position) for position, cell in enumerate(header))
    return {field: position for field, position in reversed(list(places)) if field}


class _Table:
    def __init__(self, shape: Shape, ledger: Ledger) -> None:
        self._shape, self._ledger = shape, ledger
        self._deposited: date | None = None

    def take(self, line: int, row: Row) -> None:
        if len(row) <= max(self._shape.places.values()):
            raise RefusedCell(
                N_("Ligne {line} : il y manque des colonnes. Reprenez le fichier entier.")
            )
        first, last = self._day(row, "first"), self._day(row, "last")
        values = self._shape.values(row)
        cell = self._shape.cell(row, "said")
        quality_text = cell_parser.fold(cell) if isinstance(cell, str) else ""
        if values.energy is None:
            return
        day_labels = {"first": short_day(first), "last": short_day(last)}
        if last - first > _LONGEST:
            raise RefusedCell(_TOO_LONG, **day_labels)
        kind = _kind(first, last)
        if not self._is_whole(row, (first, last), quality_text) or not (kind or first == last):
            self._ledger.aside.add(partial(placed, RefusedCell(_PARTIAL, **day_labels), line))
            return
        if _any(_DEPOSITED, quality_text):
            self._deposited = min(first, self._deposited or first)
        values.quality = _quality(quality_text)
        values.status = Status.PROVISIONAL if _any(_PROVISIONAL, quality_text) else Status.UNKNOWN
        if kind:
            self._ledger.add_period(self._account(row), (kind, first, last), values, line)
        else:
            self._ledger.add_day(self._account(row), first, values, line)

    def _account(self, row: Row) -> PceLedger:
        pce, alias = (unguarded(self._shape.cell(row, field)) for field in ("pce", "alias"))
        name = clean(alias)[:200] if isinstance(alias, str) else ""
        return self._ledger.account(self._shape.pce_of(pce), name)

    def _is_whole(self, row: Row, span: tuple[date, date], said: str) -> bool:
        """Return whether all days of `span` are known and none is a share of a period."""
        field = "known" if "known" in self._shape.places else "coverage"
        cell = self._shape.cell(row, field)
        days_match = _KNOWN_DAYS.match(cell_parser.fold(cell)) if isinstance(cell, str) else None
        expected_days = (span[1] - span[0]).days + 1
        return bool(days_match and int(days_match[0]) == expected_days) and not _any(_SHARED, said)

    def _day(self, row: Row, field: str) -> date:
        return days.day(self._shape.cell(row, field), self._shape.label(field))

    def finish(self, file_format: FileFormat) -> ReadingsFile:
        try:
            readings = self._ledger.finish(file_format)
        except Unreadable:
            aside = self._ledger.aside.together()
            raise aside or Unreadable(N_("Ce tableau ne contient aucune consommation.")) from None
        return replace(readings, deposited=self._deposited)


def _kind(first: date, last: date) -> PeriodKind | None:
    if first.day == 1 and last == month_of(first, 1) - _DAY:
        return PeriodKind.MONTH
    is_week = first.weekday() == 0 and (last - first).days == _WEEK_DAYS - 1
    return PeriodKind.WEEK if is_week else None


def _any(words: tuple[str, ...], quality_text: str) -> bool:
    return any(word in quality_text for word in words)


def _quality(quality_text: str) -> Quality:
    if _any(_REBUILT, quality_text):
        return Quality.RECONSTRUCTED
    return Quality.ESTIMATED if _any(_ESTIMATED, quality_text) else Quality.MEASURED
