"""Sign with a private key that is loaded once, as loading RSA is slower than signing."""

from functools import lru_cache

from asn1crypto.keys import PrivateKeyInfo
from asn1crypto.x509 import Certificate
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_private_key
from pyhanko.sign.signers import SimpleSigner
from pyhanko_certvalidator.registry import SimpleCertificateStore

from data.contracts.files.keys import SealKey

MD = "sha256"


def signer_of(key: SealKey) -> SimpleSigner:
    store = SimpleCertificateStore()
    store.register_multiple(Certificate.load(each) for each in key.chain)
    return _Signer(
        signing_cert=Certificate.load(key.certificate),
        signing_key=PrivateKeyInfo.load(key.private),
        cert_registry=store,
        embed_roots=False,
    )


class _Signer(SimpleSigner):
    def sign_raw(self, data: bytes, digest_algorithm: str) -> bytes:
        key = _loaded(self.signing_key.dump())
        if digest_algorithm == MD and isinstance(key, rsa.RSAPrivateKey):
            return key.sign(data, padding.PKCS1v15(), SHA256())
        return super().sign_raw(data, digest_algorithm)


@lru_cache(maxsize=2)
def _loaded(private: bytes) -> object:
    return load_der_private_key(private, None)
