"""Format stored sentences and their parameters in the reader's language."""

from collections.abc import Sequence
from typing import Any

from data.upstream_message import UpstreamMessage, tell


def find_stored_message(kept: Sequence[Any]) -> UpstreamMessage | None:
    """Return the message of `kept` (message, parameters); None when empty.

    Its `reply` is quoted in upstream words.
    """
    return tell(*kept) if kept else None
