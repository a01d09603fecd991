"""Ask the sandboxed decoder (`core.sandbox`) to open a piece of proof."""

import base64
import json
import sys
from collections.abc import Sequence
from enum import StrEnum

from core.sandbox import SECONDS, run_sandboxed
from data.controls.types.pieces import PieceKind, Word

_PROGRAM = (sys.executable, "-m", "data.controls.files")


class PieceProblem(StrEnum):
    """Why a piece is refused once it was opened."""

    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_PAGE = "no_page"
    ACTIVE = "active"  # scripts, or actions that reach out
    ATTACHED = "attached"  # other files inside
    VIRUS = "virus"
    TOO_LARGE = "too_large"  # in memory or time


class DecoderTask(StrEnum):
    JUDGE = "judge"
    READ = "read"
    DRAW = "draw"
    PLACE = "place"


def problem_in(
    kind: PieceKind, content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> PieceProblem | None:
    """What is wrong with a piece, decoded whole, its first page drawn; None when nothing is."""
    result = _run_json((*program, DecoderTask.JUDGE, kind), content, seconds)
    if result is None:
        return PieceProblem.TOO_LARGE
    return PieceProblem(str(result)) if result else None


def texts_in(
    content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> tuple[str, ...]:
    """The text of each page of a PDF, bounded; nothing when it could not be read."""
    result = _run_json((*program, DecoderTask.READ, PieceKind.PDF), content, seconds)
    return tuple(map(str, result)) if isinstance(result, list) else ()


def words_in(
    content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> tuple[tuple[Word, ...], ...]:
    """The words of each page of a PDF, bounded, with where each is drawn."""
    result = _run_json((*program, DecoderTask.PLACE, PieceKind.PDF), content, seconds)
    pages = result if isinstance(result, list) else []
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
    task = (*program, DecoderTask.DRAW, PieceKind.PDF, str(place), str(scale))
    result = _run_json(task, content, seconds)
    return (base64.b64decode(result["png"]), result["pages"]) if isinstance(result, dict) else None


def _run_json(command: Sequence[str], content: bytes, seconds: float) -> object:
    """As `core.sandbox.run_sandboxed`, what it printed being JSON."""
    output = run_sandboxed(command, content, seconds)
    return None if output is None else json.loads(output)
