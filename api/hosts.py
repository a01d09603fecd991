"""Refuse requests whose `Host` is not a name of the portal."""

from urllib.parse import urlsplit

from flask import Flask, request
from flask.typing import ResponseReturnValue

from api.context import portal
from api.errors import answer
from core.i18n import _, set_language


def install(server: Flask) -> None:
    """Call it before the guard, so that no redirect follows a name that is not ours."""
    server.before_request(check_host)


def check_host() -> ResponseReturnValue | None:
    host = request.headers.get("Host", "")
    if is_plain(host) and (not portal().hosts or is_ours(host)):
        return None
    set_language(request.cookies.get("language", ""))
    sentence = _("Le portail ne répond pas à ce nom : ouvrez {address}.", address=portal().address)
    return answer(400, sentence)


def is_plain(host: str) -> bool:
    """Whether it is a name alone: `gaz.example@evil.example` may mean one to us, one to others."""
    return not set(host) & set("@/?#\\, ")


def is_ours(host: str) -> bool:
    """Whether *host*, with its port or without, is one of the names; `.example` has any below."""
    try:
        name = (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:  # `[::1`: no address at all
        return False
    return any(
        name == own_host or (own_host.startswith(".") and name.endswith(own_host))
        for own_host in portal().hosts
    )
