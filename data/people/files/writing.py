"""The empty sheet to be filled; in a workbook, roles and languages are chosen from a list."""

import csv
from collections.abc import Sequence
from io import BytesIO, StringIO

from xlsxwriter import Workbook

from data.access import Role
from data.people.files import columns as c
from data.people.rules import MOST_LINES
from i18n import _

_WIDTH = 32


def template_csv() -> bytes:
    """UTF-8 with BOM and `;`, as the country's spreadsheets open it."""
    buffer = StringIO(newline="")
    csv.writer(buffer, delimiter=";").writerow(c.HEADER)
    return ("\ufeff" + buffer.getvalue()).encode()


def template_xlsx(roles: Sequence[Role]) -> bytes:
    """The same columns; *roles* are those that may be given."""
    choices = {
        c.ROLE: [c.ROLE_WORDS[role] for role in roles],
        c.LANGUAGE: list(c.LANGUAGE_WORDS.values()),
    }
    target = BytesIO()
    with Workbook(target, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(_("Personnes"))
        bold, text = book.add_format({"bold": True}), book.add_format({"num_format": "@"})
        sheet.set_column(0, len(c.HEADER) - 1, _WIDTH, text)
        sheet.freeze_panes(1, 0)
        for place, name in enumerate(c.HEADER):
            sheet.write_string(0, place, name, bold)
            if name in choices:
                listed = {"validate": "list", "source": choices[name]}
                sheet.data_validation(1, place, MOST_LINES, place, listed)
    return target.getvalue()
