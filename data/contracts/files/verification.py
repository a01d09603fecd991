"""Verify a sealed contract: each of its seals and the changes after it."""

import asyncio
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from typing import Any

from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import SuspiciousModification
from pyhanko.sign.validation import (
    DocumentSecurityStore,
    EmbeddedPdfSignature,
    PdfSignatureStatus,
    SignatureCoverageLevel,
    async_validate_pdf_signature,
)
from pyhanko.sign.validation.errors import NoDSSFoundError
from pyhanko.sign.validation.generic_cms import extract_tst_data_iter
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from data.contracts.files.filled_fields import has_kept_texts
from data.contracts.files.layout import FieldBox, boxes
from data.contracts.files.signature_container import is_strict
from data.contracts.types import Checked, Level, Party, Sealed, SealFault

_USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
_SOFT, _HARD = "soft-fail", "require"
_NEVER = datetime(1, 1, 1, tzinfo=UTC)  # for a seal without time


def check(pdf: bytes, anchors: Sequence[bytes]) -> Checked:
    """Check `pdf`, which is untrusted input.

    `anchors` are the certificates (DER) of the authorities trusted for seals and timestamps. Trust
    is checked at the time of each seal, so that a certificate expired since is no flaw.
    """
    digest = sha256(pdf).hexdigest()
    with _quiet():
        try:
            reader = PdfFileReader(BytesIO(pdf))
            signatures = [
                each for each in reader.embedded_signatures if each.sig_object_type == "/Sig"
            ]
            seals = tuple(asyncio.run(_judged(pdf, reader, signatures, anchors)))
        except Exception:  # noqa: BLE001 (of anything that is no PDF, the library raises anything)
            return Checked(digest, (), (SealFault.UNREADABLE,))
    return Checked(digest, seals, tuple(dict.fromkeys(_of_all(signatures, seals, len(pdf)))))


def _of_all(
    signatures: Sequence[EmbeddedPdfSignature], seals: Sequence[Sealed], size: int
) -> Iterator[SealFault]:
    """Yield faults of the file as a whole."""
    if not seals:
        yield SealFault.UNSEALED
    elif len(seals) < len(signatures):
        yield SealFault.REWRITTEN
    elif max(sum(list(each.byte_range)[2:]) for each in signatures) != size:
        yield SealFault.TRAILING


async def _judged(
    pdf: bytes,
    reader: PdfFileReader,
    signatures: Sequence[EmbeddedPdfSignature],
    anchors: Sequence[bytes],
) -> list[Sealed]:
    boxed_signatures = [(each, boxes().get(each.field_name)) for each in signatures]
    return [
        await _seal_of(pdf, reader, each, box, anchors)
        for each, box in boxed_signatures
        if box and box.party
    ]


async def _seal_of(
    pdf: bytes,
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    box: FieldBox,
    anchors: Sequence[bytes],
) -> Sealed:
    stated = signature.self_reported_timestamp or _NEVER
    _, start, stop, _ = list(signature.byte_range)
    faults = [] if is_strict(pdf[start:stop], anchors) else [SealFault.FORGED]
    status, stamped, lasting = None, None, False
    try:
        stamped = _stamped_at(signature)
        status = await _status(reader, signature, stamped or stated, anchors, _SOFT)
        lasting = stamped is not None and await _lasts(reader, signature, stamped, anchors)
    except Exception:  # noqa: BLE001 (as above, of a seal that is none)
        faults.append(SealFault.FORGED)
    if status is not None:
        faults += _faults_of(status, signature, stamped or stated)
        faults += [] if has_kept_texts(reader, signature.signed_revision) else [SealFault.REWRITTEN]
    believed = bool(status and status.timestamp_validity and status.timestamp_validity.trusted)
    level = (Level.B_LT if lasting else Level.B_T) if believed else Level.B_B
    return Sealed(
        field=box.name,
        party=box.party or Party.CLIENT,
        number=box.number,
        name=str(signature.sig_object.get("/Name", "")),
        at=(stamped if believed else None) or stated,
        level=level,
        signer=_owner(status),
        intact=bool(status and status.intact and status.valid) and SealFault.FORGED not in faults,
        trusted=bool(status and status.trusted),
        covers=bool(status and _covers(status)),
        faults=tuple(dict.fromkeys(faults)),
    )


def _faults_of(
    status: PdfSignatureStatus, signature: EmbeddedPdfSignature, at: datetime
) -> Iterator[SealFault]:
    if not (status.intact and _covers(status)):
        yield SealFault.ALTERED
    if not status.valid:
        yield SealFault.FORGED
    if isinstance(status.diff_result, SuspiciousModification) or status.docmdp_ok is False:
        yield SealFault.REWRITTEN
    if status.revocation_details is not None:
        yield SealFault.REVOKED
    elif not status.trusted:
        certificate = signature.signer_cert
        in_force = certificate.not_valid_before <= at <= certificate.not_valid_after
        yield SealFault.UNTRUSTED if in_force else SealFault.EXPIRED
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        yield SealFault.STAMP


def _covers(status: PdfSignatureStatus) -> bool:
    return bool(status.coverage and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION)


def _owner(status: PdfSignatureStatus | None) -> str:
    if status is None:
        return ""
    return str(status.signing_cert.subject.native.get("common_name", ""))


def _stamped_at(signature: EmbeddedPdfSignature) -> datetime | None:
    """Return the time in the timestamp, without checking its authority."""
    token = next(extract_tst_data_iter(signature.signer_info, signed=False), None)
    if token is None:
        return None
    stamp_time: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return stamp_time


async def _lasts(
    reader: PdfFileReader, signature: EmbeddedPdfSignature, at: datetime, anchors: Sequence[bytes]
) -> bool:
    """Return whether the file contains proof that no certificate of the seal was revoked."""
    if "/DSS" not in reader.root:
        return False
    status = await _status(reader, signature, at, anchors, _HARD)
    return bool(status.bottom_line)


async def _status(
    reader: PdfFileReader,
    signature: EmbeddedPdfSignature,
    at: datetime,
    anchors: Sequence[bytes],
    revocation: str,
) -> PdfSignatureStatus:
    context = _context(reader, at, anchors, revocation)
    return await async_validate_pdf_signature(signature, context, key_usage_settings=_USAGE)


def _context(
    reader: PdfFileReader, at: datetime, anchors: Sequence[bytes], revocation: str
) -> ValidationContext:
    """Return a validation context for that time, without network access."""
    how: dict[str, Any] = {
        "trust_roots": [Certificate.load(each) for each in anchors],
        "moment": at,
        "revocation_mode": revocation,
        "retroactive_revinfo": True,
        "allow_fetching": False,
    }
    try:
        return DocumentSecurityStore.read_dss(reader).as_validation_context(how)
    except NoDSSFoundError:
        return ValidationContext(**how)


@contextmanager
def _quiet() -> Iterator[None]:
    """Silence the libraries' logs, since faults are returned."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
