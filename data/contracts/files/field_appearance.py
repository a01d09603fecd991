"""Draw the contents of a field with typst, as its appearance in the PDF."""

from io import BytesIO

from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.generic import IndirectObject, pdf_name
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.pdf_utils.writer import BasePdfFileWriter
from pyhanko.stamp.static import StaticStampStyle

_NAME = "/Dessin"


def pages_in(pdf: bytes) -> int:
    return int(PdfFileReader(BytesIO(pdf)).root["/Pages"]["/Count"])


def style_of(drawing: bytes) -> StaticStampStyle:
    """Return the appearance of a seal: `drawing`, without margins."""
    edge = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MIN, AxisAlignment.ALIGN_MIN, Margins.uniform(0))
    return StaticStampStyle(
        border_width=0,
        background=_Drawing(drawing),
        background_layout=edge,
        background_opacity=1.0,
    )


def imported(writer: BasePdfFileWriter, drawing: bytes) -> IndirectObject:
    """Import `drawing` into the PDF being written; return its reference."""
    reference: IndirectObject = writer.import_page_as_xobject(PdfFileReader(BytesIO(drawing)))
    return reference


class _Drawing(PdfContent):
    """A page of an in-memory PDF."""

    def __init__(self, drawing: bytes) -> None:
        self._drawing = drawing
        super().__init__()

    def render(self) -> bytes:
        form = imported(self._ensure_writer, self._drawing)
        self.resources.xobject[pdf_name(_NAME)] = form
        _, _, width, height = form.get_object()["/BBox"]
        self.box = BoxConstraints(width=float(width), height=float(height))
        return _NAME.encode() + b" Do"
