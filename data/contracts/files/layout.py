"""Positions of a contract's fields, in points from the top left of an A4 page."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from data.contracts.types import RESERVED, Party

HEIGHT = 841.89
MARGIN = 56.0
_WIDE = 595.28 - 2 * MARGIN
_GAP = 12.0
_HALF = (_WIDE - _GAP) / 2
_SEAL_TOP, _SEAL_HIGH = 196.0, 118.0
_PER_PAGE = 2
_FIRST_AMENDMENT, _STEP = 134.0, 334.0
_TEXT_HIGH, _SMALL_SEAL = 178.0, 96.0
BELOW_SEALS = _SEAL_TOP + _SEAL_HIGH + 26


@dataclass(frozen=True, slots=True)
class FieldBox:
    """A field: its name, its page (counted from the last, 0) and its position there."""

    name: str
    page: int
    x: float
    y: float
    w: float
    h: float
    party: Party | None  # None: the text of an amendment
    number: int

    @property
    def rect(self) -> tuple[float, float, float, float]:
        """Return the rectangle in PDF coordinates, from the bottom."""
        bottom = HEIGHT - self.y - self.h
        return (self.x, bottom, self.x + self.w, bottom + self.h)


def seal_name(party: Party, number: int) -> str:
    return f"sceau-{number}-{party.value}"


def text_name(number: int) -> str:
    return f"avenant-{number}"


def pages_of_amendments() -> tuple[tuple[int, ...], ...]:
    """Return the amendment numbers of each annexe page."""
    return tuple(
        tuple(range(first, min(first + _PER_PAGE, RESERVED + 1)))
        for first in range(1, RESERVED + 1, _PER_PAGE)
    )


@cache
def boxes() -> Mapping[str, FieldBox]:
    """Return all fields by name, in reading order."""
    return {box.name: box for box in _boxes()}


def _boxes() -> Iterator[FieldBox]:
    annexes = pages_of_amendments()
    for place, party in enumerate(Party):
        x = MARGIN + place * (_HALF + _GAP)
        name = seal_name(party, 0)
        yield FieldBox(name, len(annexes), x, _SEAL_TOP, _HALF, _SEAL_HIGH, party, 0)
    for page, numbers in enumerate(annexes):
        for row, number in enumerate(numbers):
            yield from _amendment(len(annexes) - 1 - page, row, number)


def _amendment(page: int, row: int, number: int) -> Iterator[FieldBox]:
    top = _FIRST_AMENDMENT + row * _STEP
    yield FieldBox(text_name(number), page, MARGIN, top, _WIDE, _TEXT_HIGH, None, number)
    for place, party in enumerate(Party):
        x, y = MARGIN + place * (_HALF + _GAP), top + _TEXT_HIGH + 20
        yield FieldBox(seal_name(party, number), page, x, y, _HALF, _SMALL_SEAL, party, number)
