"""Parse bytes to a table: find its header, and number lines as spreadsheets do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from itertools import islice

from core.errors import PortalError, TooBig, Unreadable
from core.i18n import N_, numeric_day
from data.rights.rules.column_detection import guess_columns, reads_as_data
from data.rights.rules.columns import example, guess, likeness, machine_names
from data.runs.files.book import Grid, grids
from data.runs.files.refusals import clean
from data.runs.files.sniff import refuse_known, refuse_markup, text_of
from data.runs.files.texts import csv_rows, unguarded

MOST_LINES = 100_000
HEADER_WITHIN = 20  # non-blank lines: titles and logos stand above the header
_AS_HEADER = 2  # score of a grid without header
_SAMPLE = 50  # lines from which columns are guessed
LONGEST_CELL = 500
_SHOWN = 3  # cells quoted from an ignored line
_NAMED, _LONGEST_NAME = 5, 31  # sheets, and characters of each name
_EMPTY = N_("Ce fichier est vide : repartez du modèle à télécharger.")
Cells = Sequence[object]
Place = tuple[int, int]  # line, index in the line


@dataclass(frozen=True, slots=True)
class Table:
    """The non-blank lines below the header; cells as their reader returned them."""

    header: tuple[str, ...]  # blank labels when the file has no header
    rows: tuple[tuple[int, Cells], ...]
    xlsx: bool
    merged: Mapping[Place, object] = field(default_factory=dict)  # cell → value of its merged range
    formulas: frozenset[Place] = frozenset()
    bare: frozenset[Place] = frozenset()  # formulas without cached value
    above: tuple[tuple[int, str], ...] = ()  # the ignored lines above the table


def read(content: bytes, known: Mapping[str, str]) -> Table:
    """Parse `content`, CSV or XLSX by its signature, to a table; `known` is as in `columns.guess`.

    Raise Unreadable when it is no table, TooBig when it has too many lines.
    """
    try:
        refuse_known(content)
        table = _book(content, known) if content.startswith(b"PK") else _csv(content, known)
    except PortalError:
        raise
    except Exception as error:  # any exception of a parser means a faulty file
        raise Unreadable(
            N_("Ce fichier ne peut pas être lu. Repartez du modèle à télécharger.")
        ) from error
    if not table.rows:
        raise Unreadable(N_("Ce fichier n’a aucune ligne sous son en-tête : rien à déclarer."))
    if len(table.rows) > MOST_LINES:
        raise TooBig(N_("Ce fichier a plus de {most} lignes : découpez-le."), most=MOST_LINES)
    return table


def columns_in(table: Table, known_labels: Mapping[str, str]) -> dict[str, int]:
    """Return the index of each field's column: by label, or by contents without header."""
    if any(table.header):
        return guess(table.header, known_labels)
    rows = [[text_in(cell) for cell in row] for _, row in table.rows[:_SAMPLE]]
    return guess_columns(rows, len(table.header))


