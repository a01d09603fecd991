"""Pieces of proof made by code: what a third party sends, and its text."""

from io import BytesIO

import pikepdf
from PIL import Image

MANDATE = (
    "Mandat de consultation de données de gaz",
    "Le titulaire : SARL Lycée des Tilleuls",
    "autorise THERMIA Conseil à consulter les données du PCE 09 999 999 910 042 :",
    "consommations publiées, données journalières informatives, contractuelles et techniques,",
    "du 1er septembre 2021 au 31/08/2027.",
    "Fait à Villeneuve, le 2 septembre 2024. Signature",
)


def document(*lines: str) -> pikepdf.Pdf:
    """One page that says *lines*."""
    made = pikepdf.new()
    page = made.add_blank_page(page_size=(595, 842))
    said = b" T* ".join(
        b"(" + line.encode("cp1252").replace(b"(", rb"\(").replace(b")", rb"\)") + b") Tj"
        for line in lines
    )
    page.Contents = made.make_stream(b"BT /F1 11 Tf 14 TL 50 780 Td " + said + b" ET")
    font = pikepdf.Dictionary(
        Type=pikepdf.Name.Font,
        Subtype=pikepdf.Name.Type1,
        BaseFont=pikepdf.Name.Helvetica,
        Encoding=pikepdf.Name.WinAnsiEncoding,
    )
    page.Resources = pikepdf.Dictionary(Font=pikepdf.Dictionary(F1=made.make_indirect(font)))
    return made


def saved(made: pikepdf.Pdf, **options: object) -> bytes:
    held = BytesIO()
    made.save(held, deterministic_id="encryption" not in options, **options)
    return held.getvalue()


def pdf(*lines: str, **options: object) -> bytes:
    return saved(document(*(lines or MANDATE)), **options)


def changed(change) -> bytes:
    """The mandate, once *change* was done to its document."""
    made = document(*MANDATE)
    change(made)
    return saved(made)


def scan(picture: bytes) -> bytes:
    """A page that is a picture alone, as scanners make them."""

    def draw(made: pikepdf.Pdf) -> None:
        drawn = made.make_stream(
            b"",
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=3000,
            Height=2000,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
        )
        drawn.write(picture, filter=pikepdf.Name.DCTDecode)
        made.pages[0].Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(I=drawn))
        made.pages[0].Contents = made.make_stream(b"595 0 0 842 0 0 cm /I Do")

    return changed(draw)


def image(form: str, size=(320, 200), mode="RGB", **options: object) -> bytes:
    """A picture with something in it: a flat one would be cut short without a loss."""
    held = BytesIO()
    ramp = Image.linear_gradient("L").resize(size)
    ramp.convert(mode).save(held, form, **options)
    return held.getvalue()


def jpeg(**options: object) -> bytes:
    return image("JPEG", **options)


def png(**options: object) -> bytes:
    return image("PNG", **options)


def by_hand(*objects: bytes) -> bytes:
    """A document of these objects, the first its catalog, written as no library would write it."""
    body, places = b"%PDF-1.7\n", []
    for number, one in enumerate(objects, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    tail = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n"
    return body + head + table + tail % (len(objects) + 1, len(body))


def blank(catalog: bytes = b"", *others: bytes) -> bytes:
    """One empty page, with more in its catalog and more objects (from 4 on)."""
    return by_hand(
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>",
        *others,
    )
