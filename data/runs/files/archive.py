"""An XLSX opened without trusting it: counted before unpacking, and again before reading."""

import re
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from data.errors import Unreadable
from i18n import N_

MOST_BYTES = 16 * 1024 * 1024
MOST_UNPACKED = 48 * 1024 * 1024
MOST_RATIO = 100
PIECE = 64 * 1024  # octets unpacked at a time
SMALL = 1024 * 1024  # a small part may shrink any amount: it stays small
MOST_ENTRIES = 500
MOST_CELLS = 400_000  # the box from A1 to the last cell, which the reader allocates whole
MOST_SHARED = 64 * 1024 * 1024  # cells times the longest shared string

Cells = list[list[object]]
Place = tuple[int, int]
_Formulas = tuple[frozenset[Place], frozenset[Place]]  # all, and those without a value


@dataclass(frozen=True, slots=True)
class Grid:
    """The numbered rows of one sheet, and its cells that are not plain values."""

    rows: Sequence[tuple[int, Sequence[object]]]
    merged: Mapping[tuple[int, int], object] = field(default_factory=dict)  # (line, place) → value
    formulas: frozenset[tuple[int, int]] = frozenset()
    bare: frozenset[tuple[int, int]] = frozenset()  # the formulas that nobody ever worked out
    name: str = ""  # of the sheet


_KEPT = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|xl/(?!media/).*\.(?:xml|rels))", re.IGNORECASE
)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_STRING = re.compile(rb"<(?:\w+:)?si[\s>/]")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml$", re.IGNORECASE)
# Where it is, whether its value is a text, which may be empty, and whether no value follows.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b(?=[^<>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"'])(?=([^<>]*?\bt\s*=\s*[\"']str)?)"
    rb"[^<>]*>\s*<(?:\w+:)?f(?=[\s>/])(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)?"
    rb"((?:\s*<(?:\w+:)?v\s*/>|\s*<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>)?"
)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)\s*[\"']")
_TOO_BIG = N_(
    "Ce classeur se déplie en un contenu démesuré. Ce n’est pas un export de relevés : refaites"
    " l’export."
)
_DAMAGED = N_(
    "Ce classeur est abîmé et ne peut pas être lu. Refaites l’export et déposez-le à nouveau."
)


def sheets(content: bytes) -> list[Cells]:
    """The cells of each sheet, from A1 on, so that line n is at n - 1."""
    return [[list(row) for _, row in grid.rows] for grid in _opened(content, told=False)]


def grids(content: bytes) -> list[Grid]:
    """Each sheet, with what its merged cells stand for and where its formulas are."""
    return _opened(content, told=True)


def _opened(content: bytes, *, told: bool) -> list[Grid]:
    if len(content) > MOST_BYTES:
        raise Unreadable(_TOO_BIG)
    try:
        safe = _repacked(content)
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise Unreadable(_DAMAGED) from None
    return _read(safe, told=told)


