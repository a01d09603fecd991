"""Write controls as a file: the grid's columns, formula-safe."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from io import StringIO
from itertools import chain, islice
from typing import IO

from xlsxwriter import Workbook

from core.i18n import N_, PARIS, _, numeric_day
from data.controls.rules.labels import MOTIVES, STATES
from data.controls.types import ControlRow
from data.runs.files.texts import guarded, guarded_csv

_BATCH = 500
_OURS = N_("Chargé de compte")
_COLUMNS = (
    (N_("PCE"), 18),
    (N_("Libellé du site"), 30),
    (N_("Dénomination du client"), 30),
    (N_("Tiers"), 24),
    (N_("Statut"), 28),
    (N_("Date limite de transmission"), 14),
    (N_("Nombre de jours restants"), 12),
    (N_("Demandée le"), 14),
    (N_("Envoyée le"), 14),
    (N_("Décidée le"), 14),
    (N_("Motif"), 40),
    (N_("Référence du contrôle"), 38),
    (_OURS, 24),
)
Cell = str | int | date | None


def write_csv(rows: Iterable[ControlRow], *, staff: bool) -> Iterator[bytes]:
    """Yield CSV: UTF-8 with BOM, `;`, JJ/MM/AAAA, a few hundred lines at a time."""
    lines = chain(
        [[_(name) for name, _width in _visible_columns(staff)]],
        (_cells(row, staff=staff) for row in rows),
    )
    mark = "\ufeff"
    while batch := list(islice(lines, _BATCH)):
        buffer = StringIO(newline="")
        writer = csv.writer(buffer, delimiter=";")
        writer.writerows([_text(cell) for cell in line] for line in batch)
        yield (mark + buffer.getvalue()).encode("utf-8", "replace")
        mark = ""


def write_xlsx(rows: Iterable[ControlRow], target: IO[bytes], *, staff: bool) -> None:
    """Write the same columns: PCE as text, real dates, numeric cells."""
    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with Workbook(target, options) as book:
        sheet = book.add_worksheet(_("Contrôles"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.freeze_panes(1, 1)
        for place, (name, width) in enumerate(_visible_columns(staff)):
            sheet.set_column(place, place, width)
            sheet.write_string(0, place, _(name), bold)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(_cells(row, staff=staff)):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, dated)
                elif isinstance(cell, int):
                    sheet.write_number(line, place, cell)
                elif cell:
                    sheet.write_string(line, place, guarded(cell), text)


def _visible_columns(staff: bool) -> Sequence[tuple[str, int]]:  # noqa: FBT001 (of the reader)
    """Return the columns of the reader; only staff see the owner of a control."""
    return [column for column in _COLUMNS if staff or column[0] != _OURS]


def _cells(row: ControlRow, *, staff: bool) -> Sequence[Cell]:
    state = STATES[row.state] if row.closed_at is None else N_("Droit terminé")
    return [
        row.number,
        row.site,
        row.holder,
        row.third_party,
        _(state),
        row.due_on,
        row.days_left if row.open else None,
        *(
            at.astimezone(PARIS).date() if at else None
            for at in (row.opened_at, row.sent_at, row.decided_at)
        ),
        _(MOTIVES[row.motive]) if row.motive else "",
        row.uid,
        *([row.owner] if staff else []),
    ]


def _text(cell: Cell) -> str:
    """Return a CSV cell; negative numbers are not treated as formulas."""
    if isinstance(cell, str):
        return guarded_csv(cell)
    if isinstance(cell, date):
        return numeric_day(cell)
    return "" if cell is None else str(cell)
