"""Proofs as third parties send them: a mandate as a PDF, its scan, a photo of it."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import islice

from data.controls.files.storage import Storage, digest_of
from data.controls.types import Expected, NewPiece, PieceKind
from data.rights.types import Kind
from i18n import long_day, short_day

_A4 = (595, 842)
_ON_A_PAGE = 32  # lines
_SCAN = 150 / 72  # 150 dots an inch
_DATA = {
    Kind.PUBLISHED: "les consommations publiées et les relevés",
    Kind.INFORMATIVE: "les données journalières informatives",
    Kind.CONTRACTUAL: "les données contractuelles",
    Kind.TECHNICAL: "les données techniques du compteur",
}
Line = tuple[int, str]  # the size of its letters, and what it says
Paper = tuple[str, PieceKind, bytes]


def mandate(one: Expected, signed: date, *, holder: str = "", also: Sequence[str] = ()) -> Paper:
    """The document that names everything, or another *holder*; *also* other PCE."""
    named = f"mandat-{one.number[-6:]}.pdf"
    lines = iter(_lines(one, signed, holder, also))
    pages = iter(lambda: list(islice(lines, _ON_A_PAGE)), [])
    return named, PieceKind.PDF, _pdf([*pages, _conditions(one)])


def scan(one: Expected, signed: date) -> Paper:
    """The same without a text to read, in shades of grey."""
    lines = _lines(one, signed, "", ())
    return f"numerisation-{one.number[-6:]}.png", PieceKind.PNG, _picture(lines, "PNG")


def photo(one: Expected, signed: date) -> Paper:
    lines = _lines(one, signed, "", ())
    return f"IMG_{one.number[-4:]}.jpg", PieceKind.JPEG, _picture(lines, "JPEG")


def kept(storage: Storage, papers: Sequence[Paper]) -> list[NewPiece]:
    """Their content stored: what the tables keep of them."""
    return [
        NewPiece(name, kind, len(content), digest_of(content), storage.put(content))
        for name, kind, content in papers
    ]


def _lines(one: Expected, signed: date, holder: str, also: Sequence[str]) -> list[Line]:
    data = [_DATA[kind] for kind in Kind if kind in one.kinds]
    period = []
    if one.first and one.last:
        period = [(11, f"Période : du {short_day(one.first)} au {short_day(one.last)}.")]
    numbers = [one.number, *also]
    return [
        (18, "Autorisation d’accès aux données de gaz"),
        (11, ""),
        (11, f"Je soussigné, représentant de {holder or one.holder}, titulaire du contrat,"),
        (11, f"autorise {one.third_party} à consulter et à recevoir les données"),
        (11, "des points de comptage et d’estimation (PCE) suivants :"),
        *[(11, f"    PCE {number}") for number in numbers],
        (11, ""),
        (11, "Données concernées :"),
        *[(11, f"    - {what} ;") for what in data],
        *period,
        (11, ""),
        (11, f"Fait à Val-des-Tilleuls, le {long_day(signed)}."),
        (11, "Lu et approuvé. Signature et cachet :"),
        (22, f"   {(holder or one.holder).split()[0]}"),
    ]


def _conditions(one: Expected) -> list[Line]:
    return [
        (14, "Conditions de l’autorisation"),
        (11, ""),
        (11, "1. Le titulaire peut retirer son accord à tout moment, sans motif."),
        (11, f"2. {one.third_party} n’utilise les données que pour le conseil en énergie."),
        (11, "3. Les données sont effacées trois ans après la fin de l’autorisation."),
    ]


def _pdf(pages: Sequence[Sequence[Line]]) -> bytes:
    import pikepdf

    made = pikepdf.new()
    font = made.make_indirect(
        pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.Type1,
            BaseFont=pikepdf.Name.Helvetica,
            Encoding=pikepdf.Name.WinAnsiEncoding,
        )
    )
    for lines in pages:
        page = made.add_blank_page(page_size=_A4)
        page.obj["/Contents"] = made.make_stream(_drawn(lines))
        page.obj["/Resources"] = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=font))
    held = BytesIO()
    made.save(held, deterministic_id=True)
    return held.getvalue()


def _drawn(lines: Sequence[Line]) -> bytes:
    said = bytearray(b"0.8 w 40 60 515 730 re S BT 60 766 Td ")
    for size, text in lines:
        plain = text.replace("\u202f", "\u00a0").encode("cp1252", "replace")
        for sign in (b"\\", b"(", b")"):
            plain = plain.replace(sign, b"\\" + sign)
        said += b"0 -%d Td /F1 %d Tf (%s) Tj " % (size + 8, size, plain)
    return bytes(said + b"ET")


def _picture(lines: Sequence[Line], form: str) -> bytes:
    """A sheet on a scanner, or on a table under a lamp."""
    from PIL import Image
    from pypdfium2 import PdfDocument

    sheet = PdfDocument(_pdf([lines]))[0].render(scale=_SCAN, grayscale=True).to_pil()
    if form == "JPEG":
        light = Image.linear_gradient("L").resize(sheet.size)
        lamp = light.point([128 + v // 2 for v in range(256)])
        table = Image.new("L", sheet.size, 120)
        sheet = Image.composite(sheet, table, lamp).rotate(1.5, fillcolor=90)
    held = BytesIO()
    sheet.save(held, form)
    return held.getvalue()
