"""Write parts as a workbook, line by line, so that memory stays bounded."""

from pathlib import Path
from typing import IO, Any

from xlsxwriter import Workbook

from core.errors import Invalid
from core.i18n import N_
from data.exports.files.columns import COLUMNS, ValueSort, cells_of, write_cell
from data.exports.rules import SHEET_ROWS
from data.exports.types import Content, PceExtract

TOO_LONG = N_(
    "Un classeur XLSX tient {most} lignes au plus : choisissez le CSV, ou un fichier par PCE."
)


class Worksheet:
    """One worksheet; it must be closed, or its temporary files stay in `folder`."""

    def __init__(self, target: str | IO[bytes], content: Content, folder: Path) -> None:
        options = {"constant_memory": True, "strings_to_formulas": False, "tmpdir": str(folder)}
        self._book: Any = Workbook(target, options)
        self._sheet = self._book.add_worksheet("Export")
        self._content, self._columns = content, COLUMNS[content]
        self._forms = {
            ValueSort.DAY: self._book.add_format({"num_format": "dd/mm/yyyy"}),
            ValueSort.TEXT: self._book.add_format({"num_format": "@"}),
        }
        self._line = 0
        self._head()

    def _head(self) -> None:
        bold = self._book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        for place, column in enumerate(self._columns):
            self._sheet.set_column(place, place, column.width)
        self._sheet.freeze_panes(1, 1)
        for place, column in enumerate(self._columns):
            self._sheet.write_string(0, place, column.title, bold)

    def add(self, part: PceExtract) -> None:
        """Add rows; raise Invalid when they exceed a worksheet."""
        if self._line + part.count > SHEET_ROWS:
            raise Invalid(TOO_LONG, most=SHEET_ROWS)
        for row in part.rows:
            self._line += 1
            cells = cells_of(self._content, part, row)
            for place, (cell, column) in enumerate(zip(cells, self._columns, strict=False)):
                write_cell(self._sheet, (self._line, place), cell, column.sort, self._forms)

    def close(self) -> None:
        self._book.close()
