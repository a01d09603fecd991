"""Generate demo proofs: a mandate as a PDF, its scan and its photo."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import islice

from core.i18n import long_day, short_day
from data.controls.files.storage import Storage, digest_of
from data.controls.types import ExpectedProof, NewPiece, PieceKind
from data.rights.types import RightDataKind

_A4 = (595, 842)
_ON_A_PAGE = 32  # lines
_SCAN = 150 / 72  # 150 dots per inch
_DATA = {
    RightDataKind.PUBLISHED: "les consommations publiées et les relevés",
    RightDataKind.INFORMATIVE: "les données journalières informatives",
    RightDataKind.CONTRACTUAL: "les données contractuelles",
    RightDataKind.TECHNICAL: "les données techniques du compteur",
}
Line = tuple[int, str]  # font size and text
Paper = tuple[str, PieceKind, bytes]


def mandate(
    expected: ExpectedProof, signed: date, *, holder: str = "", also: Sequence[str] = ()
) -> Paper:
    """Return a mandate that names everything, or another `holder`; `also` names other PCEs."""
    named = f"mandat-{expected.number[-6:]}.pdf"
    lines = iter(_lines(expected, signed, holder, also))
    pages = iter(lambda: list(islice(lines, _ON_A_PAGE)), [])
    return named, PieceKind.PDF, _pdf([*pages, _conditions(expected)])


def scan(one: ExpectedProof, signed: date) -> Paper:
    """Return the same document as an image without text, in shades of grey."""
    lines = _lines(one, signed, "", ())
    return f"numerisation-{one.number[-6:]}.png", PieceKind.PNG, _picture(lines, "PNG")


def photo(expected: ExpectedProof, signed: date) -> Paper:
    lines = _lines(expected, signed, "", ())
    return f"IMG_{expected.number[-4:]}.jpg", PieceKind.JPEG, _picture(lines, "JPEG")


def store_pieces(storage: Storage, papers: Sequence[Paper]) -> list[NewPiece]:
    """Store the papers; return their pieces as the tables hold them."""
    return [
        NewPiece(name, kind, len(content), digest_of(content), storage.put_object(content))
        for name, kind, content in papers
    ]


def _lines(expected: ExpectedProof, signed: date, holder: str, also: Sequence[str]) -> list[Line]:
    data = [_DATA[kind] for kind in RightDataKind if kind in expected.kinds]
    period = []
    if expected.first and expected.last:
        period = [(11, f"Période : du {short_day(expected.first)} au {short_day(expected.last)}.")]
    numbers = [expected.number, *also]
    return [
        (18, "Autorisation d’accès aux données de gaz"),
        (11, ""),
        (11, f"Je soussigné, représentant de {holder or expected.holder}, titulaire du contrat,"),
        (11, f"autorise {expected.third_party} à consulter et à recevoir les données"),
        (11, "des points de comptage et d’estimation (PCE) suivants :"),
        *[(11, f"    PCE {number}") for number in numbers],
        (11, ""),
        (11, "Données concernées :"),
        *[(11, f"    - {what} ;") for what in data],
        *period,
        (11, ""),
        (11, f"Fait à Val-des-Tilleuls, le {long_day(signed)}."),
        (11, "Lu et approuvé. Signature et cachet :"),
        (22, f"   {(holder or expected.holder).split()[0]}"),
    ]


def _conditions(expected: ExpectedProof) -> list[Line]:
    return [
        (14, "Conditions de l’autorisation"),
        (11, ""),
        (11, "1. Le titulaire peut retirer son accord à tout moment, sans motif."),
        (11, f"2. {expected.third_party} n’utilise les données que pour le conseil en énergie."),
        (11, "3. Les données sont effacées trois ans après la fin de l’autorisation."),
    ]


def _pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    import pikepdf

    pdf = pikepdf.new()
    font = pdf.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for lines in pages:
        page = pdf.add_blank_page(page_size=_A4)
        page.obj["/Contents"] = pdf.make_stream(_drawn(lines))
        page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    buffer = BytesIO()
    pdf.save(buffer, deterministic_id=True)
    return buffer.getvalue()


def _drawn(lines: Sequence[Line]) -> bytes:
    stream = bytearray(b"0.8 w 40 60 515 730 re S BT 60 766 Td ")
    for size, text in lines:
        plain = text.replace("\u202f", "\u00a0").encode("cp1252", "replace")
        for sign in (b"\\", b"(", b")"):
            plain = plain.replace(sign, b"\\" + sign)
        stream += b"0 -%d Td /F1 %d Tf (%s) Tj " % (size + 8, size, plain)
    return bytes(stream + b"ET")


def _picture(lines: Sequence[Line], form: str) -> bytes:
    """Return a picture of the page, as from a scanner or a camera."""
    from PIL import Image
    from pypdfium2 import PdfDocument

    sheet = PdfDocument(_pdf([lines]))[0].render(scale=_SCAN, grayscale=True).to_pil()
    if form == "JPEG":
        light = Image.linear_gradient("L").resize(sheet.size)
        lamp = light.point([128 + v // 2 for v in range(256)])
        table = Image.new("L", sheet.size, 120)
        sheet = Image.composite(sheet, table, lamp).rotate(1.5, fillcolor=90)
    buffer = BytesIO()
    sheet.save(buffer, form)
    return buffer.getvalue()
