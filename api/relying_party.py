"""Describe the portal as a WebAuthn relying party and make its challenges."""

import secrets
from contextlib import suppress
from datetime import datetime, timedelta
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from flask import request

from api.context import now, portal
from core.errors import NotFound, Unauthenticated
from core.i18n import N_
from data.identity.accounts.files.passkeys import LONGEST_RESPONSE, NOT_TRUE
from data.identity.accounts.types.security import RelyingParty, Signed

_LOCAL = "localhost"
PATIENCE = timedelta(minutes=10)  # as long as for a code


def relying_party() -> RelyingParty | None:
    """Return the portal as a relying party, by the name of its public address.

    None for an IP address, or without `https://`: browsers have no passkeys there. On this machine
    alone, browsers accept `localhost`, whose origin never comes from the request: otherwise another
    program's page there could pass on what a passkey signs for it.
    """
    address = urlsplit(portal().address)
    host, here = address.hostname or "", request.host.rpartition(":")[0] or request.host
    number = _number(host)
    if number and number.is_loopback and here == _LOCAL:
        port = f":{address.port}" if address.port else ""
        return RelyingParty(_LOCAL, f"{address.scheme}://{_LOCAL}{port}", portal().operator)
    if number or (address.scheme != "https" and host != _LOCAL):
        return None
    return RelyingParty(host, f"{address.scheme}://{address.netloc}", portal().operator)


def _number(host: str) -> IPv4Address | IPv6Address | None:
    with suppress(ValueError):
        return ip_address(host)
    return None


def party_now() -> RelyingParty:
    party = relying_party()
    if party is None:
        raise NotFound(N_("Les clés d’accès ne sont pas proposées à cette adresse."))
    return party


def fresh_challenge() -> str:
    return secrets.token_urlsafe(32)


def signed_now(challenge_data: object, party: RelyingParty, *, verified: bool) -> Signed:
    """Return the form's response with this browser's stored challenge, for a single use.

    Raise Unauthenticated when the challenge is missing or expired.
    """
    with suppress(TypeError, ValueError):
        challenge, at = map(str, challenge_data)  # type: ignore[call-overload]
        if timedelta() <= now() - datetime.fromisoformat(at) < PATIENCE:
            response = request.form.get("credential", "")[:LONGEST_RESPONSE]
            return Signed(response, challenge, party, verified)
    raise Unauthenticated(NOT_TRUE)
