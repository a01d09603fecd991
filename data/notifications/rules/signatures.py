"""Sign links and webhooks, with their time."""

import base64
import hashlib
import hmac
from datetime import UTC, datetime

from itsdangerous import BadData, URLSafeSerializer

from data.notifications.types import LinkVerb, SignedLink

_VERBS = tuple(LinkVerb)
_SALT = "notices.links"


def sign_link(link: SignedLink, secret: str) -> str:
    """Return a signed token of `link`, with its verb, id and expiry, but no name."""
    expires = int(link.expires_at.timestamp()) // 60  # in minutes, for a shorter token
    return str(_serializer(secret).dumps([_VERBS.index(link.verb), link.id, expires]))


def read_link(token: str, secret: str, now: datetime) -> SignedLink | None:
    """Return the link in a token; None when it was not signed here, or has expired."""
    try:
        verb, number, expires = _serializer(secret).loads(token)
    except (BadData, ValueError, TypeError):
        return None
    until = datetime.fromtimestamp(expires * 60, UTC)
    return SignedLink(_VERBS[verb], number, until) if now < until else None


def _serializer(secret: str) -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs=kwargs)


def webhook_signature(secret: str, message: str, at: int, body: bytes) -> str:
    """Return the Standard Webhooks signature: HMAC-SHA256 of id, time and body.

    The signed time reveals late copies, and the id, the same at each attempt, reveals immediate
    ones.
    """
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signed = f"{message}.{at}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
