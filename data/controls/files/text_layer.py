"""Read the text layer of a proof, page by page; a scan has none."""

from data.controls.files.decoder_client import texts_in, words_in
from data.controls.types.pieces import PieceKind, WordBox


def pages_of(kind: PieceKind, content: bytes) -> tuple[str, ...]:
    """Return the text of each page, within limits; empty for an image or unreadable content.

    Never raises for content: missing text is a warning, not a refusal.
    """
    return texts_in(content) if kind is PieceKind.PDF else ()


def words_of(kind: PieceKind, content: bytes) -> tuple[tuple[WordBox, ...], ...]:
    """Return the words with their positions; empty when `pages_of` is."""
    return words_in(content) if kind is PieceKind.PDF else ()
