"""An authenticator of passkeys, in software: it signs what a browser would have it sign."""

import hashlib
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from secrets import token_bytes
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40


def encoded(octets: bytes) -> str:
    return urlsafe_b64encode(octets).decode().rstrip("=")


def octets(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Authenticator:
    """One passkey, once it is made; a test says what it does wrong."""

    origin: str = "http://localhost"
    rp_id: str = "localhost"
    verifies: bool = True
    counts: bool = True
    count: int = 0
    credential_id: bytes = field(default_factory=lambda: token_bytes(32))
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    user_handle: str = ""

    def make(self, options: str | dict[str, Any]) -> str:
        """The answer to `navigator.credentials.create`."""
        asked = json.loads(options) if isinstance(options, str) else options
        self.user_handle = asked["user"]["id"]
        numbers = self.key.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: number(numbers.x), -3: number(numbers.y)}
        size = len(self.credential_id).to_bytes(2)
        attested = bytes(16) + size + self.credential_id + cbor2.dumps(public)
        data = self.data(ATTESTED) + attested
        said = {"fmt": "none", "attStmt": {}, "authData": data}
        client = self.client("webauthn.create", asked["challenge"])
        return self.answer(clientDataJSON=client, attestationObject=cbor2.dumps(said))

    def sign(self, options: str | dict[str, Any]) -> str:
        """The answer to `navigator.credentials.get`."""
        asked = json.loads(options) if isinstance(options, str) else options
        data = self.data()
        client = self.client("webauthn.get", asked["challenge"])
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        return self.answer(
            clientDataJSON=client,
            authenticatorData=data,
            signature=signature,
            userHandle=octets(self.user_handle),
        )

    def data(self, flags: int = 0) -> bytes:
        self.count += self.counts
        flags |= PRESENT | (VERIFIED if self.verifies else 0)
        party = hashlib.sha256(self.rp_id.encode()).digest()
        return party + flags.to_bytes(1) + self.count.to_bytes(4)

    def client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps(said).encode()

    def answer(self, **parts: bytes) -> str:
        id_ = encoded(self.credential_id)
        response = {name: encoded(part) for name, part in parts.items()}
        return json.dumps({"id": id_, "rawId": id_, "type": "public-key", "response": response})


def number(value: int) -> bytes:
    return value.to_bytes(32)
