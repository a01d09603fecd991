"""Parse successive JSON objects: exact numbers, and faults with their line."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from core.errors import Unreadable
from core.i18n import N_
from data.runs.files.refusals import quoted_value

MOST_OBJECTS = 800_000
MOST_VALUES = 2_500_000
OVERSIZED = N_(
    "Ce fichier JSON est trop volumineux. Découpez la période demandée en plusieurs fichiers."
)
_BLANK = re.compile(r"[\s,\ufeff]*")
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\{', re.DOTALL)


def _number(text: str) -> Decimal:
    try:
        return Decimal(text)
    except InvalidOperation:  # the exponent is too large for Decimal; the caller refuses NaN
        return Decimal("NaN")


def _constant(_text: str) -> Decimal:
    return Decimal("NaN")


_DECODER = json.JSONDecoder(parse_float=_number, parse_constant=_constant)
_MEMBERS = json.JSONDecoder(object_pairs_hook=list, parse_float=_number, parse_constant=_constant)


def objects(text: str) -> Iterator[tuple[int, object]]:
    """Yield (line, value) of each JSON value in `text`, whether or not they are separated.

    Raise Unreadable for broken or oversized text.
    """
    if text.count("{") + text.count("[") > MOST_OBJECTS or text.count(",") > MOST_VALUES:
        raise Unreadable(OVERSIZED)
    line, line_start, at = 1, 0, _skip(text, 0)
    while at < len(text):
        line, line_start = line + text.count("\n", line_start, at), at
        value, after = _decoded(text, at)
        yield line, value
        at = _skip(text, after)


def members(text: str) -> list[tuple[str, object]]:
    """Return the members of the object in `text`, in order, keeping duplicate names."""
    pairs: list[tuple[str, object]] = _MEMBERS.raw_decode(text, _skip(text, 0))[0]
    return pairs


def _skip(text: str, at: int) -> int:
    match = _BLANK.match(text, at)
    return match.end() if match else at


def _decoded(text: str, at: int) -> tuple[object, int]:
    try:
        return _DECODER.raw_decode(text, at)
    except json.JSONDecodeError as error:
        raise _broken(text, error) from None
    except RecursionError:
        raise Unreadable(
            N_("Ligne {line} : ce JSON est imbriqué sur trop de niveaux. Refaites l’export."),
            line=text.count("\n", 0, at) + 1,
        ) from None
    except ValueError:  # an integer of more than 4,300 digits
        raise Unreadable(
            N_("Ligne {line} : ce JSON contient un nombre trop grand. Refaites l’export."),
            line=text.count("\n", 0, at) + 1,
        ) from None


def _broken(text: str, error: json.JSONDecodeError) -> Unreadable:
    if error.pos >= len(text.rstrip()) or error.msg.startswith("Unterminated"):
        return Unreadable(
            N_(
                "Ligne {line}, colonne {column} : le fichier s’arrête au milieu d’une donnée."
                " Refaites l’export et déposez-le entier."
            ),
            line=error.lineno,
            column=error.colno,
        )
    return Unreadable(
        N_(
            "Ligne {line}, colonne {column} : « {found} » n’est pas du JSON valide. Refaites"
            " l’export sans le modifier."
        ),
        line=error.lineno,
        column=error.colno,
        found=quoted_value(text[error.pos : error.pos + 20].split("\n", maxsplit=1)[0]),
    )


def line_of(text: str, document: object, target: object) -> int:
    """Return the line where the object `target` of `document` starts, for error messages."""
    remaining_count = _opened_before(document, target)
    for token in _TOKEN.finditer(text):
        if token.group() == "{":
            if remaining_count == 0:
                return text.count("\n", 0, token.start()) + 1
            remaining_count -= 1
    return 1


def _opened_before(document: object, target: object) -> int:
    """Count the objects that start before `target` in document order."""
    count, waiting = 0, [document]
    while waiting:
        value = waiting.pop()
        if value is target:
            return count
        if isinstance(value, dict):
            count += 1
            waiting.extend(reversed(value.values()))
        elif isinstance(value, list):
            waiting.extend(reversed(value))
    return count
