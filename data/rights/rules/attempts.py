"""Limit failed lookups, so that guessing is stopped early."""

import hashlib
from collections.abc import Iterable

MOST_TRIES = 30  # a person and a day
TOGETHER = 3  # times what a person may, for all the accounts of an organisation
SHARE = 20  # one line in so many of a file may be wrong besides: honest ones have one in a hundred
REFUSAL = 10  # tries that a file over the limit counts for: that it is over tells something too


def allowed(named_count: int) -> int:
    """How much a file that names *named_count* PCE rightly may ask in vain."""
    return MOST_TRIES + named_count // SHARE


def allowed_together(named_count: int) -> int:
    """The same of all the accounts of an organisation: colleagues do not multiply it."""
    return TOGETHER * allowed(named_count)


def digest(parts: Iterable[str]) -> str:
    """What stands for a guess, and for the same one made again."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
