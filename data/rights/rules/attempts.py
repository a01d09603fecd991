"""Limit failed lookups, so that guessing is stopped early."""

import hashlib
from collections.abc import Iterable

MOST_TRIES = 30  # for a person and a day
TOGETHER = 3  # factor for all accounts of an organisation together
SHARE = 20  # one more wrong line is allowed for so many right ones; honest files have 1 %
REFUSAL = 10  # attempts that a refused file costs, since refusal is information too


def allowed(named_count: int) -> int:
    """Return how many lookups of a file may fail, given the PCEs that it names correctly."""
    return MOST_TRIES + named_count // SHARE


def allowed_together(named_count: int) -> int:
    """Return the same for all accounts of an organisation together."""
    return TOGETHER * allowed(named_count)


def digest(parts: Iterable[str]) -> str:
    """Return the digest of a guess, equal when it is repeated."""
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:32]
