"""Fetch from public addresses only, with size and time limits."""

import time
from collections.abc import Mapping

import requests

from data.notifications.channels.errors import ChannelRefused
from data.notifications.channels.public_addresses import only_public

PATIENCE = 30  # seconds without a byte
LONGEST = 180  # seconds for the whole answer
LARGEST = 80_000_000  # bytes
_PIECE = 65_536


def fetched(address: str, params: Mapping[str, str] | None = None) -> bytes:
    """Return the body that `address` answers.

    Only public addresses are asked and no redirection is followed, since its target would not be
    checked. Raise OSError for any failure.
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
