"""Write and check the evidence of a signature: one ZIP, verifiable without the portal."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from hashlib import sha256
from io import BytesIO
from typing import Any
from zipfile import ZIP_STORED, BadZipFile, ZipFile, ZipInfo

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, load_der_private_key

from core.errors import Conflict
from core.i18n import N_
from data.contracts.files.keys import SealKey, is_issued_by, pem_of
from data.contracts.files.validation_report import signature_value, statement_of
from data.contracts.files.verification import check
from data.contracts.types import Checked, Sealed, Signing
from data.controls.types.pieces import Flaw

PDF, FACTS, CONSENT, READ_ME = "contrat.pdf", "signature.json", "consentement.txt", "LISEZ-MOI.txt"
CERTIFICATE, AUTHORITIES = "certificat.pem", "autorites.pem"
SUMS, SIGNED = "SHA256SUMS", "SHA256SUMS.sig"
_LISTED = (PDF, FACTS, CONSENT, CERTIFICATE, AUTHORITIES, READ_ME)
_ALL = (*_LISTED, SUMS, SIGNED)
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MOST = 64 * 1024 * 1024
_HELP = """Dossier de preuve d’une signature

contrat.pdf        le document signé ; il se vérifie seul
signature.json     qui a signé, quand, comment, et ce que la vérification a trouvé
consentement.txt   la phrase acceptée
certificat.pem     le certificat qui scelle ce dossier
autorites.pem      les autorités qui garantissent les sceaux
SHA256SUMS         l’empreinte de chaque pièce, et SHA256SUMS.sig sa signature

Vérifier sans l’espace client, sous Linux :
  sha256sum -c SHA256SUMS
  openssl x509 -in certificat.pem -pubkey -noout > cle.pem
  openssl dgst -sha256 -verify cle.pem -signature SHA256SUMS.sig SHA256SUMS
  pdfsig contrat.pdf
