"""Check the bytes that hold a seal, which the seal does not cover, strictly.

A signature covers every byte except its own: between `<` and `>` there are its hexadecimal digits,
then zeros. Readers skip much of it (lower case, a version, an unneeded certificate). Here, each
byte must be exactly what the portal writes.
"""

import re
from collections.abc import Iterator, Sequence

from asn1crypto import cms
from asn1crypto.core import VOID
from cryptography import x509

from data.contracts.files.keys import is_issued_by

_PLACE = re.compile(rb"<((?:[0-9A-F]{2})+)>")
_STAMP = "signature_time_stamp_token"
_LONG, _CONSTRUCTED = 0x80, 0x20


def is_strict(place: bytes, anchors: Sequence[bytes]) -> bool:
    """Return whether `place`, from `<` to `>`, is exactly as the portal writes it.

    A timestamp's certificate whose issuer is unknown is accepted.
    """
    match = _PLACE.fullmatch(place)
    if match is None:
        return False
    octets = bytes.fromhex(match[1].decode())
    try:
        info = cms.ContentInfo.load(octets)
        size = len(info.dump())
        if octets[size:].strip(b"\0") or not _is_der(octets[:size]):
            return False
        return _is_signed_by_us(info, anchors)
    except (ValueError, TypeError, KeyError, IndexError, AttributeError):
        return False


def _is_der(octets: bytes) -> bool:
    """Return whether the encoding is DER: shortest lengths, and parts that fill their container.

    Written by hand: re-encoding with the library to compare is a hundred times slower.
    """
    at = 0
    while at < len(octets):
        tag, length, start = octets[at], octets[at + 1], at + 2
        if length >= _LONG:
            start += length - _LONG
            length = int.from_bytes(octets[at + 2 : start])
            if length < _LONG or not octets[at + 2]:
                return False
        at = start + length
        if at > len(octets) or (tag & _CONSTRUCTED and not _is_der(octets[start:at])):
            return False
    return True


def _is_signed_by_us(info: cms.ContentInfo, anchors: Sequence[bytes]) -> bool:
    signer = _only_signer(info, anchors)
    if signer is None or info["content"]["version"].native != "v1":
        return False
    inside = info["content"]["encap_content_info"]
    if inside["content_type"].native != "data" or inside["content"].native is not None:
        return False
    beside = signer["unsigned_attrs"]
    if beside is VOID or not beside.contents:
        return True
    return (
        [each["type"].native for each in beside] == [_STAMP]
        and len(beside[0]["values"]) == 1
        and _is_stamp(beside[0]["values"][0], anchors)
    )


def _is_stamp(info: cms.ContentInfo, anchors: Sequence[bytes]) -> bool:
    signer = _only_signer(info, anchors)
    if signer is None or info["content"]["version"].native != "v3":
        return False
    inside = info["content"]["encap_content_info"]["content_type"].native
    return inside == "tst_info" and signer["unsigned_attrs"] is VOID


def _only_signer(info: cms.ContentInfo, anchors: Sequence[bytes]) -> cms.SignerInfo | None:
    """Return the only signer, if nothing around it is unexpected."""
    if info["content_type"].native != "signed_data":
        return None
    signed = info["content"]
    if len(signed["signer_infos"]) != 1 or signed["crls"] is not VOID:
        return None
    signer = signed["signer_infos"][0]
    digests = [each.dump() for each in signed["digest_algorithms"]]
    if digests != [signer["digest_algorithm"].dump()] or signer["version"].native != "v1":
        return None
    certificates = [each.chosen.dump() for each in signed["certificates"]]
    return signer if all(_vouched(certificates, anchors)) else None


def _vouched(certificates: Sequence[bytes], anchors: Sequence[bytes]) -> Iterator[bool]:
    """Yield whether each certificate is signed by its issuer, where that is available."""
    above = [x509.load_der_x509_certificate(each) for each in (*certificates, *anchors)]
    for each in above[: len(certificates)]:
        issuers = [issuer for issuer in above if issuer.subject == each.issuer]
        yield not issuers or any(is_issued_by(each, issuer) for issuer in issuers)
