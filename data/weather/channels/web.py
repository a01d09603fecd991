"""Fetch from public addresses only, with size and time limits."""

import time
from collections.abc import Mapping

import requests

from data.notifications.channels.errors import ChannelRefused
from data.notifications.channels.public_addresses import only_public

PATIENCE = 30  # seconds without an octet
LONGEST = 180  # seconds for all of them
LARGEST = 80_000_000  # octets
_PIECE = 65_536


def fetched(address: str, params: Mapping[str, str] | None = None) -> bytes:
    """What *address* answers; raises OSError for anything else than an answer of a public address.

    No redirection is followed: it would lead where nobody looked.
    """
    until = time.monotonic() + LONGEST
    octets = bytearray()
    try:
        with (
            only_public(),
            requests.get(
                address, params=params, timeout=PATIENCE, stream=True, allow_redirects=False
            ) as answer,
        ):
            answer.raise_for_status()
            if answer.is_redirect:
                raise OSError("redirected")
            for piece in answer.iter_content(_PIECE):
                octets += piece
                if len(octets) > LARGEST or time.monotonic() > until:
                    raise OSError("endless")
    except ChannelRefused as error:
        raise OSError(str(error)) from error
    return bytes(octets)
