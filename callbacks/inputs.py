"""Read what a callback needs from its request."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeGuard, TypeVar

from dash import Input, State

from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import N_

D = TypeVar("D", Input, State)
Sent = dict[str, Any] | None  # content of a store or a grid
Rows = list[dict[str, Any]] | None  # selected rows of a grid
MALFORMED = N_("Cette demande est mal formée.")
_DIGITS = 9  # of the largest key of all databases


def values_of(dep: type[D], ids: Mapping[str, Any]) -> dict[str, D]:
    """Return the inputs or states of the values of fields, by name."""
    return {name: dep(id_, "value") for name, id_ in ids.items()}


def is_key(value: object) -> TypeGuard[int]:
    """Return whether an untrusted value can be a row key."""
    return isinstance(value, int) and value is not True and 0 < value < NO_ID


def row_seen(seen: Sequence[Any] | None) -> tuple[int, int]:
    """Return the key and version of the row in a form, as stored in the page. Raise Invalid."""
    match seen:
        case [int(key), int(version)] if is_key(key) and is_key(version):
            return key, version
    raise Invalid(MALFORMED)


def uid_of(sent: Mapping[str, Any] | None) -> str:
    """Return the uid in a store, "" if none."""
    return str((sent or {}).get("uid") or "")[:36]


def number_in(text: str) -> int | None:
    """Return the key in an untrusted text; None if invalid."""
    digits = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if digits else None


def key_pressed(pressed: Mapping[str, Any] | None, gone: str) -> int:
    """Return the key of the row of a button. Raise NotFound with `gone`."""
    key = number_in(str((pressed or {}).get("id") or ""))
    if not is_key(key):
        raise NotFound(gone)
    return key


def row_pressed(pressed: object, name: str, gone: str) -> int:
    """Return the key in the `name` of a pattern button. Raise NotFound with `gone`."""
    key = pressed.get(name) if isinstance(pressed, dict) else None
    if not is_key(key):
        raise NotFound(gone)
    return key


def act_pressed(pressed: object, name: str, verbs: Collection[str], gone: str) -> tuple[str, int]:
    """Return the verb of a pattern button and its row. Raise NotFound with `gone`."""
    verb = pressed.get("verb") if isinstance(pressed, dict) else None
    if not isinstance(verb, str) or verb not in verbs:
        raise NotFound(gone)
    return verb, row_pressed(pressed, name, gone)


def person_in(text: str | None, nobody: str) -> int | None:
    """Return the person selected, None for `nobody`. Raise Invalid."""
    person_id = number_in(text or "")
    if person_id is None and text not in {None, nobody}:
        raise Invalid(N_("Cette personne n’est pas de votre organisation."))
    return person_id


def of_pattern(ids: Sequence[Any], values: Sequence[Any], name: str) -> list[tuple[Any, Any]]:
    """Return the `name` entry of each pattern id, with the component's value.

    Raise Invalid for forged input: Dash sends as many values as ids, which are objects.
    """
    if len(ids) != len(values) or not all(isinstance(component_id, dict) for component_id in ids):
        raise Invalid(MALFORMED)
    return [
        (component_id.get(name), value) for component_id, value in zip(ids, values, strict=True)
    ]
