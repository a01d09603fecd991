"""Convert CSV of any dialect to rows, and write formula-safe cells."""

import csv
import re
from collections.abc import Iterator, Sequence

from core.errors import Unreadable
from core.i18n import N_
from data.runs.files.sniff import lines_of

_DANGEROUS = frozenset("=+-@\t\r\n＝＋－＠")  # full-width signs also begin a formula
_AFTER_COMMA = re.compile(r"(,\s*)(?=[=+\-@＝＋－＠])")
_DELIMITERS = ";,\t"
MARK = "_"  # some readers treat an apostrophe as a thousands separator
_MISTAKEN = re.compile(
    r"[+-]?[\d.,:/ _T-]*\d[\d.,:/ _TZ-]*(?:e[+-]?\d+)?"
    r"|#?n/?a|-?1\.#(?:ind|qnan)|<na>|-?nan|null|none|true|false|yes|no|t|f|[+-]?inf(?:inity)?",
    re.IGNORECASE | re.ASCII,
)


def guarded(text: str) -> str:
    """Return `text` with an apostrophe in front if a spreadsheet would read it as a formula."""
    return "'" + text if text.lstrip("'")[:1] in _DANGEROUS else text


def marked(text: str) -> str:
    """Return `text` protected from being read as a number, date, boolean, null or formula."""
    return MARK + text if _MISTAKEN.fullmatch(text.strip()) else guarded(text)


def guarded_csv(text: str) -> str:
    """Return `text` guarded also after each comma, where another reader may split cells."""
    return _AFTER_COMMA.sub(r"\1'", guarded(text))


def unguarded(cell: object) -> object:
    """Return the text before `guarded` or `marked`."""
    if not isinstance(cell, str):
        return cell
    was_guarded = cell.startswith("'") and cell.lstrip("'")[:1] in _DANGEROUS
    was_marked = cell.startswith(MARK) and _MISTAKEN.fullmatch(cell[1:].strip())
    return cell[1:] if was_guarded or was_marked else cell


def _delimiter(text: str) -> str:
    """Return the delimiter of the first line that has several cells."""
    for line in text[:65_536].split("\n")[:20]:
        best = max(_DELIMITERS, key=line.count)
        if best in line:
            return best
    return _DELIMITERS[0]


def csv_rows(text: str) -> Iterator[tuple[int, Sequence[str]]]:
    """Yield (line, cells); the line is where the row starts, as quoted cells may contain breaks."""
    reader = csv.reader(lines_of(text), delimiter=_delimiter(text), strict=True)
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
