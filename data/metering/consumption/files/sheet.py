"""Parse the Espace Client's workbook, daily, weekly or monthly (domain.md §6.1).

A weekly or monthly sheet gives neither the quality nor the cut lines. Decisions: its values are
measures of unknown status; the last line ends with the last complete gas day at the export; the
first line, and the one that contains the export, are provisional, as the request may have cut them.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta

from core.errors import Unreadable
from core.i18n import N_
from data.metering.consumption.files import cell_parser, columns, days, table
from data.metering.consumption.files.faults import placed
from data.metering.consumption.files.layout import Row, Shape, each_line
from data.metering.consumption.files.ledger import Ledger
from data.metering.consumption.files.other_energies import refuse_other_energies
from data.metering.consumption.types import FileFormat, PeriodKind, ReadingsFile, Status
from data.runs.files.book import Cells, Grid, grids
from data.runs.files.refusals import RefusedCell, clean, quoted_value
from data.runs.files.texts import unguarded
from data.runs.rules import column_letters

DATE_HEADER = "Date de relevé"
_HEADER_ROWS = 60
_OWN_HEADERS = ("journee gaziere", "premier jour", "first day")
_EXPORT = re.compile(r"export du\s*(.*)")
_ENERGY = {"volume": "Volume consommé (m3)", "energy": "Energie consommée (kWh)"}
_DAILY = {**_ENERGY, "quality": "Qualification du relevé"}
_ONLY_DAILY = frozenset({"quality", "start", "end", "coefficient", "temperature"})


def read_book(
    content: bytes, today: date | None, uses: columns.Uses = columns.AS_WRITTEN
) -> ReadingsFile:
    """Parse the first sheet that has a known header; raise Unreadable when none has."""
    book = [(grid, [list(row) for _line, row in grid.rows]) for grid in grids(content)]
    for grid, rows in book:
        header = _header_at(rows, "date de releve")
        if header is not None:
            _refuse_bare(grid, rows[header], header + 1, uses)
            return _read_sheet(rows, header, today, uses)
    for grid, rows in book:
        header_places = (_header_at(rows, word) for word in _OWN_HEADERS)
        header = next((place for place in header_places if place is not None), None)
        if header is not None:
            _refuse_bare(grid, rows[header], header + 1, uses)
            numbered = enumerate(rows[header:], start=header + 1)
            return table.read_rows(numbered, FileFormat.SHEET_DAILY, today, uses)
    for _grid, rows in book:
        refuse_other_energies("\n".join(str(cell) for row in rows[:_HEADER_ROWS] for cell in row))
    return _read_unnamed(book, today, uses)


def _read_unnamed(
    book: list[tuple[Grid, Cells]], today: date | None, uses: columns.Uses
) -> ReadingsFile:
    """Parse a table whose columns a person named in `uses`: its first line of several cells."""
    for grid, rows in book:
        header = next((at for at, row in enumerate(rows[:_HEADER_ROWS]) if _is_header(row)), None)
        if header is None:
            continue
        if uses:
            _refuse_bare(grid, rows[header], header + 1, uses)
            numbered = enumerate(rows[header:], start=header + 1)
            return table.read_rows(numbered, FileFormat.SHEET_DAILY, today, uses)
        table_columns = columns.describe(rows[header], uses, rows[header + 1 :])
        raise columns.unmatched(RefusedCell(_NO_HEADER, **_NAMED), _HEADER_ROWS, table_columns)
    raise Unreadable(_NO_HEADER, **_NAMED)


def _is_header(row: Row) -> bool:
    return sum(not cell_parser.is_blank(cell) for cell in row) > 1


_NO_HEADER = N_(
    "Aucune ligne d’en-tête « {column} » dans les {line} premières lignes de ce classeur."
    " Déposez l’export de l’Espace Client tel qu’il est téléchargé."
)
_NAMED = {"column": DATE_HEADER, "line": _HEADER_ROWS}


def _refuse_bare(grid: Grid, header: Row, line: int, uses: columns.Uses) -> None:
    """Refuse a formula without cached value, which would read as blank.

    `line` is that of the `header`.
    """
    known_columns = {
        place
        for place, cell in enumerate(columns.said_header(header, uses))
        if columns.bare(cell) in columns.FIELDS
    }
    for at, place in sorted(grid.bare):
        if at > line and place in known_columns:
            raise Unreadable(
                N_(
                    "Ligne {line}, colonne « {column} » : cette formule n’a pas de valeur dans le"
                    " fichier. Ouvrez-le dans un tableur, enregistrez-le et déposez-le à nouveau."
                ),
                line=at,
                column=f"{column_letters(place)}, {quoted_value(header[place])}",
            )


def _header_at(rows: Cells, word: str) -> int | None:
    for position, row in enumerate(rows[:_HEADER_ROWS]):
        if any(columns.bare(cell) == word for cell in row):
            return position
    return None


def _read_sheet(rows: Cells, header: int, today: date | None, uses: columns.Uses) -> ReadingsFile:
    header_read = columns.said_header(rows[header], uses)
    table_columns = columns.describe(rows[header], uses, rows[header + 1 :])
    try:
        places = columns.columns_of(header_read)
        columns.require(places, {"day": DATE_HEADER})
        kind = _kind(rows[header + 1 :], places, header + 1)
        columns.require(places, _DAILY if kind is FileFormat.SHEET_DAILY else _ENERGY)
    except RefusedCell as error:
        raise columns.unmatched(error, header + 1, table_columns) from None
    head = _Head(today or days.LATEST)
    each_line(enumerate(rows[:header], start=1), head.take)
    ledger = Ledger(head.exported, today)
    shape = Shape(rows[header], places, lettered=True, header_read=header_read)
    lines = _Lines(shape, ledger, head, kind)
    each_line(enumerate(rows[header + 1 :], start=header + 2), lines.take)
    return replace(ledger.finish(kind), columns=table_columns)


def _kind(rows: Cells, places: dict[str, int], header_line: int) -> FileFormat:
    """Detect the kind by columns, then by first date (`Du … au …`, `Novembre 2020`, a day)."""
    if not _ONLY_DAILY.isdisjoint(places):
        return FileFormat.SHEET_DAILY
    firsts = (row[places["day"]] for row in rows)
    first = next((cell for cell in firsts if not cell_parser.is_blank(cell)), None)
    if not isinstance(first, str):
        return FileFormat.SHEET_DAILY
    if cell_parser.fold(first).startswith("du "):
        return FileFormat.SHEET_WEEKLY
    if re.fullmatch(r"\d{4}", first.strip()):
        annual = RefusedCell(
            N_(
                "Ligne {line} : c’est un export annuel, sans valeur journalière. Exportez la même"
                " période par jour, par semaine ou par mois."
            )
        )
        raise placed(annual, header_line)
    return FileFormat.SHEET_MONTHLY if first.strip()[:1].isalpha() else FileFormat.SHEET_DAILY


class _Head:
    """The block above the header: the export date, the PCE and the alias, each optional."""

    def __init__(self, latest: date) -> None:
        self._latest = latest
        self.exported: date | None = None
        self.pce: str | None = None
        self.alias = ""

    def take(self, _line: int, row: Row) -> None:
        for position, cell in enumerate(row):
            label = columns.bare(cell)
            export = _EXPORT.fullmatch(label)
            if export:
                self.exported = _export_day(export[1], cell, self._latest)
            elif columns.FIELDS.get(label) == "pce":
                self.pce = cell_parser.pce(_value_after(row, position), quoted_value(cell))
            elif columns.FIELDS.get(label) == "alias":
                value = _value_after(row, position)
                self.alias = clean(str(unguarded(value)))[:200] if value is not None else ""


def _export_day(text: str, cell: object, latest: date) -> date:
    parsed_day = days.written_day(text)
    if parsed_day is None or not days.EARLIEST <= parsed_day <= latest:
        raise RefusedCell(
            N_(
                "Ligne {line} : « {found} » ne donne pas une date d’export possible. Il faut"
                " « Export du JJ/MM/AAAA »."
            ),
            found=quoted_value(cell),
        )
    return parsed_day


def _value_after(row: Row, position: int) -> object:
    return next((cell for cell in row[position + 1 :] if not cell_parser.is_blank(cell)), None)


class _Lines:
    """The lines under the header, all of one kind."""

    def __init__(self, shape: Shape, ledger: Ledger, head: _Head, kind: FileFormat) -> None:
        self.shape = shape
        self.ledger = ledger
        self.account = ledger.account(head.pce, head.alias)
        takes: dict[FileFormat, Callable[[int, Row], None]] = {
            FileFormat.SHEET_DAILY: self._day,
            FileFormat.SHEET_WEEKLY: self._week,
            FileFormat.SHEET_MONTHLY: self._month,
        }
        self.take = takes[kind]
        self._opening = True

    def _day(self, line: int, row: Row) -> None:
        self.ledger.add_day(self.account, self.shape.day(row), self.shape.values(row), line)

    def _week(self, line: int, row: Row) -> None:
        bounds = days.week(self.shape.cell(row, "day"), self.shape.label("day"))
        self._period(line, row, PeriodKind.WEEK, bounds)

    def _month(self, line: int, row: Row) -> None:
        bounds = days.month(self.shape.cell(row, "day"), self.shape.label("day"))
        self._period(line, row, PeriodKind.MONTH, bounds)

    def _period(self, line: int, row: Row, kind: PeriodKind, bounds: tuple[date, date]) -> None:
        first, last = bounds
        values = self.shape.values(row)
        exported = self.ledger.exported
        running = exported is not None and first <= exported <= last
        if exported is not None and running:
            last = max(first, exported - timedelta(days=1))
        if self._opening or running:
            values.status = Status.PROVISIONAL
        self._opening = False
        self.ledger.add_period(self.account, (kind, first, last), values, line)
