"""Compute a message's identity, the same on each retry."""

import hashlib
from collections.abc import Iterable, Sequence

from data.notifications.types import BITS, ChannelKind, NoticeReader


def mask_of(channels: Iterable[ChannelKind]) -> int:
    """The ways as one number, a bit each."""
    return sum(BITS[channel] for channel in set(channels))


def message_id(parts: Sequence[object], host: str) -> str:
    """A Message-ID that the same *parts* always give, and that tells nothing of them."""
    digest = hashlib.sha256("\x1f".join(map(str, parts)).encode()).hexdigest()[:32]
    return f"<{digest}@{host}>"


def batch_message_id(keys: Sequence[str], reader: NoticeReader, way: str, host: str) -> str:
    """That of one transition told to one reader, or of a set of them, whatever their order."""
    who = f"u{reader.user_id}" if reader.user_id is not None else f"a{reader.address_id}"
    return message_id([who, way, *sorted(keys)], host)
