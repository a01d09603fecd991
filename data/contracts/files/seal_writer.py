"""Seal a contract with PAdES, at the highest level the timestamp authority allows."""

import asyncio
from collections.abc import Callable, Coroutine
from io import BytesIO
from typing import Any, TypeVar

import structlog
from asn1crypto.x509 import Certificate
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfSignatureMetadata, PdfSigner
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.signers.pdf_signer import DSSContentSettings, SigDSSPlacementPreference
from pyhanko.sign.timestamps import HTTPTimeStamper
from pyhanko_certvalidator import ValidationContext
from pyhanko_certvalidator.fetchers.aiohttp_fetchers import AIOHttpFetcherBackend

from core.errors import Conflict
from core.i18n import N_, PARIS
from data.contracts.files.field_appearance import style_of
from data.contracts.files.filled_fields import PdfForm, form_of
from data.contracts.files.keys import SealKey, require_in_force
from data.contracts.files.layout import FieldBox, boxes, seal_name
from data.contracts.files.signing_key import MD, signer_of
from data.contracts.files.typesetting import patch
from data.contracts.files.verification import check
from data.contracts.types import Level, Party, Signing, SigningMethod

_log = structlog.get_logger(__name__)
T = TypeVar("T")
_SECONDS = 4  # for the timestamp authority to answer
_METHODS = {
    SigningMethod.CODE: "Identité vérifiée par un code envoyé à {email}",
    SigningMethod.CODE_TOTP: "Identité vérifiée par un code envoyé à {email} et par une application "  # noqa: E501
    "d’authentification",
}
_SEALED = "Sceau électronique : {owner}"
_TAKEN = N_("Cette partie a déjà signé.")
_FIRST = N_("Le distributeur signe après le client.")
_NO_FIELD = N_("Ce document n’a pas d’emplacement pour cette signature.")
_NO_TEXT = N_("L’avenant {number} n’est pas encore inscrit dans le contrat.")


def seal(pdf: bytes, signing: Signing, key: SealKey, tsa: str = "") -> tuple[bytes, Level]:
    """Return `pdf` with one more seal, as an incremental update.

    `tsa` is the address of a timestamp authority; without a valid answer, the seal has a lower
    level. Raise Conflict when the certificate is not valid at that time or it is not this party's
    turn, Invalid when the seal's text cannot be printed.
    """
    require_in_force(key, signing.at)
    _require_turn(form_of(pdf), signing)
    box = boxes()[seal_name(signing.party, signing.number)]
    work = _Work(
        pdf, signing, key, patch("seal.typ", "seal", _signature_appearance(signing, key, box))
    )
    return _best(work, tsa) if tsa else (asyncio.run(work.sealed()), Level.B_B)


def _require_turn(form: PdfForm, signing: Signing) -> None:
    name = seal_name(signing.party, signing.number)
    if name not in form.names:
        raise Conflict(_NO_FIELD)
    if name in form.filled:
        raise Conflict(_TAKEN)
    if signing.party is Party.OPERATOR:
        if seal_name(Party.CLIENT, signing.number) not in form.filled:
            raise Conflict(_FIRST)
    elif signing.number and signing.number not in form.amended:
        raise Conflict(_NO_TEXT, number=signing.number)


def _signature_appearance(signing: Signing, key: SealKey, box: FieldBox) -> dict[str, object]:
    at = signing.at.astimezone(PARIS)
    return {
        "w": box.w,
        "h": box.h,
        "name": signing.name,
        "function": signing.function,
        "signed": f"Signé le {at:%d/%m/%Y} à {at.hour} h {at:%M} (heure de Paris)",
        "method": _METHODS[signing.method].format(email=signing.email),
        "sealed": _SEALED.format(owner=key.owner),
    }


class _Work:
    """A seal that may be retried at another level."""

    def __init__(self, pdf: bytes, signing: Signing, key: SealKey, drawing: bytes) -> None:
        self.pdf, self.signing, self.key, self._drawing = pdf, signing, key, drawing
        self.field = seal_name(signing.party, signing.number)

    async def sealed(
        self, stamper: HTTPTimeStamper | None = None, proofs: ValidationContext | None = None
    ) -> bytes:
        """Return the sealed bytes; with `proofs`, trust information is included and covered."""
        writer = IncrementalPdfFileWriter(BytesIO(self.pdf))
        signer = PdfSigner(
            self._metadata(proofs),
            signer_of(self.key),
            timestamper=stamper,
            stamp_style=style_of(self._drawing),
        )
        session = signer.init_signing_session(writer, existing_fields_only=True)
        session.system_time = self.signing.at
        info = await session.perform_presign_validation(writer)
        size = await session.estimate_signature_container_size(info)
        document = session.prepare_tbs_document(info, size)
        digest, output = document.digest_tbs_document()
        done = await document.perform_signature(
            digest.document_digest, PdfCMSSignedAttributes(signing_time=self.signing.at)
        )
        await done.post_signature_processing(output)
        output.seek(0)
        return bytes(output.read())

    def _metadata(self, proofs: ValidationContext | None) -> PdfSignatureMetadata:
        first = self.signing.number == 0 and self.signing.party is Party.CLIENT
        together = SigDSSPlacementPreference.TOGETHER_WITH_SIGNATURE
        return PdfSignatureMetadata(
            field_name=self.field,
            md_algorithm=MD,
            name=self.signing.name,
            reason=self.signing.consent,
            subfilter=SigSeedSubFilter.PADES,
            certify=first,
            docmdp_permissions=MDPPerm.FILL_FORMS,
            validation_context=proofs,
            embed_validation_info=proofs is not None,
            dss_settings=DSSContentSettings(include_vri=False, placement=together),
        )


def _best(work: _Work, tsa: str) -> tuple[bytes, Level]:
    """Try B-LT, then B-T, then B-B, logging each failure."""
    stamper = HTTPTimeStamper(tsa, timeout=_SECONDS)
    if _tried("answer", lambda: stamper.async_dummy_response(MD)) is not None:
        for step, make in (
            ("proofs", lambda: _lasting(work, stamper)),
            ("stamp", lambda: work.sealed(stamper)),
        ):
            sealed_pdf = _tried(step, make)
            level = _level_of(sealed_pdf, work) if sealed_pdf else Level.B_B
            if sealed_pdf and level is not Level.B_B:
                return sealed_pdf, level
    return asyncio.run(work.sealed()), Level.B_B


def _tried(step: str, make: Callable[[], Coroutine[Any, Any, T]]) -> T | None:
    try:
        return asyncio.run(make())
    except Exception as error:  # noqa: BLE001 (whatever another's machine does, we seal)
        _log.warning("contracts.timestamp_failed", step=step, error=type(error).__name__)
        return None


async def _lasting(work: _Work, stamper: HTTPTimeStamper) -> bytes:
    """Add revocation information, fetched from the issuers of the certificates."""
    fetching = AIOHttpFetcherBackend(per_request_timeout=_SECONDS)
    context = ValidationContext(
        trust_roots=[Certificate.load(each) for each in work.key.anchors],
        allow_fetching=True,
        revocation_mode="require",
        fetcher_backend=fetching,
    )
    try:
        return await work.sealed(stamper, context)
    finally:
        await fetching.close()


def _level_of(sealed_pdf: bytes, work: _Work) -> Level:
    """Return the level as it will be shown; an invalid or untrusted timestamp does not count."""
    seals = {each.field: each for each in check(sealed_pdf, work.key.anchors).seals}
    seal = seals.get(work.field)
    return seal.level if seal and not seal.faults else Level.B_B
