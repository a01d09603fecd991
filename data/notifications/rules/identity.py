"""Compute a message's identity, the same on each retry."""

import hashlib
from collections.abc import Iterable, Sequence

from data.notifications.types import BITS, ChannelKind, NoticeReader


def mask_of(channels: Iterable[ChannelKind]) -> int:
    """Return the channels as a number, one bit each."""
    return sum(BITS[channel] for channel in set(channels))


def message_id(parts: Sequence[object], host: str) -> str:
    """Return a Message-ID determined by `parts`, without revealing them."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
    return f"<{digest}@{host}>"


def batch_message_id(keys: Sequence[str], reader: NoticeReader, way: str, host: str) -> str:
    """Return the Message-ID of transitions sent to a reader, independent of their order."""
    who = f"u{reader.user_id}" if reader.user_id is not None else f"a{reader.address_id}"
    return message_id([who, way, *sorted(keys)], host)