L’empreinte du certificat se demande au distributeur : elle dit que ce dossier est bien de lui.
"""
_WHOLE = N_("archive")
_NOT_ONE = N_("Ce fichier n’est pas un dossier de preuve, ou il est abîmé.")
_CHANGED = N_("Le contenu n’est plus celui qui a été scellé.")
_UNSIGNED = N_("La signature des empreintes n’est pas celle du certificat.")
_OF_NOBODY = N_("Le certificat n’est reconnu par aucune autorité connue.")
_OTHERWISE = N_("Les informations sur la signature ne correspondent pas à celles du document.")
_OTHER_KEY = N_("Le certificat de scellement n’est ni RSA ni ECDSA : utilisez-en un autre.")
_NO_SEAL = N_("Ce document ne porte pas le sceau de cette signature.")


def evidence(pdf: bytes, number: str, signing: Signing, key: SealKey) -> bytes:
    """Return the evidence of `signing` in contract `number`, signed by `key`.

    Raise Conflict when `pdf` does not have its seal.
    """
    checked = check(pdf, key.anchors)
    seal = _seal_of(checked, signing.party.value, signing.number)
    if seal is None:
        raise Conflict(_NO_SEAL)
    facts = _facts(number, signing, checked, seal, demo=key.demo)
    members = {
        PDF: pdf,
        FACTS: json.dumps(facts, ensure_ascii=False, indent=2).encode(),
        CONSENT: f"{signing.consent}\n".encode(),
        CERTIFICATE: pem_of((key.certificate, *key.chain)).encode(),
        AUTHORITIES: pem_of(key.anchors).encode(),
        READ_ME: _HELP.encode(),
    }
    # The digests in the format of `sha256sum`
    sums = "".join(f"{sha256(members[name]).hexdigest()}  {name}\n" for name in _LISTED).encode()
    return _archive({**members, SUMS: sums, SIGNED: _sign(sums, key)})


def check_evidence(packed: bytes, anchors: Sequence[bytes] = ()) -> tuple[Flaw, ...]:
    """Return the flaws of an evidence file, one for each place; empty if it is unaltered.

    `anchors` are the authorities (DER) that the caller trusts; without any, those inside are used,
    and the file is only checked against itself. Neither the portal nor its database is needed.
    """
    try:
        members = _members(packed)
        if members is None or _archive(members) != packed:
            return (Flaw(_WHOLE, _NOT_ONE),)
        return tuple(_flaws(members, anchors))
    except (ValueError, KeyError, TypeError, AttributeError, BadZipFile, NotImplementedError):
        return (Flaw(_WHOLE, _NOT_ONE),)


def _flaws(members: Mapping[str, bytes], anchors: Sequence[bytes]) -> list[Flaw]:
    expected_sums = {line[66:]: line[:64] for line in members[SUMS].decode().splitlines()}
    flaws = [
        Flaw(name, _CHANGED)
        for name in _LISTED
        if expected_sums.get(name) != sha256(members[name]).hexdigest()
    ]
    own, *above = x509.load_pem_x509_certificates(members[CERTIFICATE])
    if not _is_signed(members[SUMS], members[SIGNED], own):
        flaws.append(Flaw(SUMS, _UNSIGNED))
    inside = x509.load_pem_x509_certificates(members[AUTHORITIES])
    believed = [x509.load_der_x509_certificate(each) for each in anchors] or inside
    if not _is_vouched(own, above, believed):
        flaws.append(Flaw(CERTIFICATE, _OF_NOBODY))
    checked = check(members[PDF], [each.public_bytes(Encoding.DER) for each in believed])
    flaws += [Flaw(PDF, statement_of(fault)) for fault in checked.all_faults]
    facts = json.loads(members[FACTS])
    if not _agree(facts, checked, members[CONSENT].decode()):
        flaws.append(Flaw(FACTS, _OTHERWISE))
    return flaws


def _agree(facts: Mapping[str, Any], checked: Checked, consent: str) -> bool:
    """Return whether the facts match the seal of the document."""
    signature = facts["signature"]
    seal = _seal_of(checked, signature["party"], signature["number"])
    return (
        seal is not None
        and facts["document_sha256"] == checked.sha256
        and facts["seal"] == _plain(seal)
        and (signature["name"], signature["consent"]) == (seal.name, consent.removesuffix("\n"))
    )


def _facts(
    number: str, signing: Signing, checked: Checked, seal: Sealed, *, demo: bool
) -> dict[str, Any]:
    worth = signature_value(seal.level, signing.method, demo=demo)
    return {
        "form": 1,
        "contract": number,
        "document_sha256": checked.sha256,
        "signature": {**asdict(signing), "at": signing.at.isoformat()},
        "seal": _plain(seal),
        "valid": checked.valid,
        "worth": [sentence.format(**params) for sentence, params in worth],
        "seals": [_plain(each) for each in checked.seals],
    }


def _plain(seal: Sealed) -> dict[str, Any]:
    return {**asdict(seal), "at": seal.at.isoformat(), "faults": list(seal.faults)}


def _seal_of(checked: Checked, party: str, number: int) -> Sealed | None:
    matching_seals = (
        each for each in checked.seals if (each.party.value, each.number) == (party, number)
    )
    return next(matching_seals, None)


def _sign(text: bytes, key: SealKey) -> bytes:
    private = load_der_private_key(key.private, None)
    if isinstance(private, rsa.RSAPrivateKey):
        return private.sign(text, padding.PKCS1v15(), SHA256())
    if isinstance(private, ec.EllipticCurvePrivateKey):
        return private.sign(text, ec.ECDSA(SHA256()))
    raise Conflict(_OTHER_KEY)


def _is_signed(text: bytes, signature: bytes, certificate: x509.Certificate) -> bool:
    public = certificate.public_key()
    try:
        if isinstance(public, rsa.RSAPublicKey):
            public.verify(signature, text, padding.PKCS1v15(), SHA256())
        elif isinstance(public, ec.EllipticCurvePublicKey):
            public.verify(signature, text, ec.ECDSA(SHA256()))
        else:
            return False
    except InvalidSignature:
        return False
    return True


def _is_vouched(
    own: x509.Certificate,
    above: Sequence[x509.Certificate],
    believed: Sequence[x509.Certificate],
) -> bool:
    """Return whether a chain leads to a trusted certificate."""
    current = own
    for _ in range(len(above) + 1):
        if current in believed or any(is_issued_by(current, each) for each in believed):
            return True
        issuer = next((each for each in above if is_issued_by(current, each)), None)
        if issuer is None:
            return False
        current = issuer
    return False


def _archive(members: Mapping[str, bytes]) -> bytes:
    """Return the deterministic archive of `members`."""
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_STORED) as archive:
        for name in _ALL:
            entry = ZipInfo(name, _EPOCH)
            entry.create_system = 3  # independent of the writing system
            entry.external_attr = 0o100600 << 16
            archive.writestr(entry, members[name])
    return buffer.getvalue()


def _members(packed: bytes) -> dict[str, bytes] | None:
    if len(packed) > _MOST:
        return None
    with ZipFile(BytesIO(packed)) as archive:
        entries = archive.infolist()
        if tuple(each.filename for each in entries) != _ALL:
            return None
        if any(each.compress_type != ZIP_STORED or each.file_size > _MOST for each in entries):
            return None
        return {each.filename: archive.read(each) for each in entries}
