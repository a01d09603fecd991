"""Decode one piece in the sandbox, and print its problems or its text."""

from __future__ import annotations

import base64
import json
import os
import sys
import warnings
from io import BytesIO
from typing import TYPE_CHECKING

from core.sandbox import CPU_SECONDS, MEMORY, bound
from data.controls.files.active_content import EICAR, carries, dangers
from data.controls.files.decoder_client import DecoderTask, PieceProblem
from data.controls.files.png_chunks import is_one, overflows
from data.controls.files.word_boxes import MOST_PAGES, MOST_SIGNS, placed
from data.controls.types.pieces import PieceKind

if TYPE_CHECKING:
    from pikepdf import Pdf
    from PIL.Image import Image
    from pypdfium2 import PdfPage

MOST_PIXELS = 50_000_000  # A4 at 600 dpi has 35 million
_MOST_UNPACKED = 160 * 1024 * 1024  # of a PDF stream: a page in colour at 600 dpi
_LONGEST_SIDE = 4000  # pixels of a rendered page: posters are scaled down

_OVER = "limit exceeded"  # in qpdf's messages, which have no code for it
_UNDECODED = "error decoding stream data"


def serve() -> None:
    """Run the command line's task on standard input, within limits; print JSON."""
    bound(MEMORY, CPU_SECONDS)
    task, kind = DecoderTask(sys.argv[1]), PieceKind(sys.argv[2])
    content = sys.stdin.buffer.read()
    sys.stdout.write(json.dumps(_done(task, kind, content)))
    sys.stdout.flush()
    os._exit(0)  # skips clean-up in libraries that a hostile piece may have corrupted


def _done(task: DecoderTask, kind: PieceKind, content: bytes) -> object:
    if task is DecoderTask.READ:
        return texts(content)
    if task is DecoderTask.PLACE:
        return placed(content)
    if task is DecoderTask.DRAW:
        return drawn(content, int(sys.argv[3]), float(sys.argv[4]))
    return judged(kind, content) or ""


def judged(kind: PieceKind, content: bytes) -> PieceProblem | None:
    """Return the problem of a piece that starts like `kind`, or None."""
    try:
        return _pdf(content) if kind is PieceKind.PDF else _image(kind, content)
    except MemoryError:
        return PieceProblem.TOO_LARGE
    except Exception:  # noqa: BLE001 (whatever a library lets through: it could not decode it)
        return PieceProblem.DAMAGED


def _image(kind: PieceKind, content: bytes) -> PieceProblem | None:
    from PIL import Image

    if kind is PieceKind.PNG and not is_one(content):
        return PieceProblem.DAMAGED
    if kind is PieceKind.PNG and overflows(content):
        return PieceProblem.TOO_LARGE
    Image.MAX_IMAGE_PIXELS = MOST_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        with Image.open(BytesIO(content), formats=(kind.name,)) as image:
            image.verify()
        # verified images cannot be reused
        with Image.open(BytesIO(content), formats=(kind.name,)) as image:
            image.load()
            metadata_values = [
                str(value).encode("utf-8", "replace") for value in image.info.values()
            ]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return PieceProblem.TOO_LARGE
    return PieceProblem.VIRUS if any(EICAR in octets for octets in metadata_values) else None


def _pdf(content: bytes) -> PieceProblem | None:
    import pikepdf

    pikepdf.settings.set_qpdf_limits(
        flate_max_memory=_MOST_UNPACKED,
        run_length_max_memory=_MOST_UNPACKED,
        png_max_memory=_MOST_UNPACKED,
        tiff_max_memory=_MOST_UNPACKED,
        dct_max_progressive_scans=100,
        max_stream_filters=4,
    )
    try:
        with pikepdf.open(
            BytesIO(content), attempt_recovery=False, suppress_warnings=True
        ) as document:
            return _in_document(document) or _in_sight(content)
    except pikepdf.PasswordError:
        return PieceProblem.ENCRYPTED
    except pikepdf.PdfError as error:
        return PieceProblem.TOO_LARGE if _OVER in str(error) else PieceProblem.DAMAGED


def _in_document(document: Pdf) -> PieceProblem | None:
    if document.is_encrypted:
        return PieceProblem.ENCRYPTED
    problem = next(dangers(document), None)
    if problem is not None:
        return problem
    if document.get_warnings():
        return PieceProblem.DAMAGED  # another reader may interpret a damaged file differently
    if not len(document.pages):
        return PieceProblem.NO_PAGE
    return _in_streams(document)


def _in_streams(document: Pdf) -> PieceProblem | None:
    faults = document.check_pdf_syntax()  # decodes every stream
    if any(_OVER in fault for fault in faults):
        return PieceProblem.TOO_LARGE
    if any(fault.startswith("ERROR") or _UNDECODED in fault for fault in faults):
        return PieceProblem.DAMAGED
    return PieceProblem.VIRUS if carries(document, EICAR) else None


def _in_sight(content: bytes) -> PieceProblem | None:
    """Return a problem in rendering the first page or reading text, found before a reader does.

    A few bytes of page may take hours or exhaust memory: the limits stop them.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        _rendered(PdfDocument(content)[0], 1.0)
    except PdfiumError:
        return PieceProblem.DAMAGED
    texts(content)
    return None


def texts(content: bytes) -> list[str]:
    """Return the text of each page of a PDF, within limits and as far as readable."""
    from pypdfium2 import PdfDocument, PdfiumError

    page_texts: list[str] = []
    remaining = MOST_SIGNS
    try:
        document = PdfDocument(content)
        for place in range(min(len(document), MOST_PAGES)):
            text = document[place].get_textpage().get_text_bounded()[:remaining]
            page_texts.append(text)
            remaining -= len(text)
    except (PdfiumError, MemoryError):
        return page_texts
    return page_texts


def drawn(content: bytes, place: int, scale: float) -> dict[str, object] | None:
    """Return page `place` of a PDF as base64 PNG and the page count; None when not rendered.

    Past the last page, the image is empty.
    """
    from pypdfium2 import PdfDocument, PdfiumError

    buffer = BytesIO()
    try:
        document = PdfDocument(content)
        pages = len(document)
        if 0 <= place < pages:
            _rendered(document[place], scale).save(buffer, "PNG", compress_level=3)
    except (PdfiumError, MemoryError, ValueError):
        return None
    return {"pages": pages, "png": base64.b64encode(buffer.getvalue()).decode("ascii")}


def _rendered(page: PdfPage, scale: float) -> Image:
    """Render a page at `scale`, or smaller for a poster."""
    fitting = min(scale, _LONGEST_SIDE / max(1.0, *page.get_size()))
    drawn: Image = page.render(scale=fitting).to_pil()
    return drawn
