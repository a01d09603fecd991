"""Resolve users' addresses to public hosts only, never to internal ones.

The check applies to the address that the connection is about to use, so a name that resolves
differently between the check and the use (DNS rebinding) gains nothing.
"""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from data.notifications.channels.errors import ChannelRefused
from data.notifications.rules import is_public

_watched = threading.local()
_installing = threading.Lock()
Allow = Callable[[str], bool]


@contextmanager
def only_public(allow: Allow = is_public) -> Iterator[None]:
    """Let this thread resolve only public names within the block.

    Raise ChannelRefused for others, even if a library hides the error.
    """
    _install()
    _watched.allow, _watched.refused = allow, ""
    try:
        yield
    except Exception as error:
        if _watched.refused and not isinstance(error, ChannelRefused):
            raise ChannelRefused("private", gone=True) from error
        raise
    else:
        if _watched.refused:  # a library may turn errors into "no"
            raise ChannelRefused("private", gone=True)
    finally:
        _watched.allow = None


def _install() -> None:
    """Install our resolver in front of the system's, once per process."""
    with _installing:
        if getattr(socket.getaddrinfo, "watched", False):
            return
        real = socket.getaddrinfo

        def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:  # noqa: ANN401 (the system's)
            addresses = real(host, *args, **kwargs)
            allow: Allow | None = getattr(_watched, "allow", None)
            if allow is not None and not all(allow(str(entry[4][0])) for entry in addresses):
                _watched.refused = str(host)
                raise ChannelRefused("private", gone=True)
            return addresses

        getaddrinfo.watched = True  # type: ignore[attr-defined]
        socket.getaddrinfo = getaddrinfo
