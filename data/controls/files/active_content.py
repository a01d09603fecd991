"""Find active or embedded content in any object of a document."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from data.controls.files.decoder_client import PieceProblem

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pikepdf import Object, Pdf, Stream

# The part that all its forms have, in two: our own source must not be taken for it.
EICAR = b"EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE"
# Of actions (ISO 32000-1, table 198): all but those that move within the document, or that a
# reader presses.
_ACTIONS = frozenset(
    {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/Rendition", "/RichMediaExecute"}
    | {"/GoToR", "/GoToE", "/GoTo3DView", "/GoToDp", "/Thread", "/Movie", "/Sound"}
)
_ACTIVE = frozenset({"/AA", "/JS", "/JavaScript", "/OPI", "/RichMediaContent", "/XFA"})
_PLAYED = frozenset({"/3D", "/Movie", "/RichMedia", "/Screen", "/Sound"})  # kinds of annotations
_ATTACHED = frozenset({"/EmbeddedFiles", "/EF"})
_BLANKS = re.compile(r"[\s\x00-\x20\x7f\ufeff]+")
_WEB = re.compile(r"(?:https?|mailto|tel):|(?![\\/]{2})[^:]*\Z", re.IGNORECASE)


def carries(document: Pdf, sign: bytes) -> bool:
    """Whether any of its streams has *sign* once it is unfolded: as it lies, it does not show."""
    import pikepdf

    streams = (thing for thing in document.objects if isinstance(thing, pikepdf.Stream))
    return any(sign in _unfolded(stream) for stream in streams)


def _unfolded(stream: Stream) -> bytes:
    import pikepdf

    try:
        return stream.read_bytes()
    except pikepdf.PdfError:  # a picture: its octets are looked at as they lie
        return b""


def dangers(document: Pdf) -> Iterator[PieceProblem]:
    """What acts by itself, reaches out or is attached: nothing needs to lead to it."""
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
    """Whether it does something once the document is open, or plays something."""
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
    """Whether some of it is elsewhere: its octets, a page, or a link that is not of the web."""
    from pikepdf import Dictionary, Stream, String

    outside = isinstance(thing, Stream) and "/F" in keys
    outside |= isinstance(thing.get("/Ref"), Dictionary) or str(thing.get("/FS")) == "/URL"
    outside |= str(thing.get("/Type")) in {"/Filespec", "/F"} and not keys & _ATTACHED
    links = (thing.get(key) for key in ("/URI", "/Base"))
    return outside or any(
        isinstance(link, String) and not _WEB.match(_bare(link)) for link in links
    )


def _bare(link: Object) -> str:
    """A link as a reader follows it: blanks and control signs are dropped."""
    return _BLANKS.sub("", str(link))


def _is_inside(thing: object) -> bool:
    """Whether it is met only here: what has a number of its own is met among the objects."""
    import pikepdf

    return isinstance(thing, pikepdf.Object) and not thing.is_indirect
