"""Load the text of the clauses: built-in, or the operator's own file."""

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from core.errors import Unreadable
from core.i18n import N_
from core.pdf_fonts import unprintable_in
from data.contracts.files.typesetting import TEMPLATES
from data.contracts.types import Clause

_OURS = TEMPLATES / "clauses.txt"
_VERSION = re.compile(r"version\s*:\s*([A-Za-z0-9][A-Za-z0-9._-]{0,31})")
_MOST = 1024 * 1024
_CLOSED = N_("Les clauses du contrat ne sont pas lisibles dans « {path} » : {why}.")
_TOO_LARGE = N_("Les clauses du contrat sont trop longues dans « {path} ».")
_NOT_TEXT = N_("« {path} » n’est pas un texte en UTF-8 : enregistrez-le ainsi.")
_NO_VERSION = N_(
    "« {path} », ligne 1 : écrivez la version des clauses, comme « version: 2026-12.1 »."
)
_NO_CLAUSE = N_("« {path} » n’a pas de clause : commencez chacune par « # » et son titre.")
_OUTSIDE = N_("« {path} », ligne {line} : ce texte vient avant le premier titre.")
_UNPRINTABLE = N_(
    "« {path} », ligne {line} : le caractère {code} ne peut pas être imprimé. Ce texte est celui"
    " du distributeur, qui doit le corriger."
)
_EMPTY = N_("« {path} », ligne {line} : cette clause n’a pas de titre ou de texte.")


def clauses(path: Path | None = None) -> tuple[str, tuple[Clause, ...]]:
    """Load the clauses and their version from `path`, or the built-in ones.

    The first line is `version: …`; a line starting with `#` is a clause title, an empty line ends a
    paragraph. Raise Unreadable with the fault and its line.
    """
    path = path or _OURS
    lines = _text_of(path).splitlines()
    version = _VERSION.fullmatch(lines[0].strip()) if lines else None
    if version is None:
        raise Unreadable(_NO_VERSION, path=path.name)
    parsed_clauses = tuple(_clauses(lines, path.name))
    if not parsed_clauses:
        raise Unreadable(_NO_CLAUSE, path=path.name)
    return version[1], parsed_clauses


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreadable(_CLOSED, path=path.name, why=why) from error
    if len(content) > _MOST:
        raise Unreadable(_TOO_LARGE, path=path.name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable(_NOT_TEXT, path=path.name) from None
    text = text.replace("\r\n", "\n").replace("\t", " ")
    sign = unprintable_in(text)
    if sign:
        line = text.count("\n", 0, text.index(sign)) + 1
        raise Unreadable(_UNPRINTABLE, path=path.name, line=line, code=f"U+{ord(sign):04X}")
    return text


def _clauses(lines: list[str], path: str) -> Iterator[Clause]:
    for place, (line, title, body) in enumerate(_parts(lines, path), start=1):
        paragraphs = tuple(" ".join(each.split("\n")) for each in re.split(r"\n{2,}", body) if each)
        if not (title and paragraphs):
            raise Unreadable(_EMPTY, path=path, line=line)
        yield Clause(str(place), title, paragraphs)


def _parts(lines: list[str], path: str) -> Iterator[tuple[int, str, str]]:
    """Yield (line, title, text) of each clause."""
    starts = [at for at, line in enumerate(lines) if line.startswith("#")]
    for at, line in enumerate(lines[1 : starts[0] if starts else None], start=1):
        if line.strip():
            raise Unreadable(_OUTSIDE, path=path, line=at + 1)
    for begin, end in pairwise([*starts, len(lines)]):
        body = "\n".join(line.strip() for line in lines[begin + 1 : end]).strip()
        yield begin + 1, lines[begin].strip("# "), body
