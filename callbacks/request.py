"""What a callback takes from the request it answers."""

from datetime import datetime
from typing import TypeGuard, cast

from flask import current_app, g, request

from data.controls.types import ProofDelays
from data.db import NO_ID
from data.errors import Invalid
from i18n import N_

_DIGITS = 9  # of the largest number that every database takes for a key


def now() -> datetime:
    """The portal's own clock, in UTC."""
    return cast("datetime", current_app.extensions["portal"].clock())


def delays_now() -> ProofDelays:
    """Those of the operator of this portal."""
    return cast("ProofDelays", current_app.extensions["portal"].proof_delays)


def is_key(value: object) -> TypeGuard[int]:
    """Whether *value*, as a browser sent it, may be the key of a row."""
    return isinstance(value, int) and 0 < value < NO_ID


def number_in(text: str) -> int | None:
    """The key that *text* is, as a browser sends it; None when it is none."""
    digits = text.isascii() and text.isdigit() and len(text) <= _DIGITS
    return int(text) if digits else None


def person_in(text: str | None, nobody: str) -> int | None:
    """The person chosen in a list, None for *nobody*. Raises Invalid."""
    found = number_in(text or "")
    if found is None and text not in {None, nobody}:
        raise Invalid(N_("Cette personne n’est pas de votre organisation."))
    return found


def saw(number: str | None) -> None:
    """Remember that this request shows the consumption of a PCE (api/readers.py writes it)."""
    if number is not None:
        g.setdefault("saw", {})[number] = "consumption.read"


def address() -> str:
    """Where the request came from, as the proxy that is trusted says."""
    return request.remote_addr or ""
