"""Parse the portal's table (domain.md §6.1) from CSV or a sheet, for one or several PCEs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import chain, islice

from core.errors import Unreadable
from core.i18n import N_
from data.metering.consumption.files import columns
from data.metering.consumption.files.cell_parser import is_blank
from data.metering.consumption.files.layout import Row, Shape, each_line
from data.metering.consumption.files.ledger import Ledger
from data.metering.consumption.files.other_energies import refuse_other_energies
from data.metering.consumption.files.summary_reader import is_summary, read_summary
from data.metering.consumption.types import FileFormat, ReadingsFile
from data.runs.files.refusals import RefusedCell, clean, quoted_value
from data.runs.files.texts import csv_rows, unguarded

_FIRST_LINES = 20  # looked at for the first values of each column
_WANTED = {"day": "Journée gazière", "energy": "Energie (kWh PCS)"}


def read_csv(
    text: str, today: date | None, uses: columns.Uses = columns.AS_WRITTEN
) -> ReadingsFile:
    """Parse a CSV table; raise Unreadable naming line and column."""
    return read_rows(csv_rows(text), FileFormat.CSV, today, uses)


def read_rows(
    rows: Iterator[tuple[int, Row]],
    file_format: FileFormat,
    today: date | None,
    uses: columns.Uses = columns.AS_WRITTEN,
) -> ReadingsFile:
    """Parse `rows` of (line, cells); the first one that is not blank is the header.

    `uses` say what its columns are where its cells do not.
    """
    line, header = next(((n, r) for n, r in rows if not all(map(is_blank, r))), (1, []))
    if not header:
        raise Unreadable(N_("Ce fichier est vide."))
    if is_summary(header):
        return read_summary((line, header), rows, file_format, today)
    header_read = columns.said_header(header, uses)
    try:
        places = columns.columns_of(header_read)
        if not places:
            raise _no_header(header)
        columns.require(places, _WANTED)
    except RefusedCell as error:
        refuse_other_energies(" ; ".join(map(str, header)))
        table_columns = columns.describe(header, uses, columns.first_rows(rows))
        raise columns.unmatched(error, line, table_columns) from None
    shape = Shape(
        header, places, lettered=file_format is not FileFormat.CSV, header_read=header_read
    )
    reader = _Table(shape, len(header))
    reader.ledger = Ledger(today=today)
    first: list[tuple[int, Row]] = []
    each_line(chain(_record_first(islice(rows, _FIRST_LINES), first), rows), reader.take)
    table_columns = columns.describe(header, uses, columns.first_rows(first))
    return replace(reader.ledger.finish(file_format), columns=table_columns)


def _record_first(
    rows: Iterator[tuple[int, Row]], first: list[tuple[int, Row]]
) -> Iterator[tuple[int, Row]]:
    """`rows`, put in `first` as they pass."""
    for row in rows:
        first.append(row)
        yield row


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
            raise RefusedCell(
                N_(
                    "Ligne {line} : l’en-tête a {expected} colonnes, cette ligne en a {found}."
                    " Vérifiez ses séparateurs et ses guillemets."
                ),
                found=len(row),
                expected=self.width,
            )


def _no_header(header: Row) -> RefusedCell:
    header_text = quoted_value(" ; ".join(str(cell) for cell in header[:4]))
    return RefusedCell(
        N_(
            "Ligne {line} : « {found} » n’est pas l’en-tête d’un fichier de relevés. Il faut un"
            " export XLSX de l’Espace Client, un JSON, ou notre CSV (PCE ; Journée gazière ;"
            " Volume (m3) ; Energie (kWh PCS)…)."
        ),
        found=header_text,
    )
