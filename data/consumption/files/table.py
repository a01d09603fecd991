"""Our own table (domain.md §6.1), from CSV of any dialect or from a sheet; several PCE allowed."""

import csv
import re
from collections.abc import Iterator
from datetime import date

from data.consumption.files import columns
from data.consumption.files.cells import is_blank
from data.consumption.files.faults import placed
from data.consumption.files.ledger import Ledger
from data.consumption.files.refused import Refused, clean, shown
from data.consumption.files.shape import Row, Shape, each_line
from data.consumption.files.sniff import lines_of
from data.consumption.types import FileFormat, ReadingsFile
from data.errors import Unreadable
from i18n import N_

_WANTED = {"pce": "PCE", "day": "Journée gazière", "energy": "Energie (kWh PCS)"}
_DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠")  # full-width signs open a formula too
_AFTER_COMMA = re.compile(r"(,\s*)(?=[=+\-@＝＋－＠])")
_DELIMITERS = ";,\t"


def read_csv(text: str, today: date | None) -> ReadingsFile:
    """Raises Unreadable naming line and column."""
    return read_rows(csv_rows(text), FileFormat.CSV, today)


def read_rows(
    rows: Iterator[tuple[int, Row]], file_format: FileFormat, today: date | None
) -> ReadingsFile:
    """The first of *rows* (line, cells) that is not blank is the header."""
    line, header = next(((n, r) for n, r in rows if not all(map(is_blank, r))), (1, []))
    try:
        places = columns.columns_of(header)
        if not places:
            raise _no_header(header)
        columns.require(places, _WANTED)
    except Refused as error:
        raise placed(error, line) from None
    reader = _Table(Shape(header, places, lettered=file_format is not FileFormat.CSV), len(header))
    reader.ledger = Ledger(today=today)
    each_line(rows, reader.take)
    return reader.ledger.finish(file_format)


class _Table:
    def __init__(self, shape: Shape, width: int) -> None:
        self.shape = shape
        self.width = width
        self.ledger = Ledger()
        self._numbers: dict[object, str | None] = {}

    def take(self, line: int, row: Row) -> None:
        self._check_width(row)
        account = self.ledger.account(self._pce(row), self._alias(row))
        self.ledger.add_day(account, self.shape.day(row), self.shape.values(row), line)

    def _pce(self, row: Row) -> str | None:
        cell = unguarded(self.shape.cell(row, "pce"))
        if cell not in self._numbers:
            self._numbers[cell] = self.shape.pce_of(cell)
        return self._numbers[cell]

    def _alias(self, row: Row) -> str:
        cell = unguarded(self.shape.cell(row, "alias"))
        return clean(cell)[:200] if isinstance(cell, str) else ""

    def _check_width(self, row: Row) -> None:
        if len(row) == self.width:
            return
        if len(row) < self.width or any(not is_blank(cell) for cell in row[self.width :]):
            raise Refused(
                N_(
                    "Ligne {line} : elle a {found} colonnes, l’en-tête en a {expected}. Vérifiez"
                    " les séparateurs et les guillemets de cette ligne."
                ),
                found=len(row),
                expected=self.width,
            )


def guarded(text: str) -> str:
    """*text* that no spreadsheet takes for a formula: an apostrophe comes first."""
    return "'" + text if text.lstrip("'")[:1] in _DANGEROUS else text


def guarded_csv(text: str) -> str:
    """As `guarded`, after each comma too: where commas part cells, an alias may be several."""
    return _AFTER_COMMA.sub(r"\1'", guarded(text))


def unguarded(cell: object) -> object:
    """The text that `guarded` was given."""
    if isinstance(cell, str) and cell.startswith("'") and cell.lstrip("'")[:1] in _DANGEROUS:
        return cell[1:]
    return cell


def csv_rows(text: str) -> Iterator[tuple[int, Row]]:
    """(line, cells): the line is where the row starts, a quoted cell may hold several."""
    header = text.lstrip()[:4096].split("\n", 1)[0]
    delimiter = max(_DELIMITERS, key=header.count)
    reader = csv.reader(lines_of(text), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            yield line, row
            line = reader.line_num + 1
    except csv.Error:
        raise Unreadable(
            N_(
                "Ligne {line} : les guillemets de cette ligne ne se referment pas comme il faut."
                " Corrigez-la et déposez à nouveau le fichier."
            ),
            line=line,
        ) from None


def _no_header(header: Row) -> Refused:
    found = shown(" ; ".join(str(cell) for cell in header[:4]))
    return Refused(
        N_(
            "Ligne {line} : « {found} » n’est pas l’en-tête d’un fichier de relevés. Il faut un"
            " export XLSX de l’Espace Client, un JSON, ou notre CSV (PCE ; Journée gazière ;"
            " Volume (m3) ; Energie (kWh PCS)…)."
        ),
        found=found,
    )
