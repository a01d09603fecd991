"""Errors of readers: a message without its line yet, and a safe excerpt."""

import re
from collections.abc import Mapping

from core.i18n import N_
from core.unicode_safety import undirected

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_SHOWN = 40


class RefusedCell(Exception):
    """A cell or line that is refused; the loop over lines adds `line` and raises Unreadable.

    `message` is a French sentence marked with `N_` that may use `{line}`.
    """

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params


def require(row: Mapping[str, object], *fields: str) -> None:
    """Raise RefusedCell unless `row` has all `fields`, possibly null."""
    for field in fields:
        if field not in row:
            raise RefusedCell(
                N_(
                    "Ligne {line} : il manque « {column} » à ce relevé. Refaites l’export sans le"
                    " modifier."
                ),
                column=field,
            )


def clean(text: str) -> str:
    """Return `text` without control characters and lone surrogates."""
    return _CONTROL.sub("", undirected(text)).strip()


def quoted_value(value: object) -> str:
    """Return a cell value, shortened and cleaned to be quoted in a message."""
    text = value if isinstance(value, str) else _plain(value)
    text = clean(text[: 4 * _SHOWN])
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


def _plain(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 10**_SHOWN:
        return "1000000000…"
    if isinstance(value, dict):
        return "{…}"
    if isinstance(value, list):
        return "[…]"
    return str(value)
