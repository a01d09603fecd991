"""The portal as passkeys know it, and what it gives them to sign."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import request

from api.portal import now, portal
from data.accounts.files.passkeys import LONGEST_RESPONSE, NOT_TRUE
from data.accounts.types.security import RelyingParty, Signed
from data.errors import NotFound, Unauthenticated
from i18n import N_

_LOCAL = "localhost"
PATIENCE = timedelta(minutes=10)  # as long as a code is waited for


def relying_party() -> RelyingParty | None:
    """The portal as passkeys know it: by the name of its public address.

    None where that is a number, or not `https://`: browsers have no passkeys there. On this
    machine alone, `localhost` is a name that they take.
    """
    address = urlsplit(portal().address)
    host, here = address.hostname or "", request.host.rpartition(":")[0] or request.host
    number = _number(host)
    if number and number.is_loopback and here == _LOCAL:
        return RelyingParty(_LOCAL, f"{request.scheme}://{request.host}", portal().operator)
    if number or (address.scheme != "https" and host != _LOCAL):
        return None
    return RelyingParty(host, f"{address.scheme}://{address.netloc}", portal().operator)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(host)
    return None


def party_now() -> RelyingParty:
    found = relying_party()
    if found is None:
        raise NotFound(N_("Les clés d’accès ne sont pas proposées à cette adresse."))
    return found


def fresh_challenge() -> str:
    return secrets.token_urlsafe(32)


def signed_now(kept: object, party: RelyingParty, *, verified: bool) -> Signed:
    """What the form brings, beside the challenge that this browser *kept*: it serves once."""
    with suppress(TypeError, ValueError):
        challenge, at = map(str, kept)  # type: ignore[call-overload]
        if timedelta() <= now() - datetime.fromisoformat(at) < PATIENCE:
            response = request.form.get("credential", "")[:LONGEST_RESPONSE]
            return Signed(response, challenge, party, verified)
    raise Unauthenticated(NOT_TRUE)
