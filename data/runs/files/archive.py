"""Open an untrusted XLSX, with size limits before unpacking and while reading.

It runs for `book` in the sandboxed process, whose limits stop what these checks miss.
"""

import json
import os
import re
import sys
import zlib
from collections.abc import Iterator, Mapping, Sequence
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook

from core import sandbox
from core.errors import Unreadable
from core.i18n import N_
from data.runs.files.book import TOO_BIG, Place, packed

MOST_UNPACKED = 48 * 1024 * 1024
MOST_RATIO = 100
PIECE = 64 * 1024  # bytes unpacked at a time
SMALL = 1024 * 1024  # bytes; the compression ratio of smaller parts is not limited
MOST_ENTRIES = 500
MOST_CELLS = 400_000  # from A1 to the last cell: the reader allocates them all
# of a workbook: several sheets may use the same part
MOST_SHEETS, MOST_IN_ALL = 250, 2 * MOST_CELLS
MOST_LETTERS, MOST_DIGITS = 3, 7  # of a reference: XFD1048576 is the last one
MOST_SHARED = 64 * 1024 * 1024  # cells times the longest shared string

_Formulas = tuple[frozenset[Place], frozenset[Place]]  # all formulas, and those without a value


_KEPT = re.compile(
    r"(?:\[Content_Types\]\.xml|_rels/\.rels|xl/(?!media/).*\.(?:xml|rels))", re.IGNORECASE
)
_ROW = re.compile(rb"<(?:\w+:)?row[\s>/]")
_CELL = re.compile(rb"<(?:\w+:)?c[\s>/]")
_STRING = re.compile(rb"<(?:\w+:)?si[\s>/]")
_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml$", re.IGNORECASE)
# Position, whether the value is a text (possibly empty), and whether there is no value.
_FORMULA = re.compile(
    rb"<(?:\w+:)?c\b(?=[^<>]*?\br\s*=\s*[\"']([A-Za-z]+)(\d+)[\"'])(?=([^<>]*?\bt\s*=\s*[\"']str)?)"
    rb"[^<>]*>\s*<(?:\w+:)?f(?=[\s>/])(?:[^<>]*/>|[^<>]*>[^<]*</(?:\w+:)?f>)?"
    rb"((?:\s*<(?:\w+:)?v\s*/>|\s*<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>)?"
)
_REFERENCE = re.compile(rb"\br\s*=\s*[\"']\s*([A-Za-z]*)(\d+)\s*[\"']")
_DAMAGED = N_(
    "Ce classeur est abîmé et ne peut pas être lu. Refaites le fichier et déposez-le à nouveau."
)


def serve() -> None:
    """Open the workbook on standard input within limits; print its sheets or the refusal."""
    sandbox.bound()
    content = sys.stdin.buffer.read()
    try:
        output: object = opened(content, told=sys.argv[1] == "grids")
        text = json.dumps(output, default=packed)
    except Unreadable as refused:
        text = json.dumps(refused.message)
    except MemoryError:
        text = json.dumps(TOO_BIG)
    sys.stdout.write(text)
    sys.stdout.flush()
    os._exit(0)  # no cleanup of objects left by a hostile workbook


def opened(content: bytes, *, told: bool) -> list[dict[str, object]]:
    """Return the cells of each sheet; with `told`, also its merged cells and formulas.

    Raise Unreadable.
    """
    try:
        safe, longest = _repacked(content)
    except (BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, ValueError):
        raise Unreadable(_DAMAGED) from None
    return _read(safe, longest, with_details=told)


