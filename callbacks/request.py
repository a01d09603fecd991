"""What a callback takes from the request it answers."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard, cast

from flask import current_app, g, request

from data.contracts.files.papers import Papers
from data.controls.types import ProofDelays
from data.db import NO_ID
from data.errors import Invalid, NotFound
from data.mirror.types import Address
from data.rights.rules.reads import SEEN
from data.settings.types import Values
from i18n import N_

MALFORMED = N_("Cette demande est mal formée.")
_DIGITS = 9  # of the largest number that every database takes for a key


def now() -> datetime:
    """The portal's own clock, in UTC."""
    return cast("datetime", current_app.extensions["portal"].clock())


def delays_now() -> ProofDelays:
    """Those of the operator of this portal."""
    return cast("ProofDelays", current_app.extensions["portal"].proof_delays)


def values_now() -> Values:
    """The settings of the operator in force."""
    return cast("Values", current_app.extensions["portal"].values)


def origin_now() -> Values:
    """Those that the environment gives, whatever was changed on screen."""
    return cast("Values", current_app.extensions["portal"].origin)


def portal_address() -> str:
    """Where the portal is, for the links of its mails."""
    return cast("str", current_app.extensions["portal"].address)


def share_days_now() -> int:
    """The most days that a shared link may last."""
    return cast("int", current_app.extensions["portal"].share_days)


def signing_key_now() -> str:
    """What the words of links are signed with."""
    return str(current_app.secret_key)


def papers_now() -> Papers:
    """What contracts are made with in this portal."""
    return cast("Papers", current_app.extensions["portal"].papers)


def upstream_now() -> Address:
    """Where the distributor is. Raises NotFound when the operator has not said."""
    found = current_app.extensions["portal"].upstream
    if found is None:
        raise NotFound(N_("Les connexions ne sont pas ouvertes dans ce portail."))
    return cast("Address", found)


def code_key() -> bytes:
    """What the codes of signers are kept under, and what the secrets of others are sealed with."""
    return cast("bytes", current_app.extensions["portal"].sealing_key)


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
    found = number_in(text or "")
    if found is None and text not in {None, nobody}:
        raise Invalid(N_("Cette personne n’est pas de votre organisation."))
    return found


def of_pattern(ids: Sequence[Any], values: Sequence[Any], name: str) -> list[tuple[Any, Any]]:
    """What *name* is in the id of each component of a pattern, and its value.

    Invalid when a browser made them up: Dash sends as many values as ids, which are objects.
    """
    if len(ids) != len(values) or not all(isinstance(one, dict) for one in ids):
        raise Invalid(MALFORMED)
    return [(one.get(name), value) for one, value in zip(ids, values, strict=True)]


def saw(number: str | None, what: str = SEEN) -> None:
    """Remember that this request shows the consumption of a PCE (api/readers.py writes it).

    Or *what* else of it, of data.rights.rules.reads; consumption goes first.
    """
    if number is not None:
        seen = g.setdefault("saw", {})
        seen[number] = what if what == SEEN else seen.get(number, what)


def dropped(keys: Iterable[str]) -> None:
    """Remember the stored files that this request leaves to nobody (api/proofs.py erases them)."""
    g.setdefault("dropped", set()).update(keys)


def address() -> str:
    """Where the request came from, as the proxy that is trusted says."""
    return request.remote_addr or ""
