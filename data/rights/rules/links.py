"""Sign the links of letters; unlike a consent link, they open nothing."""

import hashlib

from itsdangerous import BadData, URLSafeSerializer

_SALT = "rights.letters"


def sign_stop(letter_id: int, secret: str) -> str:
    """A token that says which letter its reader wants no more of the kind; without an end.

    It holds a number and no address: who reads it in a log learns nobody's name.
    """
    return str(_serializer(secret).dumps(letter_id))


def read_stop(token: str, secret: str) -> int | None:
    """The number of the letter; None for what was not signed here."""
    try:
        payload = _serializer(secret).loads(token)
    except (BadData, ValueError):
        return None
    return payload if isinstance(payload, int) else None


def _serializer(secret: str) -> URLSafeSerializer:
    kwargs = {"digest_method": hashlib.sha256, "key_derivation": "hmac"}
    return URLSafeSerializer(secret, salt=_SALT, signer_kwargs=kwargs)
