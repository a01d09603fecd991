"""Sign what the portal hands out: Ed25519, with a key derived from the secret key."""

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

Signer = Ed25519PrivateKey


def signer_of(secret: str) -> Signer:
    """Derive the signing key from the portal's secret key."""
    drawn = HKDF(SHA256(), length=32, salt=None, info=b"evidence pack").derive(secret.encode())
    return Ed25519PrivateKey.from_private_bytes(drawn)


def public_key(signer: Signer) -> str:
    """Return the public key as 64 hexadecimal digits."""
    return signer.public_key().public_bytes_raw().hex()


def is_signed(text: bytes, signature: str, key: str) -> bool:
    """Return whether `signature` (hexadecimal) of `text` is valid for `key`."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(
            bytes.fromhex(signature), text
        )
    except (InvalidSignature, ValueError):
        return False
    return True