def text_in(value: object) -> str:
    """Return a cell as displayed text: integers without decimal point, ISO dates."""
    if value is None:
        return ""
    if isinstance(value, str):
        plain = value.isprintable() and len(value) <= LONGEST_CELL
        return value.strip() if plain else clean(value[:LONGEST_CELL])
    if isinstance(value, bool):
        return "Vrai" if value else "Faux"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 10**15 else repr(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return value.isoformat() if isinstance(value, date) else clean(str(value)[:LONGEST_CELL])


def day_in(value: object) -> str | None:
    """Return a real date cell as displayed; None for anything else, dates as text included."""
    if not isinstance(value, date):
        return None
    at = value if isinstance(value, datetime) and value.time() != time() else None
    return numeric_day(value) + (f" {at:%H:%M}" if at else "")


def _csv(content: bytes, known_labels: Mapping[str, str]) -> Table:
    text = text_of(content)
    if text.lstrip()[:1] == "<":
        refuse_markup(text)
    return _table(Grid(list(csv_rows(text))), known_labels, xlsx=False)


def _book(content: bytes, known_labels: Mapping[str, str]) -> Table:
    """Return the sheet most like ours among those with lines; raise Unreadable if several are."""
    filled_grids = [grid for grid in grids(content) if _filled(grid)]
    if not filled_grids:
        raise Unreadable(_EMPTY)
    scores = {grid.name: _top(grid, known_labels).score for grid in filled_grids}
    tables = {grid.name: _table(grid, known_labels, xlsx=True) for grid in filled_grids}
    filled = [name for name, table in tables.items() if table.rows]
    best = max(filled or tables, key=lambda name: scores[name])
    # A list of sites has some of our columns; another sheet to declare has most of them.
    similar_names = [name for name in filled if scores[name] > max(1, scores[best] // 2)]
    if len(similar_names) > 1:
        raise Unreadable(
            N_(
                "Plusieurs feuilles de ce classeur ont des lignes à déclarer ({sheets}) :"
                " réunissez-les, ou déposez un fichier pour chacune."
            ),
            sheets=", ".join(
                f"«\u00a0{name[:_LONGEST_NAME]}\u00a0»" for name in similar_names[:_NAMED]
            ),
        )
    return tables[best]


@dataclass(frozen=True, slots=True)
class _Top:
    """Where the lines of a grid begin, and its header if any."""

    first: int
    header: int | None = None
    score: int = _AS_HEADER  # number of known labels


def _top(grid: Grid, known_labels: Mapping[str, str]) -> _Top:
    """Return the line with most known labels; with fewer than two, the one above the data.

    A header is never looked for below a line that reads as data, which would be lost.
    """
    filled = ((at, tuple(map(text_in, row))) for at, (_, row) in enumerate(grid.rows))
    heads = list(islice(((at, head) for at, head in filled if any(head)), HEADER_WITHIN))
    scores = [likeness(head, known_labels) for _, head in heads]
    data = (n for n, (_, head) in enumerate(heads) if reads_as_data(head, scores[n]))
    until = next(data, None)
    best = max(scores[:until], default=0)
    if best > 1 or (until is None and heads):
        at = heads[scores.index(best) if best else 0][0]
        return _Top(at + 1, at, best)
    if not until:
        return _Top(heads[0][0] if heads else 0)
    at, last = heads[until - 1]
    if 2 * sum(map(bool, last)) > sum(map(bool, heads[until][1])):
        return _Top(at + 1, at, best)
    return _Top(heads[until][0])  # only a title


def _table(grid: Grid, known_labels: Mapping[str, str], *, xlsx: bool) -> Table:
    if not _filled(grid):
        raise Unreadable(_EMPTY)
    top = _top(grid, known_labels)
    at = top.header
    header = _blank(grid) if at is None else tuple(map(text_in, grid.rows[at][1]))
    rows = grid.rows[top.first :]
    if rows and machine_names([text_in(cell) for cell in rows[0][1]]):
        rows = rows[1:]
    filled = tuple((line, cells) for line, row in rows if (cells := _cells(row)))
    above = _above(grid, top.first if at is None else at)
    return Table(header, filled, xlsx, grid.merged, grid.formulas, grid.bare, above)


def _filled(grid: Grid) -> bool:
    """Return whether a cell is not blank."""
    return any(text_in(cell) for _, row in grid.rows for cell in row)


def _above(grid: Grid, until: int) -> tuple[tuple[int, str], ...]:
    """Return the non-blank lines before `until`, with the text of their first cells."""
    line_texts = ((line, [text for cell in row if (text := text_in(cell))])
            for line, row in grid.rows[:until])  # fmt: skip
    return tuple((line, " · ".join(texts[:_SHOWN])) for line, texts in line_texts if texts)


def _blank(grid: Grid) -> tuple[str, ...]:
    """Return a header of blank labels, as wide as the first lines."""
    filled = (
        place + 1
        for _, row in grid.rows[:HEADER_WITHIN]
        for place, cell in enumerate(row)
        if text_in(cell)
    )
    return ("",) * max(filled)


def _cells(row: Sequence[object]) -> Cells:
    """Return the cells of a line, or nothing for a blank line or an example of the template."""
    texts = [cell for cell in row if isinstance(cell, str)]
    line_text = "".join(texts)
    if not line_text.strip() and all(cell is None or isinstance(cell, str) for cell in row):
        return ()
    if ":" in line_text and example(texts):
        return ()
    return tuple(map(unguarded, row)) if "'" in line_text else tuple(row)
