"""Read and write sheets of named columns, in CSV or XLSX, for small features."""

import csv
import unicodedata
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from io import BytesIO, StringIO
from itertools import islice
from typing import IO

from xlsxwriter import Workbook

from core.errors import PortalError, TooBig, Unreadable
from core.i18n import N_, _
from data.runs.files.book import sheets
from data.runs.files.refusals import RefusedCell, clean, quoted_value
from data.runs.files.sniff import refuse_known, refuse_markup, text_of
from data.runs.files.texts import csv_rows, guarded, guarded_csv, unguarded
from data.runs.types import SheetProblem, SheetTable

Cells = Mapping[str, object]
Cell = str | int | float | date | None
_ZIP = b"PK\x03\x04"
_CHOSEN = 5000  # lines with a list of choices
_TWICE = N_(
    "Ligne {line} : la colonne « {column} » y est deux fois. Retirez celle qui est en trop."
)


@dataclass(frozen=True, slots=True)
class SheetLayout:
    """How a worksheet looks; with `as_text`, what is typed in its empty cells stays text."""

    name: str
    width: int = 16
    frozen: int = 1  # columns that stay in sight
    as_text: bool = False
    choices: Mapping[str, Sequence[str]] = field(default_factory=dict)


def read_rows(
    content: bytes,
    columns: Sequence[str],
    needed: Collection[str],
    most: int,
    *,
    also: Mapping[str, str] | None = None,
) -> SheetTable:
    """Return the sheet in `content` by `columns`, of which `needed` are required.

    `also` maps other header names, without accents and in lower case, to columns.

    Raise Unreadable when it is not such a sheet, TooBig beyond `most` lines.
    """
    try:
        return _read(
            content, {_bare(column): column for column in columns} | dict(also or {}), needed, most
        )
    except PortalError:
        raise
    except Exception as error:  # any error of a parser is a fault of the file
        raise Unreadable(
            N_("Cette feuille ne peut pas être lue. Repartez du modèle à télécharger.")
        ) from error


def _read(
    content: bytes, known_columns: Mapping[str, str], needed: Collection[str], most: int
) -> SheetTable:
    filled_rows = ((line, row) for line, row in _rows(content) if any(map(_text, row)))
    rows = list(islice(filled_rows, most + 2))  # the header, and one line over the limit
    if not rows:
        raise Unreadable(N_("Cette feuille est vide : repartez du modèle à télécharger."))
    if len(rows) - 1 > most:
        raise TooBig(N_("Cette feuille a plus de {most} lignes : découpez-la."), most=most)
    header = rows[0][1]
    places = _places(header, known_columns, needed)
    if len(rows) == 1:
        raise Unreadable(N_("La feuille n’a aucune ligne sous son en-tête : ajoutez-en."))
    return SheetTable(
        tuple(map(_text, header)),
        {
            line: {name: _cell(row, place) for name, place in places.items()}
            for line, row in rows[1:]
        },
        {line: tuple(map(_text, row)) for line, row in rows[1:]},
    )


def _rows(content: bytes) -> Iterator[tuple[int, Sequence[object]]]:
    refuse_known(content)
    if content.startswith(_ZIP):
        cells = next((sheet for sheet in sheets(content) if sheet), [])
        yield from enumerate(cells, start=1)
    else:
        text = text_of(content)
        if text.lstrip()[:1] == "<":
            refuse_markup(text)
        yield from csv_rows(text)


def _cell(row: Sequence[object], place: int) -> object:
    return unguarded(row[place]) if place < len(row) else None


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat()[:10] if isinstance(value, date) else clean(str(value)[:200])


def _places(
    header: Sequence[object], known_columns: Mapping[str, str], needed: Collection[str]
) -> dict[str, int]:
    places: dict[str, int] = {}
    for place, cell in enumerate(header):
        column = known_columns.get(_bare(str(cell or "")))
        if column in places:
            raise Unreadable(_TWICE, line=1, column=column)
        if column is not None:
            places[column] = place
    for column in needed:
        if column not in places:
            raise Unreadable(
                N_(
                    "Ligne {line} : il manque la colonne « {column} ». Repartez du modèle à"
                    " télécharger."
                ),
                line=1,
                column=column,
            )
    return places


