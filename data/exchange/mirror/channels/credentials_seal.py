"""Seal upstream credentials with a key that is not in the database."""

import base64

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF


def sealed(text: str, key: bytes) -> str:
    """Return `text` sealed with the portal's `key`, for the database."""
    return _box(key).encrypt(text.encode()).decode()


def opened(text: str, key: bytes) -> str:
    """Return the unsealed text; "" if it is empty, or sealed with another key."""
    try:
        return _box(key).decrypt(text.encode()).decode() if text else ""
    except InvalidToken:
        return ""


def _box(key: bytes) -> Fernet:
    derived = HKDF(SHA256(), length=32, salt=None, info=b"mirror connections").derive(key)
    return Fernet(base64.urlsafe_b64encode(derived))