def _repacked(content: bytes) -> bytes:
    """The useful parts in a new archive whose sizes are true: a header may lie about them."""
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        _check_kind({entry.filename for entry in entries})
        _check_sizes(entries)
        parts = {e.filename: _unpacked(archive, e) for e in entries if _KEPT.fullmatch(e.filename)}
    _check_parts(parts)
    safe = BytesIO()
    with ZipFile(safe, "w", ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return safe.getvalue()


def _unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    """A part, by pieces: all at once would be inflated whole before it is cut to its said size."""
    with archive.open(entry) as part:
        return b"".join(iter(lambda: part.read(PIECE), b""))


def _check_kind(names: set[str]) -> None:
    if "xl/vbaProject.bin" in names:
        raise Unreadable(
            N_("Ce classeur contient des macros. Enregistrez-le en .xlsx, sans macro.")
        )
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        raise Unreadable(N_("C’est un classeur binaire (.xlsb). Enregistrez-le en .xlsx."))
    if "content.xml" in names:
        raise Unreadable(N_("C’est un document OpenDocument (.ods). Enregistrez-le en .xlsx."))
    if "word/document.xml" in names or "ppt/presentation.xml" in names:
        raise Unreadable(N_("C’est un document Word ou PowerPoint, pas un classeur de relevés."))
    raise Unreadable(
        N_("C’est une archive ZIP. Décompressez-la et déposez les fichiers qu’elle contient.")
    )


def _check_sizes(entries: list[ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable(N_("Cette archive est protégée par un mot de passe. Ôtez-le."))
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise Unreadable(_DAMAGED)  # no spreadsheet writes others, which cannot be read by pieces
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise Unreadable(_TOO_BIG)
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * entry.compress_size:
            raise Unreadable(_TOO_BIG)


def _check_parts(parts: dict[str, bytes]) -> None:
    """What a small file can still blow up: entities, a far-away cell, one long string repeated."""
    for part in parts.values():
        if b"\0" in part or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise Unreadable(_DAMAGED)
    cells = max((_cells_in(part) for part in parts.values()), default=0)
    longest = max((_longest_string(part) for part in parts.values()), default=0)
    if cells > MOST_CELLS or cells * longest > MOST_SHARED:
        raise Unreadable(_TOO_BIG)


def _cells_in(part: bytes) -> int:
    """The area of the sheet's box, written references and bare cells both counted."""
    rows = _ROW.split(part)
    if len(rows) == 1:
        return 0
    if len(rows) > MOST_CELLS:
        return len(rows)
    height, width = len(rows) - 1, max(len(_CELL.findall(row)) for row in rows)
    for letters, digits in set(_REFERENCE.findall(part)):
        height = max(height, int(digits[:9]))
        width = max(width, _column(letters[:4]))
    return height * width


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _longest_string(part: bytes) -> int:
    strings = _STRING.split(part)
    return max(map(len, strings)) if len(strings) > 1 else 0


def _read(safe: bytes, *, told: bool) -> list[Grid]:
    try:
        with CalamineWorkbook.from_object(BytesIO(safe)) as book:
            written = _formulas(safe, book.sheet_names) if told else {}
            return [_grid(book.get_sheet_by_name(name), written) for name in book.sheet_names]
    except CalamineError:
        raise Unreadable(_DAMAGED) from None
    except BaseException as error:
        if type(error).__name__ == "PanicException":  # a panic of the Rust side is no Exception
            raise Unreadable(_DAMAGED) from None
        raise


def _grid(sheet: CalamineSheet, formulas: Mapping[str, _Formulas]) -> Grid:
    cells = sheet.to_python(skip_empty_area=False)
    merged = _merged(cells, sheet.merged_cell_ranges or ())
    told, bare = formulas.get(sheet.name, (frozenset(), frozenset()))
    return Grid(list(enumerate(cells, start=1)), merged, told, bare, sheet.name)


def _merged(
    cells: Sequence[Sequence[object]], ranges: Sequence[tuple[Place, Place]]
) -> dict[Place, object]:
    """What stands for the cells under a merged one.

    No spreadsheet lets two merges overlap: thousands of them, each as long as the sheet, are made
    to be read for ever.
    """
    merged: dict[Place, object] = {}
    for (top, left), (bottom, _) in ranges:
        if top < len(cells) and left < len(cells[top]):
            value = cells[top][left]
            for line in range(top + 1, min(bottom + 1, len(cells))):
                if (line + 1, left) in merged:
                    raise Unreadable(_DAMAGED)
                merged[line + 1, left] = value
    return merged


def _formulas(safe: bytes, names: Sequence[str]) -> dict[str, _Formulas]:
    """By sheet, where its formulas are, and those without a value: a reader is not told.

    Sheets are matched with their parts in order, as every spreadsheet writes them.
    """
    with ZipFile(BytesIO(safe)) as archive:
        parts = {
            int(found[1]): name for name in archive.namelist() if (found := _SHEET.search(name))
        }
        ordered = [archive.read(parts[number]) for number in sorted(parts)]
    return {name: _written(part) for name, part in zip(names, ordered, strict=False)}


def _written(part: bytes) -> _Formulas:
    found: set[Place] = set()
    bare: set[Place] = set()
    for letters, digits, text, nothing in _FORMULA.findall(part):
        at = int(digits[:9]), _column(letters[:4]) - 1
        found.add(at)
        if nothing and not text:
            bare.add(at)
    return frozenset(found), frozenset(bare)
