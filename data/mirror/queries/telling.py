"""Sentences that were kept with what fills them, told in the reader's language."""

from collections.abc import Sequence
from typing import Any

from data.told import Told, tell


def told(kept: Sequence[Any]) -> Told | None:
    """*kept* is nothing, or a sentence and what fills it; `reply` is in the words of there."""
    return tell(*kept) if kept else None
