"""Refuse requests whose `Host` is not a name of the portal."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask.typing import ResponseReturnValue

from api.context import portal
from api.errors import answer
from core.i18n import _, set_language


def install(server: Flask) -> None:
    """Install the check: call it before the guard, so that no redirect uses a foreign name."""
    server.before_request(check_host)


def check_host() -> ResponseReturnValue | None:
    host = request.headers.get("Host", "")
    # A plain name only: others may read `gaz.example@evil.example` otherwise.
    if not set(host) & set("@/?#\\, ") and (not portal().hosts or is_ours(host)):
        return None
    set_language(request.cookies.get("language", ""))
    sentence = _("Le portail ne répond pas à ce nom : ouvrez {address}.", address=portal().address)
    return answer(400, sentence)


def is_ours(host: str) -> bool:
    """Return whether `host` (with or without port) is a name of the portal.

    A name `.example` includes its subdomains.
    """
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:  # `[::1`: not a valid address
        return False
    return any(
        name == own_host or (own_host.startswith(".") and name.endswith(own_host))
        for own_host in portal().hosts
    )
