"""Ask the sandboxed decoder (`core.sandbox`) to open a piece of proof."""

import base64
import json
import sys
from collections.abc import Sequence
from enum import StrEnum

from core.sandbox import SECONDS, run_sandboxed
from data.controls.types.pieces import PieceKind, WordBox

_PROGRAM = (sys.executable, "-m", "data.controls.files")


class PieceProblem(StrEnum):
    """Why a piece is refused after decoding."""

    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_PAGE = "no_page"
    ACTIVE = "active"  # scripts, or actions with external effects
    ATTACHED = "attached"  # embedded files
    VIRUS = "virus"
    TOO_LARGE = "too_large"  # exceeds memory or time


class DecoderTask(StrEnum):
    JUDGE = "judge"
    READ = "read"
    DRAW = "draw"
    PLACE = "place"


def problem_in(
    kind: PieceKind, content: bytes, *, seconds: float = SECONDS, program: Sequence[str] = _PROGRAM
) -> PieceProblem | None:
    """Decode a piece entirely and render its first page; return the problem found, or None."""
    result = _run_json((*program, DecoderTask.JUDGE, kind), content, seconds)
    if result is None:
        return PieceProblem.TOO_LARGE
    return PieceProblem(str(result)) if result else None


def texts_in(content: bytes) -> tuple[str, ...]:
    """Return the text of each page of a PDF, within limits; empty when unreadable."""
    result = _run_json((*_PROGRAM, DecoderTask.READ, PieceKind.PDF), content)
    return tuple(map(str, result)) if isinstance(result, list) else ()


def words_in(content: bytes) -> tuple[tuple[WordBox, ...], ...]:
    """Return the words of each page of a PDF with their positions, within limits."""
    result = _run_json((*_PROGRAM, DecoderTask.PLACE, PieceKind.PDF), content)
    pages = result if isinstance(result, list) else []
    return tuple(tuple(WordBox(*word) for word in page) for page in pages)


def drawn_in(content: bytes, place: int, scale: float) -> tuple[bytes, int] | None:
    """Return page `place` (from 0) as PNG and the page count; None when not rendered.

    Past the last page, the image is empty.
    """
    task = (*_PROGRAM, DecoderTask.DRAW, PieceKind.PDF, str(place), str(scale))
    result = _run_json(task, content)
    return (base64.b64decode(result["png"]), result["pages"]) if isinstance(result, dict) else None


def _run_json(command: Sequence[str], content: bytes, seconds: float = SECONDS) -> object:
    """Run a command as `core.sandbox.run_sandboxed` and parse its JSON output."""
    output = run_sandboxed(command, content, seconds)
    return None if output is None else json.loads(output)
