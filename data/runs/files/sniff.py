"""Detect a file's type by its first bytes, never its name, and decode text."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from io import StringIO

from core.errors import Unreadable
from core.i18n import N_, size

MOST_TEXT = 64_000_000  # bytes: the largest accepted file
MOST_LINES = 500_000  # below the header
OVERSIZED = N_("Ce fichier est trop volumineux : découpez-le en plusieurs fichiers.")
LONGEST_LINE = 64 * 1024
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_UTF16 = (b"\xff\xfe", b"\xfe\xff")  # as spreadsheets save « Unicode text »

_PDF = N_("C’est un PDF. Déposez le fichier de données d’où il vient.")
_PICTURE = N_("C’est une image. Déposez le fichier de données d’où elle vient.")
_ARCHIVE = N_(
    "C’est une archive compressée. Décompressez-la et déposez les fichiers qu’elle contient."
)
_PROGRAM = N_("C’est un programme, pas un fichier de données.")
_DATABASE = N_("C’est une base de données, pas un fichier. Exportez-la en CSV et déposez le CSV.")
_PARQUET = N_("C’est un fichier Parquet. Déposez le même export en CSV.")
MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", _PDF),
    (b"\x89PNG", _PICTURE),
    (b"\xff\xd8\xff", _PICTURE),
    (b"GIF8", _PICTURE),
    (b"\x1f\x8b", _ARCHIVE),
    (b"BZh", _ARCHIVE),
    (b"\xfd7zXZ\x00", _ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", _ARCHIVE),
    (b"Rar!", _ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _ARCHIVE),
    (b"MZ\x90", _PROGRAM),
    (b"\x7fELF", _PROGRAM),
    (b"SQLite format 3\x00", _DATABASE),
    (b"PAR1", _PARQUET),
)


def refuse_known(content: bytes) -> None:
    """Raise Unreadable for an empty file and for known other types."""
    if not content.strip():
        raise Unreadable(N_("Ce fichier est vide."))
    for magic, sentence in MAGIC:
        if content.startswith(magic):
            raise Unreadable(sentence)
    if content[4:8] == b"ftyp" or (content[:4] == b"RIFF" and content[8:12] == b"WEBP"):
        raise Unreadable(_PICTURE)  # HEIC, AVIF, WebP; also videos
    if content.startswith(OLE):
        raise Unreadable(_ole(content))


def _ole(content: bytes) -> str:
    if "EncryptedPackage".encode("utf-16-le") in content:
        return N_(
            "Ce classeur est protégé par un mot de passe. Supprimez le mot de passe, enregistrez"
            " et déposez à nouveau."
        )
    return N_(
        "C’est un ancien fichier Excel (.xls) ou Office. Enregistrez-le en .xlsx et déposez-le à"
        " nouveau."
    )


def text_of(content: bytes) -> str:
    """Return text in UTF-8 with or without BOM, UTF-16 with BOM, else cp1252.

    A BOM decides: no other encoding is guessed. Raise Unreadable for what is not text.
    """
    if len(content) > MOST_TEXT:
        raise Unreadable(
            N_("Ce fichier fait {size}, c’est trop : {most} au plus. Découpez-le."),
            size=size(len(content)),
            most=size(MOST_TEXT),
        )
    if content.startswith(_UTF16):
        content = content.decode("utf-16", "replace").encode()
    control = _CONTROL.search(content)
    if control:
        raise Unreadable(
            N_(
                "Ligne {line} : ce fichier contient des octets qui ne sont pas du texte"
                " (0x{found}). Il est abîmé, ou ce n’est pas un fichier de texte."
            ),
            line=content.count(b"\n", 0, control.start()) + 1,
            found=control.group().hex(),
        )
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if content.startswith(BOM_UTF8):
            raise Unreadable(
                N_(
                    "Ligne {line} : l’octet 0x{found} n’est pas de l’UTF-8, que le début du fichier"
                    " annonce. Enregistrez-le tout entier en UTF-8 et déposez-le à nouveau."
                ),
                line=content.count(b"\n", 0, len(BOM_UTF8) + error.start) + 1,
                found=content[len(BOM_UTF8) + error.start :][:1].hex(),
            ) from None
        return _cp1252(content, error.start)


def _cp1252(content: bytes, at: int) -> str:
    try:
        return content.decode("cp1252")
    except UnicodeDecodeError:
        raise Unreadable(
            N_(
                "Ligne {line} : les lettres de ce fichier ne sont ni en UTF-8 ni en Windows-1252."
                " Enregistrez-le en UTF-8 et déposez-le à nouveau."
            ),
            line=content.count(b"\n", 0, at) + 1,
        ) from None


def refuse_markup(text: str) -> None:
    """Raise Unreadable for XML or a web page, such as a saved sign-in page."""
    start = text[:2000].lower()
    if "<html" in start or "<!doctype html" in start:
        raise Unreadable(
            N_(
                "C’est une page web, sans doute la page de connexion enregistrée à la place des"
                " données. Reconnectez-vous au site d’où elles viennent et téléchargez-les."
            )
        )
    raise Unreadable(N_("C’est du XML. Déposez les mêmes données en XLSX ou en CSV."))


def lines_of(text: str) -> Iterator[str]:
    """Yield the lines of `text`, with any line ending.

    Raise Unreadable for a line that is too long, or too many lines.
    """
    stream = StringIO(text, newline=None)
    line = 0
    while part := stream.readline(LONGEST_LINE + 1):
        line += 1
        if len(part) > LONGEST_LINE:
            raise Unreadable(
                N_("Ligne {line} : elle est trop longue ({most} au plus)."),
                line=line,
                most=size(LONGEST_LINE),
            )
        if line > MOST_LINES + 1:
            raise Unreadable(
                N_("Ce fichier a plus de {line} lignes. Découpez-le en plusieurs fichiers."),
                line=MOST_LINES,
            )
        yield part
