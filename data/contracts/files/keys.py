"""Load the sealing certificate: the operator's, or a test one made at first start."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from asn1crypto import pem
from asn1crypto.x509 import Certificate
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from core.durable_files import create_file
from core.errors import Conflict, Unreadable
from core.i18n import N_, short_day

DEMO = "DEMO"
_FILE = "demo.p12"
_DAYS = 3653
_BITS = 3072
_CLOSED = N_("Le certificat de scellement n’est pas lisible dans « {path} » : {why}.")
_WRONG = N_(
    "Le certificat de scellement « {path} » ne s’ouvre pas : le mot de passe est faux, ou "
    "le fichier n’est pas un PKCS#12. Vérifiez PORTAL_SEAL_P12 et PORTAL_SEAL_PASSWORD."
)
_NO_KEY = N_("Le certificat de scellement « {path} » n’a pas de clé privée ou de certificat.")
_NO_ANCHORS = N_("« {path} » ne contient aucun certificat au format PEM.")
_EXPIRED = N_(
    "Le certificat de scellement est échu depuis le {day} : rien ne peut être signé. "
    "L’administrateur de l’espace client doit le remplacer."
)
_NOT_YET = N_("Le certificat de scellement ne vaut qu’à partir du {day} : rien ne peut être signé.")


@dataclass(frozen=True, slots=True)
class SealKey:
    """A private key with its certificate and chain, in DER.

    `anchors` are trusted for all seals of this portal, past ones included.
    """

    private: bytes
    certificate: bytes
    chain: tuple[bytes, ...]
    anchors: tuple[bytes, ...]
    demo: bool

    def __repr__(self) -> str:
        """Hide the key from logs."""
        return f"SealKey({self.owner!r})"

    @property
    def owner(self) -> str:
        return str(Certificate.load(self.certificate).subject.native.get("common_name", ""))

    @property
    def starts_at(self) -> datetime:
        begins: datetime = Certificate.load(self.certificate).not_valid_before
        return begins

    @property
    def expires_at(self) -> datetime:
        ends: datetime = Certificate.load(self.certificate).not_valid_after
        return ends


@dataclass(frozen=True, slots=True)
class KeySource:
    """Where the operator's certificate is, from the settings; empty when there is none."""

    p12: str = ""
    password: str = field(default="", repr=False)
    anchors: str = ""  # a PEM file of further authorities trusted for seals or timestamps


def seal_key(folder: Path, operator: str, source: KeySource, *, now: datetime) -> SealKey:
    """Return the operator's key, or the test key stored in `folder`.

    Raise Unreadable with a sentence.
    """
    more = tuple(_certificates_in(Path(source.anchors))) if source.anchors else ()
    key_path = folder / _FILE
    if source.p12:
        demo = _opened(key_path, "", demo=True).anchors if key_path.exists() else ()
        return _opened(Path(source.p12), source.password, demo=False, more=(*more, *demo))
    if not key_path.exists():
        _make(key_path, operator, now)
    return _opened(key_path, "", demo=True, more=more)


def has_key(folder: Path, source: KeySource) -> bool:
    """Return whether `seal_key` finds a key without creating one."""
    return bool(source.p12) or (folder / _FILE).exists()


def require_in_force(key: SealKey, at: datetime) -> None:
    """Raise Conflict unless the certificate is valid at that time."""
    if at > key.expires_at:
        raise Conflict(_EXPIRED, day=short_day(key.expires_at.date()))
    if at < key.starts_at:
        raise Conflict(_NOT_YET, day=short_day(key.starts_at.date()))


def pem_of(certificates: tuple[bytes, ...]) -> str:
    """Return certificates in PEM format."""
    return "".join(pem.armor("CERTIFICATE", each).decode() for each in certificates)


def is_issued_by(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _opened(path: Path, password: str, *, demo: bool, more: tuple[bytes, ...] = ()) -> SealKey:
    try:
        content = path.read_bytes()
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreadable(_CLOSED, path=path.name, why=why) from error
    try:
        bundle = pkcs12.load_pkcs12(content, password.encode() or None)
    except ValueError:
        raise Unreadable(_WRONG, path=path.name) from None
    if bundle.key is None or bundle.cert is None:
        raise Unreadable(_NO_KEY, path=path.name)
    private = bundle.key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    leaf = bundle.cert.certificate.public_bytes(Encoding.DER)
    above = tuple(each.certificate.public_bytes(Encoding.DER) for each in bundle.additional_certs)
    top = _top_of(leaf, above)
    return SealKey(private, leaf, above, tuple(dict.fromkeys((top, *more))), demo)


def _top_of(leaf: bytes, above: tuple[bytes, ...]) -> bytes:
    """Return the topmost certificate available, used as anchor."""
    by_subject = {Certificate.load(each).subject.dump(): each for each in above}
    top = leaf
    for _ in above:
        top = by_subject.get(Certificate.load(top).issuer.dump(), top)
    return top


def _certificates_in(path: Path) -> Iterator[bytes]:
    try:
        content = path.read_bytes()
        certificates = [der for _, _, der in pem.unarmor(content, multiple=True)]
    except OSError as error:
        why = error.strerror or type(error).__name__
        raise Unreadable(_CLOSED, path=path.name, why=why) from error
    except ValueError:
        raise Unreadable(_NO_ANCHORS, path=path.name) from None
    yield from certificates


# --- test key -------------------------------------------------------------------------------


def _make(path: Path, operator: str, now: datetime) -> None:
    """Create the test key at `path` atomically, once; its authority's key is discarded."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    top, leaf = (rsa.generate_private_key(65537, _BITS) for _ in range(2))
    issuer, subject = (
        _name(operator, f"{DEMO} - {word} - {operator[:40]}") for word in ("autorité", "sceau")
    )
    authority = _certificate(issuer, issuer, top, top, now)
    certificate = _certificate(subject, issuer, leaf, top, now)
    content = pkcs12.serialize_key_and_certificates(
        DEMO.encode(), leaf, certificate, [authority], NoEncryption()
    )
    create_file(path, content)


def _name(operator: str, common: str) -> x509.Name:
    return x509.Name(
        [
            x509.NameAttribute(NameOID.COUNTRY_NAME, "FR"),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, operator[:60]),
            x509.NameAttribute(NameOID.COMMON_NAME, common),
        ]
    )


def _certificate(
    subject: x509.Name,
    issuer: x509.Name,
    own: rsa.RSAPrivateKey,
    signs: rsa.RSAPrivateKey,
    now: datetime,
) -> x509.Certificate:
    top = own is signs
    usage = x509.KeyUsage(
        digital_signature=not top,
        content_commitment=not top,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=top,
        crl_sign=top,
        encipher_only=False,
        decipher_only=False,
    )
    above = x509.AuthorityKeyIdentifier.from_issuer_public_key(signs.public_key())
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(own.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now.astimezone(UTC) - timedelta(days=1))
        .not_valid_after(now.astimezone(UTC) + timedelta(days=_DAYS))
        .add_extension(x509.BasicConstraints(ca=top, path_length=0 if top else None), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(own.public_key()), critical=False)
        .add_extension(above, critical=False)
        .sign(signs, SHA256())
    )
