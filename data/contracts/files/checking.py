"""A sealed contract judged by itself: each of its seals, and what came after it."""

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

from data.contracts.files.containers import is_strict
from data.contracts.files.layout import Box, boxes
from data.contracts.files.reading import has_kept_texts
from data.contracts.types import Checked, Fault, Level, Party, Sealed

_USAGE = KeyUsageConstraints(key_usage={"non_repudiation", "digital_signature"})
_SOFT, _HARD = "soft-fail", "require"
_NEVER = datetime(1, 1, 1, tzinfo=UTC)  # said by a seal that says no time


def check(pdf: bytes, anchors: Sequence[bytes]) -> Checked:
    """What is found of *pdf*: nothing of it is believed, whoever wrote it.

    *anchors* are the certificates (DER) of those who may vouch for a seal or for a timestamp. Trust
    is judged at the time of each seal, so that a certificate which expired since is no fault.
    """
    digest = sha256(pdf).hexdigest()
    with _quiet():
        try:
            reader = PdfFileReader(BytesIO(pdf))
            found = [each for each in reader.embedded_signatures if each.sig_object_type == "/Sig"]
            seals = tuple(asyncio.run(_judged(pdf, reader, found, anchors)))
        except Exception:  # noqa: BLE001 (of anything that is no PDF, the library raises anything)
            return Checked(digest, (), (Fault.UNREADABLE,))
    return Checked(digest, seals, tuple(dict.fromkeys(_of_all(found, seals, len(pdf)))))


def _of_all(
    found: Sequence[EmbeddedPdfSignature], seals: Sequence[Sealed], size: int
) -> Iterator[Fault]:
    """What is wrong beside the seals themselves."""
    if not seals:
        yield Fault.UNSEALED
    elif len(seals) < len(found):
        yield Fault.REWRITTEN
    elif max(sum(list(each.byte_range)[2:]) for each in found) != size:
        yield Fault.TRAILING


async def _judged(
    pdf: bytes,
    reader: PdfFileReader,
    found: Sequence[EmbeddedPdfSignature],
    anchors: Sequence[bytes],
) -> list[Sealed]:
    known = [(each, boxes().get(each.field_name)) for each in found]
    return [
        await _seal_of(pdf, reader, each, box, anchors) for each, box in known if box and box.party
    ]


async def _seal_of(
    pdf: bytes,
    reader: PdfFileReader,
    found: EmbeddedPdfSignature,
    box: Box,
    anchors: Sequence[bytes],
) -> Sealed:
    stated = found.self_reported_timestamp or _NEVER
    _, start, stop, _ = list(found.byte_range)
    faults = [] if is_strict(pdf[start:stop], anchors) else [Fault.FORGED]
    status, stamped, lasting = None, None, False
    try:
        stamped = _stamped_at(found)
        status = await _status(reader, found, stamped or stated, anchors, _SOFT)
        lasting = stamped is not None and await _lasts(reader, found, stamped, anchors)
    except Exception:  # noqa: BLE001 (as above, of a seal that is none)
        faults.append(Fault.FORGED)
    if status is not None:
        faults += _faults_of(status, found, stamped or stated)
        faults += [] if has_kept_texts(reader, found.signed_revision) else [Fault.REWRITTEN]
    believed = bool(status and status.timestamp_validity and status.timestamp_validity.trusted)
    level = (Level.B_LT if lasting else Level.B_T) if believed else Level.B_B
    return Sealed(
        field=box.name,
        party=box.party or Party.CLIENT,
        number=box.number,
        name=str(found.sig_object.get("/Name", "")),
        at=(stamped if believed else None) or stated,
        level=level,
        signer=_owner(status),
        intact=bool(status and status.intact and status.valid) and Fault.FORGED not in faults,
        trusted=bool(status and status.trusted),
        covers=bool(status and _covers(status)),
        faults=tuple(dict.fromkeys(faults)),
    )


def _faults_of(
    status: PdfSignatureStatus, found: EmbeddedPdfSignature, at: datetime
) -> Iterator[Fault]:
    if not (status.intact and _covers(status)):
        yield Fault.ALTERED
    if not status.valid:
        yield Fault.FORGED
    if isinstance(status.diff_result, SuspiciousModification) or status.docmdp_ok is False:
        yield Fault.REWRITTEN
    if status.revocation_details is not None:
        yield Fault.REVOKED
    elif not status.trusted:
        certificate = found.signer_cert
        in_force = certificate.not_valid_before <= at <= certificate.not_valid_after
        yield Fault.UNTRUSTED if in_force else Fault.EXPIRED
    stamp = status.timestamp_validity
    if stamp is not None and not (stamp.intact and stamp.valid):
        yield Fault.STAMP


def _covers(status: PdfSignatureStatus) -> bool:
    return bool(status.coverage and status.coverage >= SignatureCoverageLevel.ENTIRE_REVISION)


def _owner(status: PdfSignatureStatus | None) -> str:
    if status is None:
        return ""
    return str(status.signing_cert.subject.native.get("common_name", ""))


def _stamped_at(found: EmbeddedPdfSignature) -> datetime | None:
    """What the timestamp says, whoever made it."""
    token = next(extract_tst_data_iter(found.signer_info, signed=False), None)
    if token is None:
        return None
    said: datetime = token["encap_content_info"]["content"].parsed["gen_time"].native
    return said


async def _lasts(
    reader: PdfFileReader, found: EmbeddedPdfSignature, at: datetime, anchors: Sequence[bytes]
) -> bool:
    """Whether the file itself has what says that no certificate of the seal was revoked."""
    if "/DSS" not in reader.root:
        return False
    status = await _status(reader, found, at, anchors, _HARD)
    return bool(status.bottom_line)


async def _status(
    reader: PdfFileReader,
    found: EmbeddedPdfSignature,
    at: datetime,
    anchors: Sequence[bytes],
    revocation: str,
) -> PdfSignatureStatus:
    context = _context(reader, at, anchors, revocation)
    return await async_validate_pdf_signature(found, context, key_usage_settings=_USAGE)


def _context(
    reader: PdfFileReader, at: datetime, anchors: Sequence[bytes], revocation: str
) -> ValidationContext:
    """What is believed at that time: nothing is fetched."""
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
    """What the libraries would log of each fault is said by the faults."""
    loggers = [logging.getLogger(name) for name in ("pyhanko", "pyhanko_certvalidator")]
    levels = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for each, level in zip(loggers, levels, strict=True):
            each.setLevel(level)
