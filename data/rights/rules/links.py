"""Sign the links of letters; unlike a consent link, they open nothing."""

import hashlib

from itsdangerous import BadData, URLSafeSerializer

_SALT = "rights.letters"


def sign_stop(letter_id: int, secret: str) -> str:
    """Return a signed token, without expiry, to opt out of a letter's recipient.

    It holds a number rather than an address, so that logs reveal nobody.
    """
    return str(_serializer(secret).dumps(letter_id))


def read_stop(token: str, secret: str) -> int | None:
    """Return the letter id of a token, None when the signature is wrong."""
    try:
        payload = _serializer(secret).loads(token)
    except (BadData, ValueError):
        return None
    return payload if isinstance(payload, int) else None


def _serializer(secret: str) -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs=kwargs)
