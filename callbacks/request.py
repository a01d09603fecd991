"""Read what a callback needs from its request."""

from collections.abc import Mapping, Sequence
from typing import Any, TypeGuard

from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import N_

MALFORMED = N_("Cette demande est mal formée.")
_DIGITS = 9  # of the largest number that every database takes for a key


def is_key(value: object) -> TypeGuard[int]:
    """Whether *value*, as a browser sent it, may be the key of a row."""
    return isinstance(value, int) and value is not True and 0 < value < NO_ID


def row_seen(seen: Sequence[Any] | None) -> tuple[int, int]:
    """The key and the version of the row that a form shows, as its page keeps them.

    Raises Invalid.
    """
    match seen:
        case [int(key), int(version)] if is_key(key) and is_key(version):
            return key, version
    raise Invalid(MALFORMED)


def uid_of(sent: Mapping[str, Any] | None) -> str:
    """The uid that a store holds, "" when it holds none."""
    return str((sent or {}).get("uid") or "")[:36]


def number_in(text: str) -> int | None:
    """The key that *text* is, as a browser sends it; None when it is none."""
    digits = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if digits else None


def key_pressed(pressed: Mapping[str, Any] | None, gone: str) -> int:
    """The key of the row that a button of a list names. Raises NotFound, which says *gone*."""
    key = number_in(str((pressed or {}).get("id") or ""))
    if not is_key(key):
        raise NotFound(gone)
    return key


def person_in(text: str | None, nobody: str) -> int | None:
    """The person chosen in a list, None for *nobody*. Raises Invalid."""
    person_id = number_in(text or "")
    if person_id is None and text not in {None, nobody}:
        raise Invalid(N_("Cette personne n’est pas de votre organisation."))
    return person_id


def of_pattern(ids: Sequence[Any], values: Sequence[Any], name: str) -> list[tuple[Any, Any]]:
    """What *name* is in the id of each component of a pattern, and its value.

    Invalid when a browser made them up: Dash sends as many values as ids, which are objects.
    """
    if len(ids) != len(values) or not all(isinstance(component_id, dict) for component_id in ids):
        raise Invalid(MALFORMED)
    return [
        (component_id.get(name), value) for component_id, value in zip(ids, values, strict=True)
    ]
