"""Format stored sentences and their parameters in the reader's language."""

from collections.abc import Sequence
from typing import Any

from data.upstream_message import UpstreamMessage, tell


def find_stored_message(kept: Sequence[Any]) -> UpstreamMessage | None:
    """*kept* is nothing, or a sentence and what fills it; `reply` is in the words of there."""
    return tell(*kept) if kept else None
