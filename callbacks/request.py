"""Read what a callback needs from its request."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard, cast

from flask import current_app, g, request

from core.database import NO_ID
from core.errors import Invalid, NotFound
from core.i18n import N_
from data.contracts.files.context import Papers
from data.controls.types import ProofDelays
from data.mirror.types import Address
from data.rights.rules.reads import SEEN
from data.settings.types import OperatorSettings

MALFORMED = N_("Cette demande est mal formée.")
_DIGITS = 9  # of the largest number that every database takes for a key


def now() -> datetime:
    """The portal's own clock, in UTC."""
    return cast("datetime", current_app.extensions["portal"].clock())


def delays_now() -> ProofDelays:
    """Those of the operator of this portal."""
    return cast("ProofDelays", current_app.extensions["portal"].proof_delays)


def values_now() -> OperatorSettings:
    """The settings of the operator in force."""
    return cast("OperatorSettings", current_app.extensions["portal"].values)


def origin_now() -> OperatorSettings:
    """Those that the environment gives, whatever was changed on screen."""
    return cast("OperatorSettings", current_app.extensions["portal"].origin)


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
    upstream_address = current_app.extensions["portal"].upstream
    if upstream_address is None:
        raise NotFound(N_("Les connexions ne sont pas ouvertes dans ce portail."))
    return cast("Address", upstream_address)


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


def saw(number: str | None, what: str = SEEN) -> None:
    """Remember that this request shows the consumption of a PCE (api/access_log.py writes it).

    Or *what* else of it, of data.rights.rules.reads; consumption goes first.
    """
    if number is not None:
        reads_by_pce = g.setdefault("saw", {})
        reads_by_pce[number] = what if what == SEEN else reads_by_pce.get(number, what)


def dropped(keys: Iterable[str]) -> None:
    """Remember the stored files that this request leaves to nobody (api/proofs.py erases them)."""
    g.setdefault("dropped", set()).update(keys)


def address() -> str:
    """Where the request came from, as the proxy that is trusted says."""
    return request.remote_addr or ""
