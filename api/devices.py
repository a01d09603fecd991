"""Recognise browsers by a random cookie, and the accounts that signed in with each."""

import hashlib
import re
import secrets
from contextlib import suppress

from flask import Response, current_app, g, request
from itsdangerous import BadData, URLSafeSerializer

from api.context import portal
from data.identity.accounts.rules import device_of
from data.identity.accounts.types import KnownDevice, RequestOrigin

BROWSER_COOKIE = "browser"
DEVICE_COOKIE = "device"
_BROWSER = re.compile(r"[\w-]{32}", re.ASCII)
_MOST_OF_A_DEVICE = 20  # users who share one browser
_YEAR = 31_536_000


def origin_now() -> RequestOrigin:
    """Return the origin of this request."""
    agent = request.user_agent.string
    return RequestOrigin(
        device_of(agent), request.remote_addr or "", browser_now(), known_device_now()
    )


def browser_now() -> str:
    """Return the random id of this browser, created at its first visit."""
    if "browser" not in g:
        cookie = request.cookies.get(BROWSER_COOKIE, "")
        g.browser = cookie if _BROWSER.fullmatch(cookie) else secrets.token_urlsafe(24)
    return str(g.browser)


def known_device_now() -> KnownDevice | None:
    """Return the accounts that signed in with this browser, from its signed cookie, if any."""
    with suppress(BadData, TypeError, ValueError):
        browser, user_ids = device_serializer().loads(request.cookies.get(DEVICE_COOKIE, ""))
        if browser == browser_now():
            return KnownDevice(browser, frozenset(map(int, user_ids)))
    return None


def sign_device(user_id: int) -> str:
    """Return the value of a browser's cookie after `user_id` signed in: the latest users."""
    device = known_device_now()
    others = sorted(device.user_ids - {user_id}) if device else []
    text = device_serializer().dumps([browser_now(), [*others, user_id][-_MOST_OF_A_DEVICE:]])
    return str(text)


def device_serializer() -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(str(current_app.secret_key), salt="device", signer_kwargs=kwargs)


def give_cookies(response: Response) -> Response:
    """Set cookies for a year in a browser where somebody has just signed in."""
    if user_id := g.get("entered"):
        cookies = {BROWSER_COOKIE: browser_now(), DEVICE_COOKIE: sign_device(user_id)}
        for name, value in cookies.items():
            response.set_cookie(
                name,
                value,
                max_age=_YEAR,
                secure=portal().secure,
                httponly=True,
                samesite="Lax",
            )
    return response
