"""The table of the consumption page, read back: a line a day, a week or a month, in kWh.

Its sums are taken where all their days are known; the lines that are left out are told.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

from data.consumption.files import cells, columns, days
from data.consumption.files.faults import Faults, placed
from data.consumption.files.ledger import Account, Ledger
from data.consumption.files.shape import Row, Shape
from data.consumption.types import FileFormat, PeriodKind, Quality, ReadingsFile, Status
from data.errors import Unreadable
from data.pces.rules import month_of
from data.runs.files.refused import Refused, clean
from data.runs.files.texts import unguarded
from i18n import N_, short_day

_FIELDS: Mapping[str, str] = {  # as the table is written in French, in English, for programs
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
    """Whether a table begins as the one of the consumption page does."""
    found = _places(header).keys()
    return {"pce", "first", "last"} <= found and not {"coverage", "known"}.isdisjoint(found)


def read_summary(
    header: tuple[int, Row],
    rows: Iterator[tuple[int, Row]],
    file_format: FileFormat,
    today: date | None,
) -> ReadingsFile:
    """Raise Unreadable where a line is wrong, or where none of them can be kept."""
    line, titles = header
    places = _places(titles)
    try:
        columns.require(places, _WANTED)
        columns.check_unit("energy", str(titles[places["energy"]]))
    except Refused as error:
        raise placed(error, line) from None
    lettered = file_format is not FileFormat.CSV
    table = _Table(Shape(titles, places, lettered=lettered), Ledger(today=today))
    wrong = Faults()
    for number, row in rows:
        if all(map(cells.is_blank, row)) or wrong.full:
            continue
        try:
            table.take(number, row)
        except Refused as error:
            wrong.add(partial(placed, error, number))
    wrong.settle()
    return table.finish(file_format)


def _places(header: Row) -> dict[str, int]:
    found = ((_FIELDS.get(columns.bare(cell)), position) for position, cell in enumerate(header))
    return {field: position for field, position in reversed(list(found)) if field}


class _Table:
    def __init__(self, shape: Shape, ledger: Ledger) -> None:
        self._shape, self._ledger = shape, ledger
        self._aside = Faults()
        self._deposited: date | None = None

    def take(self, line: int, row: Row) -> None:
        if len(row) <= max(self._shape.places.values()):
            raise Refused(
                N_("Ligne {line} : il y manque des colonnes. Reprenez le fichier entier.")
            )
        first, last = self._day(row, "first"), self._day(row, "last")
        values = self._shape.values(row)
        said = self._said(row)
        if values.energy is None:
            return
        told = {"first": short_day(first), "last": short_day(last)}
        if last - first > _LONGEST:
            raise Refused(_TOO_LONG, **told)
        kind = _kind(first, last)
        if not self._is_whole(row, (first, last), said) or not (kind or first == last):
            self._aside.add(partial(placed, Refused(_PARTIAL, **told), line))
            return
        if _any(_DEPOSITED, said):
            self._deposited = min(first, self._deposited or first)
        values.quality = _quality(said)
        values.status = Status.PROVISIONAL if _any(_PROVISIONAL, said) else Status.UNKNOWN
        if kind:
            self._ledger.add_period(self._account(row), (kind, first, last), values, line)
        else:
            self._ledger.add_day(self._account(row), first, values, line)

    def _account(self, row: Row) -> Account:
        pce, alias = (unguarded(self._shape.cell(row, field)) for field in ("pce", "alias"))
        name = clean(alias)[:200] if isinstance(alias, str) else ""
        return self._ledger.account(self._shape.pce_of(pce), name)

    def _is_whole(self, row: Row, span: tuple[date, date], said: str) -> bool:
        """Whether all the days of *span* are known, each by itself."""
        field = "known" if "known" in self._shape.places else "coverage"
        cell = self._shape.cell(row, field)
        known = _KNOWN_DAYS.match(cells.fold(cell)) if isinstance(cell, str) else None
        wanted = (span[1] - span[0]).days + 1
        return bool(known and int(known[0]) == wanted) and not _any(_SHARED, said)

    def _day(self, row: Row, field: str) -> date:
        return days.day(self._shape.cell(row, field), self._shape.label(field))

    def _said(self, row: Row) -> str:
        cell = self._shape.cell(row, "said")
        return cells.fold(cell) if isinstance(cell, str) else ""

    def finish(self, file_format: FileFormat) -> ReadingsFile:
        aside = self._aside.together()
        try:
            found = self._ledger.finish(file_format)
        except Unreadable:
            raise aside or Unreadable(N_("Ce tableau ne contient aucune consommation.")) from None
        left, deposited = self._aside.count, self._deposited
        return replace(found, aside=aside, left=left, deposited=deposited)


def _kind(first: date, last: date) -> PeriodKind | None:
    if first.day == 1 and last == month_of(first, 1) - _DAY:
        return PeriodKind.MONTH
    is_week = first.weekday() == 0 and (last - first).days == _WEEK_DAYS - 1
    return PeriodKind.WEEK if is_week else None


def _any(words: tuple[str, ...], said: str) -> bool:
    return any(word in said for word in words)


def _quality(said: str) -> Quality:
    if _any(_REBUILT, said):
        return Quality.RECONSTRUCTED
    return Quality.ESTIMATED if _any(_ESTIMATED, said) else Quality.MEASURED
