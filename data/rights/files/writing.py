"""The template of a file of declarations, and the lines of one to be written again."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from data.rights.rules.adict import FLAGS, ROLES
from data.rights.rules.columns import LABELS, REASON
from data.rights.types import Rejects
from data.runs.files.texts import guarded, guarded_csv
from i18n import _

_WIDTH = 22
_READY = 1000  # lines of the template that offer choices and are text


def write_template(rows: Iterable[Mapping[str, str]] = (), *, as_xlsx: bool) -> bytes:
    """Every column; *rows* by field fill it in. XLSX has the names of ADICT in a hidden line."""
    lines = [[row.get(name, "") for name in LABELS] for row in rows]
    header = tuple(LABELS.values())
    return _xlsx(header, lines, template=True) if as_xlsx else _csv(header, lines)


def write_rejects(rejects: Rejects, *, as_xlsx: bool) -> bytes:
    """The same columns as the file had, and why: to be mended, and deposited again."""
    width = len(rejects.header)
    kept = [place for place, label in enumerate(rejects.header) if label != REASON]
    lines = []
    for line in rejects.lines:
        cells = [*line.cells[:width], *[""] * (width - len(line.cells))]
        reasons = " ".join(_(sentence, **params) for sentence, params in line.reasons)
        lines.append([*(cells[place] for place in kept), reasons])
    header = (*(rejects.header[place] for place in kept), REASON)
    return _xlsx(header, lines, template=False) if as_xlsx else _csv(header, lines)


def _csv(header: Sequence[str], lines: Iterable[Sequence[str]]) -> bytes:
    """UTF-8 with BOM and `;`, as the country's spreadsheets open it."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";")
    writer.writerow(header)
    writer.writerows([guarded_csv(cell) for cell in line] for line in lines)
    return ("\ufeff" + buffer.getvalue()).encode("utf-8", "replace")


def _xlsx(header: Sequence[str], lines: Iterable[Sequence[str]], *, template: bool) -> bytes:
    """Every cell is text: no zero is lost."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Droits d’accès"))
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        sheet.set_column(0, len(header) - 1, _WIDTH, text)
        for place, label in enumerate(header):
            sheet.write_string(0, place, label, bold)
        first = 1
        if template:
            first = 2
            sheet.set_row(1, None, None, {"hidden": True})
            for place, name in enumerate(LABELS):
                sheet.write_string(1, place, name, text)
                choices = _choices(name)
                if choices:
                    sheet.data_validation(
                        2, place, _READY, place, {"validate": "list", "source": choices}
                    )
        sheet.freeze_panes(first, 1)
        for at, line in enumerate(lines, start=first):
            for place, cell in enumerate(line):
                sheet.write_string(at, place, guarded(cell), text)
    return target.getvalue()


def _choices(name: str) -> list[str]:
    if name == "role_tiers":
        return list(ROLES.values())
    return ["OUI", "NON"] if name in FLAGS.values() else []