def _bare(text: str) -> str:
    """Return a header without accents, case and unit."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("'", "’"))
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(bare.partition("(")[0].split())


def text_in(cells: Cells, column: str) -> str:
    """Return the text of a cell on one line; "" when empty."""
    return _text(cells.get(column))


def day_in(cells: Cells, column: str) -> date | None:
    """Return the day in a cell, None when empty. Raise RefusedCell."""
    value = cells.get(column)
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    text = text_in(cells, column)
    if not text:
        return None
    for form in ("%d/%m/%Y", "%Y-%m-%d", "%Y-%m-%d %H:%M:%S"):
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 (a day has no zone)
        except ValueError:
            continue
    raise RefusedCell(
        N_(
            "Ligne {line}, colonne « {column} » : « {found} » n’est pas une date. Écrivez-la"
            " 24/11/2026."
        ),
        column=column,
        found=quoted_value(text),
    )  # fmt: skip


def number_in(cells: Cells, column: str) -> str:
    """Return a number cell as text with a decimal comma; XLSX cells hold floats."""
    value = cells.get(column)
    if isinstance(value, float):
        return f"{value:.10f}".rstrip("0").rstrip(".").replace(".", ",")
    return text_in(cells, column)


def problem_of(line: int, error: RefusedCell | PortalError, column: str) -> SheetProblem:
    """Return the problem of a line from `error`; field errors do not name the line themselves."""
    column_name = str(error.params.get("column", column))
    if "{line}" in error.message:
        return SheetProblem(line, column_name, error.message, {"line": line, **error.params})
    sentence = N_("Ligne {line}, colonne « {column} » : {said}")
    params = {"line": line, "column": column_name, "said": _(error.message, **error.params)}
    return SheetProblem(line, column_name, sentence, params)


def rejects(table: SheetTable, problems: Sequence[SheetProblem], *, as_xlsx: bool) -> bytes:
    """Return the refused lines of `table` as written, with the reasons, to correct and resend."""
    reasons: dict[int, list[str]] = {}
    for problem in problems:
        reasons.setdefault(problem.line, []).append(_(problem.message, **problem.params))
    width = len(table.header)
    rows = [
        (*_padded(table.written[line], width), " ".join(reason_texts))
        for line, reason_texts in sorted(reasons.items())
        if line in table.written
    ]
    return write_rows((*table.header, _("Ce qui ne va pas")), rows, as_xlsx=as_xlsx)


def _padded(cells: Sequence[str], width: int) -> tuple[str, ...]:
    return (*cells[:width], *[""] * (width - len(cells)))


def write_rows(
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    *,
    as_xlsx: bool,
    sheet: str = "",
    choices: Mapping[str, Sequence[str]] | None = None,
) -> bytes:
    """Return rows as CSV or as XLSX whose columns are text, and offer a list where in `choices`."""
    if not as_xlsx:
        return write_csv(header, rows)
    target = BytesIO()
    layout = SheetLayout(sheet or _("Feuille"), 18, as_text=True, choices=choices or {})
    write_xlsx(target, header, rows, layout)
    return target.getvalue()


def write_csv(header: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return CSV: UTF-8 with BOM, `;`, decimal comma, ISO dates; None is an empty cell."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", lineterminator="\r\n")
    writer.writerows([_csv_text(cell) for cell in row] for row in (header, *rows))
    return ("\ufeff" + buffer.getvalue()).encode("utf-8", "replace")


def _csv_text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return guarded_csv(cell)
    return cell.isoformat() if isinstance(cell, date) else f"{cell:.15g}".replace(".", ",")


def write_xlsx(
    target: str | IO[bytes],
    header: Sequence[str],
    rows: Iterable[Sequence[Cell]],
    layout: SheetLayout,
) -> None:
    """Write XLSX with real dates and numbers; what is not in memory is written row by row."""
    in_memory = isinstance(target, BytesIO)
    options = {"in_memory": in_memory, "constant_memory": not in_memory}
    with Workbook(target, options | {"strings_to_formulas": False}) as book:
        sheet = book.add_worksheet(layout.name)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter"})
        text = book.add_format({"num_format": "@"})
        dated = book.add_format({"num_format": "dd/mm/yyyy"})
        sheet.set_column(0, len(header) - 1, layout.width, text if layout.as_text else None)
        sheet.freeze_panes(1, layout.frozen)
        for place, title in enumerate(header):
            sheet.write_string(0, place, guarded(title), bold)
            if title in layout.choices:
                listed = {"validate": "list", "source": list(layout.choices[title])}
                sheet.data_validation(1, place, _CHOSEN, place, listed)
        for line, row in enumerate(rows, start=1):
            for place, cell in enumerate(row):
                if isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, dated)
                elif isinstance(cell, str):
                    sheet.write_string(line, place, guarded(cell), text)
                elif cell is not None:
                    sheet.write_number(line, place, cell)
