"""Locate each word of a PDF as fractions of its page, for marks over its image."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pypdfium2 import PdfPage, PdfTextPage

MOST_PAGES = 30  # pages read; a mandate has one or two
MOST_SIGNS = 40_000  # a mandate has five thousand, its list of 500 PCEs thirty thousand
_FINE = 100_000  # units in which the library divides a page's side
_WORN = {0x2: "", 0xAD: "", 0xFFFE: ""}  # soft hyphens, as the library reports them
Box = tuple[int, int, int, int]  # left, top, right, bottom, in those units


def placed(content: bytes) -> list[list[tuple[str, float, float, float, float]]]:
    """Return each page's words with left, top, width and height between 0 and 1.

    They follow the rotation and cropping of the rendered page; words outside are left out.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    pages: list[list[tuple[str, float, float, float, float]]] = []
    remaining = MOST_SIGNS
    try:
        document = PdfDocument(content)
        for place in range(min(len(document), MOST_PAGES)):
            page = document[place]
            signs = page.get_textpage()
            count = min(signs.count_chars(), remaining)
            pages.append([_fractions(*word) for word in _words(page, signs, count)])
            remaining -= count
    except (PdfiumError, MemoryError):
        return pages
    return pages


def _words(page: PdfPage, signs: PdfTextPage, count: int) -> Iterator[tuple[str, Box]]:
    from pypdfium2.raw import FPDFText_GetUnicode

    codes = [FPDFText_GetUnicode(signs, place) for place in range(count)]
    characters = [_WORN.get(code, chr(code) if code <= sys.maxunicode else "") for code in codes]
    for blank, places in groupby(range(count), lambda place: characters[place].isspace()):
        visible_places = [] if blank else [place for place in places if characters[place]]
        boxes = [box for place in visible_places if (box := _box(page, signs, place)) is not None]
        if boxes:
            lefts, tops, rights, bottoms = zip(*boxes, strict=True)
            text = "".join(characters[place] for place in visible_places)
            yield text, (min(lefts), min(tops), max(rights), max(bottoms))


def _box(page: PdfPage, signs: PdfTextPage, place: int) -> Box | None:
    """Return the box of a character on the page as drawn; None if it is outside."""
    from ctypes import c_int

    from pypdfium2.raw import FPDF_PageToDevice

    left, bottom, right, top = signs.get_charbox(place, loose=True)
    ends: list[tuple[int, int]] = []
    for x, y in ((left, top), (right, bottom)):
        across, down = c_int(), c_int()
        FPDF_PageToDevice(page, 0, 0, _FINE, _FINE, 0, x, y, across, down)
        ends.append((across.value, down.value))
    (first, upper), (last, lower) = ends
    box = min(first, last), min(upper, lower), max(first, last), max(upper, lower)
    inside = box[0] < _FINE and box[1] < _FINE and box[2] > 0 and box[3] > 0
    return box if inside else None


def _fractions(text: str, box: Box) -> tuple[str, float, float, float, float]:
    left, top, right, bottom = (min(max(side, 0), _FINE) / _FINE for side in box)
    return text, left, top, round(right - left, 5), round(bottom - top, 5)
