"""A piece of proof is opened in a process of its own, with little time and memory.

Whoever made it is not known, and the libraries that decode PDF and images are large: one that
works without end, grows or breaks is killed with what it had in hand, and the piece is refused.
Its time is counted on the processor: a machine that is slow today says nothing of a piece, and
what it could not do is to be asked again (Unavailable).
"""

import base64
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path

from data.controls.types.pieces import PieceKind, Word
from data.errors import Unavailable
from i18n import N_

SECONDS = 40.0  # that one is waited for, whatever else the machine does
CPU_SECONDS = 10  # of work that one piece may take; an honest one takes one or two
_ROOT = Path(__file__).parents[3]
_PROGRAM = (sys.executable, "-m", "data.controls.files")
_FROM_OUTSIDE = frozenset({signal.SIGKILL, signal.SIGTERM, signal.SIGALRM})
_SLOW = N_(
    "La machine est très occupée : le fichier n’a pas pu être ouvert. Rien n’est perdu ni refusé :"
    " réessayez dans une minute."
)


class Problem(StrEnum):
    """Why a piece is refused once it was opened."""

    DAMAGED = "damaged"
    ENCRYPTED = "encrypted"
    NO_PAGE = "no_page"
    ACTIVE = "active"  # scripts, or actions that reach out
    ATTACHED = "attached"  # other files inside
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
    """What the process printed; None when its bounds, or the piece, ended it.

    Unavailable when something else did; RuntimeError when it did not start.
    """
    try:
        done = subprocess.run(  # noqa: S603 (our own program, and nothing of it is a user's)
            command,
            input=content,
            capture_output=True,
            cwd=_ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "AWS_"))},
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unavailable(_SLOW) from None
    if done.returncode > 0:  # a fault of ours: a piece that breaks a library ends by a signal
        raise RuntimeError(done.stderr[-2000:].decode("utf-8", "replace"))
    if -done.returncode in _FROM_OUTSIDE:
        raise Unavailable(_SLOW)
    return json.loads(done.stdout) if done.returncode == 0 else None
