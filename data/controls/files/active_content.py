"""Find active or embedded content in any object of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.controls.files.decoder_client import PieceProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pikepdf import Object, Pdf, Stream

# The common part of all its forms, in two literals so that our source is not detected.
EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
# Action types (ISO 32000-1, table 198) except moves within the document and reader-triggered ones.
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"}
    | {"/GoToR", "/GoToE", "/GoTo3DView", "/GoToDp", "/Thread", "/Movie", "/Sound"}
)
_ACTIVE = frozenset({"/AA", "/JS", "/JavaScript", "/OPI", "/RichMediaContent", "/XFA"})
_PLAYED = frozenset({"/3D", "/Movie", "/RichMedia", "/Screen", "/Sound"})  # annotation types
_ATTACHED = frozenset({"/EmbeddedFiles", "/EF"})
_BLANKS = re.compile(r"[\s\x00-\x20\x7f\ufeff]+")
_WEB = re.compile(r"(?:https?|mailto|tel):|(?![\\/]{2})[^:]*\Z", re.IGNORECASE)


def carries(document: Pdf, sign: bytes) -> bool:
    """Return whether a stream contains `sign` once decompressed."""
    import pikepdf

    streams = (thing for thing in document.objects if isinstance(thing, pikepdf.Stream))
    return any(sign in _unfolded(stream) for stream in streams)


def _unfolded(stream: Stream) -> bytes:
    import pikepdf

    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # an image: its raw bytes are checked
        return b""


def dangers(document: Pdf) -> Iterator[PieceProblem]:
    """Yield a problem for content that acts by itself, is external, or is attached.

    All objects are checked, whether or not they are referenced.
    """
    import pikepdf

    waiting: list[object] = [document.trailer, *document.objects]
    while waiting:
        thing = waiting.pop()
        if isinstance(thing, pikepdf.Array):
            waiting.extend(part for part in thing if _is_inside(part))
        elif isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            keys = set(thing.keys())
            if _acts(thing, keys) or _reaches(thing, keys):
                yield PieceProblem.ACTIVE
            if keys & _ATTACHED or str(thing.get("/Type")) == "/EmbeddedFile":
                yield PieceProblem.ATTACHED
            waiting.extend(part for part in map(thing.get, keys) if _is_inside(part))


def _acts(thing: Object, keys: set[str]) -> bool:
    """Return whether it acts when the document opens, or plays something."""
    from pikepdf import Dictionary

    opening = thing.get("/OpenAction")
    by_itself = isinstance(opening, Dictionary) and (
        str(opening.get("/S")) != "/GoTo" or "/Next" in opening
    )
    return (
        by_itself
        or bool(keys & _ACTIVE)
        or str(thing.get("/S")) in _ACTIONS
        or str(thing.get("/Subtype")) in _PLAYED
    )


def _reaches(thing: Object, keys: set[str]) -> bool:
    """Return whether it refers to external data, pages, or links other than web links."""
    from pikepdf import Dictionary, Stream, String

    outside = isinstance(thing, Stream) and "/F" in keys
    outside |= isinstance(thing.get("/Ref"), Dictionary) or str(thing.get("/FS")) == "/URL"
    outside |= str(thing.get("/Type")) in {"/Filespec", "/F"} and not keys & _ATTACHED
    links = (thing.get(key) for key in ("/URI", "/Base"))
    # A link as readers follow it, without blanks and control characters
    return outside or any(
        isinstance(link, String) and not _WEB.match(_BLANKS.sub("", str(link))) for link in links
    )


def _is_inside(thing: object) -> bool:
    """Return whether it is a direct object; indirect ones are visited by themselves."""
    import pikepdf

    return isinstance(thing, pikepdf.Object) and not thing.is_indirect
