"""A piece of proof is opened in a process of its own (`data.apart`); this side asks it."""

import base64
import json
import sys
from collections.abc import Sequence
from enum import StrEnum

from data.apart import SECONDS, asked
from data.controls.types.pieces import PieceKind, Word

_PROGRAM = (sys.executable, "-m", "data.controls.files")


class Problem(StrEnum):
    """Why a piece is refused once it was opened."""

    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_PAGE = "no_page"
    ACTIVE = "active"  # scripts, or actions that reach out
    ATTACHED = "attached"  # other files inside
    VIRUS = "virus"
    TOO_LARGE = "too_large"  # in memory or time


class Task(StrEnum):
    JUDGE = "judge"
    READ = "read"
    DRAW = "draw"
    PLACE = "place"


def problem_in(
    kind: PieceKind, content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> Problem | None:
    """What is wrong with a piece, decoded whole, its first page drawn; None when nothing is."""
    said = _asked((*program, Task.JUDGE, kind), content, seconds)
    if said is None:
        return Problem.TOO_LARGE
    return Problem(str(said)) if said else None


def texts_in(
    content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> tuple[str, ...]:
    """The text of each page of a PDF, bounded; nothing when it could not be read."""
    said = _asked((*program, Task.READ, PieceKind.PDF), content, seconds)
    return tuple(map(str, said)) if isinstance(said, list) else ()


def words_in(
    content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> tuple[tuple[Word, ...], ...]:
    """The words of each page of a PDF, bounded, with where each is drawn."""
    said = _asked((*program, Task.PLACE, PieceKind.PDF), content, seconds)
    pages = said if isinstance(said, list) else []
    return tuple(tuple(Word(*word) for word in page) for page in pages)


def drawn_in(
    content: bytes,
    place: int,
    scale: float,
    *,
    seconds: float = SECONDS,
    program: Sequence[str] = _PROGRAM,
) -> tuple[bytes, int] | None:
    """The page *place* (from 0) of a PDF as a PNG, and how many there are; None when undrawn.

    Past the last page, the picture is empty.
    """
    task = (*program, Task.DRAW, PieceKind.PDF, str(place), str(scale))
    said = _asked(task, content, seconds)
    return (base64.b64decode(said["png"]), said["pages"]) if isinstance(said, dict) else None


def _asked(command: Sequence[str], content: bytes, seconds: float) -> object:
    """As `data.apart.asked`, what it printed being JSON."""
    said = asked(command, content, seconds)
    return None if said is None else json.loads(said)