def _repacked(content: bytes) -> tuple[bytes, int]:
    """Return a new archive of the useful parts with true sizes (a header may lie).

    Also return the length of the longest shared string, in bytes.
    """
    with ZipFile(BytesIO(content)) as archive:
        entries = archive.infolist()
        _check_kind({entry.filename for entry in entries})
        _check_sizes(entries)
        parts = {e.filename: _unpacked(archive, e) for e in entries if _KEPT.fullmatch(e.filename)}
    longest = _checked_parts(parts)
    safe = BytesIO()
    with ZipFile(safe, "w", ZIP_STORED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return safe.getvalue(), longest


def _unpacked(archive: ZipFile, entry: ZipInfo) -> bytes:
    """Return a part, read in pieces: in one read it would be inflated beyond its stated size."""
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
        raise Unreadable(N_("C’est un document Word ou PowerPoint, pas un classeur."))
    raise Unreadable(
        N_("C’est une archive ZIP. Décompressez-la et déposez les fichiers qu’elle contient.")
    )


def _check_sizes(entries: list[ZipInfo]) -> None:
    if any(entry.flag_bits & 0x1 for entry in entries):
        raise Unreadable(N_("Cette archive est protégée par un mot de passe. Supprimez-le."))
    if any(entry.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for entry in entries):
        raise Unreadable(_DAMAGED)  # no spreadsheet uses others, which cannot be read in pieces
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > MOST_ENTRIES or unpacked > MOST_UNPACKED:
        raise Unreadable(TOO_BIG)
    for entry in entries:
        if entry.file_size > SMALL and entry.file_size > MOST_RATIO * entry.compress_size:
            raise Unreadable(TOO_BIG)


def _checked_parts(parts: dict[str, bytes]) -> int:
    """Raise Unreadable for entities, far-away cells or long strings, which expand in memory.

    Return the length of the longest shared string.
    """
    for part in parts.values():
        if b"\0" in part or b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise Unreadable(_DAMAGED)
    cells = max((_cells_in(part) for part in parts.values()), default=0)
    longest = max((_longest_string(part) for part in parts.values()), default=0)
    if cells > MOST_CELLS or cells * longest > MOST_SHARED:
        raise Unreadable(TOO_BIG)
    return longest


def _cells_in(part: bytes) -> int:
    """Return the area of the sheet, from written references and from cells without one."""
    rows = _ROW.split(part)
    if len(rows) == 1:
        return 0
    if len(rows) > MOST_CELLS:
        return len(rows)
    height, width = len(rows) - 1, max(len(_CELL.findall(row)) for row in rows)
    for letters, digits in set(_REFERENCE.findall(part)):
        # Readers wrap or go on beyond these limits, so they would find another cell.
        if len(letters) > MOST_LETTERS or len(digits) > MOST_DIGITS or digits.startswith(b"0"):
            raise Unreadable(TOO_BIG)
        height = max(height, int(digits))
        width = max(width, _column(letters))
    return height * width


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = 26 * number + letter - 64
    return number


def _longest_string(part: bytes) -> int:
    strings = _STRING.split(part)
    return max(map(len, strings)) if len(strings) > 1 else 0


def _read(safe: bytes, longest: int, *, with_details: bool) -> list[dict[str, object]]:
    try:
        with CalamineWorkbook.from_object(BytesIO(safe)) as book:
            written = _formulas(safe, book.sheet_names) if with_details else {}
            return [
                _problem_text(sheet, written, with_details=with_details)
                for sheet in _sheets(book, longest)
            ]
    except CalamineError:
        raise Unreadable(_DAMAGED) from None
    except BaseException as error:
        # a panic of the Rust library is not an Exception
        if type(error).__name__ == "PanicException":
            raise Unreadable(_DAMAGED) from None
        raise


def _sheets(book: CalamineWorkbook, longest: int) -> Iterator[CalamineSheet]:
    """Yield each sheet, as long as all together stay within the limits."""
    if len(book.sheet_names) > MOST_SHEETS:
        raise Unreadable(TOO_BIG)
    cells = 0
    for name in book.sheet_names:
        sheet = book.get_sheet_by_name(name)
        height, width = sheet.end or (-1, -1)
        cells += (height + 1) * (width + 1)
        if cells > MOST_IN_ALL or cells * longest > MOST_SHARED:
            raise Unreadable(TOO_BIG)
        yield sheet


def _problem_text(
    sheet: CalamineSheet, written: Mapping[str, _Formulas], *, with_details: bool
) -> dict[str, object]:
    cells = sheet.to_python(skip_empty_area=False)
    if not with_details:
        return {"name": sheet.name, "cells": cells}
    merged = _merged(cells, sheet.merged_cell_ranges or ())
    formulas, bare = written.get(sheet.name, (frozenset(), frozenset()))
    return {
        "name": sheet.name,
        "cells": cells,
        "merged": [(*at, value) for at, value in merged.items()],
        "formulas": list(formulas),
        "bare": list(bare),
    }


def _merged(
    cells: Sequence[Sequence[object]], ranges: Sequence[tuple[Place, Place]]
) -> dict[Place, object]:
    """Return the value of each cell below the first one of a merged range.

    No spreadsheet lets merged ranges overlap: thousands of long ones would take forever to read, so
    they raise Unreadable.
    """
    merged: dict[Place, object] = {}
    for (top, first_column), (bottom, _) in ranges:
        if top < len(cells) and first_column < len(cells[top]):
            value = cells[top][first_column]
            for line in range(top + 1, min(bottom + 1, len(cells))):
                if (line + 1, first_column) in merged:
                    raise Unreadable(_DAMAGED)
                merged[line + 1, first_column] = value
    return merged


def _formulas(safe: bytes, names: Sequence[str]) -> dict[str, _Formulas]:
    """Return the positions of formulas by sheet, and of those without a value.

    The reader does not give them. Sheets and parts are matched in order, as every spreadsheet
    writes them.
    """
    with ZipFile(BytesIO(safe)) as archive:
        parts = {
            int(match[1]): name for name in archive.namelist() if (match := _SHEET.search(name))
        }
        ordered = [archive.read(parts[number]) for number in sorted(parts)]
    return {name: _written(part) for name, part in zip(names, ordered, strict=False)}


def _written(part: bytes) -> _Formulas:
    places: set[Place] = set()
    bare: set[Place] = set()
    for letters, digits, text, nothing in _FORMULA.findall(part):
        at = int(digits[:9]), _column(letters[:4]) - 1
        places.add(at)
        if nothing and not text:
            bare.add(at)
    return frozenset(places), frozenset(bare)
