"""Rows to bytes: CSV as the country's spreadsheets open it, and its XLSX twin."""

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from data.consumption.files.csv_writer import decimal_text
from data.runs.files.texts import guarded, guarded_csv
from data.thresholds.files import columns as c
from data.thresholds.types import MONTHS, Period, Sheet, SheetProblem, SheetRow, ThresholdKind
from i18n import _

_WH = 1000
_WIDTH = 16


def write_csv(rows: Iterable[SheetRow]) -> bytes:
    """UTF-8 with BOM, `;`, decimal comma; the head alone when there is no row: the template."""
    return _csv([c.HEADER, *map(_cells, rows)])


def write_xlsx(rows: Iterable[SheetRow]) -> bytes:
    """The same columns: PCE as text, numbers as numbers."""
    return _xlsx(c.HEADER, map(_cells, rows))


def rejects(sheet: Sheet, problems: Sequence[SheetProblem] = (), *, as_xlsx: bool = False) -> bytes:
    """The refused lines of *sheet* as they were written, and why, to be mended and sent again.

    *problems* are those of its import; without them, those that reading it found.
    """
    reasons: dict[int, list[str]] = {}
    for problem in problems or sheet.problems:
        reasons.setdefault(problem.line, []).append(_(problem.message, **problem.params))
    width = len(sheet.header)
    head = (*sheet.header, _("Ce qui ne va pas"))
    rows = [
        (*_padded(sheet.lines[line], width), " ".join(said))
        for line, said in sorted(reasons.items())
        if line in sheet.lines
    ]
    return _xlsx(head, rows) if as_xlsx else _csv([head, *rows])


def _padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))


def _cells(row: SheetRow) -> tuple[str, ...]:
    draft = row.draft
    fixed = draft.kind in {ThresholdKind.FIXED, ThresholdKind.LOW}
    monthly = fixed and draft.period is Period.MONTH
    months = draft.values_wh if monthly else (None,) * MONTHS
    value = draft.values_wh[0] if fixed and not monthly else None
    relative, missing = draft.kind is ThresholdKind.RELATIVE, draft.kind is ThresholdKind.MISSING
    winter = draft.kind is ThresholdKind.WEATHER
    warn_at = c.NO_WARNING if draft.warn_at is None else str(draft.warn_at)
    return (
        row.pce,
        draft.name,
        c.KIND_WORDS[draft.kind],
        c.PERIOD_WORDS[draft.period],
        decimal_text(value, _WH),
        *(decimal_text(month, _WH) for month in months),
        str(draft.percent) if relative else "",
        str(draft.delay) if missing else "",
        warn_at,
        str(draft.hysteresis),
        str(draft.consecutive),
        draft.valid_from.isoformat() if draft.valid_from else "",
        draft.valid_to.isoformat() if draft.valid_to else "",
        c.SEVERITY_WORDS[draft.severity],
        str(draft.percent) if winter else "",
        str(draft.window) if winter else "",
        draft.learnt_to.isoformat() if winter and draft.learnt_to else "",
        "" if row.reference is None else str(row.reference),
    )


def _csv(rows: Iterable[Sequence[str]]) -> bytes:
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerows([guarded_csv(cell) for cell in row] for row in rows)
    return ("\ufeff" + buffer.getvalue()).encode("utf-8", "replace")


def _xlsx(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Seuils"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(header) - 1, _WIDTH, text)
        sheet.freeze_panes(1, 1)
        for place, name in enumerate(header):
            sheet.write_string(0, place, name, bold)
        for line, row in enumerate(rows, start=1):
            for place, (name, cell) in enumerate(zip(header, row, strict=True)):
                if not cell:
                    continue
                number = _number(cell) if name in c.NUMBERS else None
                if number is None:
                    sheet.write_string(line, place, guarded(cell), text)
                else:
                    sheet.write_number(line, place, number)
    return target.getvalue()


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", "."))
    except ValueError:
        return None
