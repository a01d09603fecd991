"""Read the text layer of a proof, page by page; a scan has none."""

from data.controls.files.decoder_client import texts_in, words_in
from data.controls.types.pieces import PieceKind, Word


def pages_of(kind: PieceKind, content: bytes) -> tuple[str, ...]:
    """The text of each page, bounded; nothing for an image, or for what cannot be read.

    Never raises for a content: a text that is not read is a warning, not a refusal.
    """
    return texts_in(content) if kind is PieceKind.PDF else ()


def words_of(kind: PieceKind, content: bytes) -> tuple[tuple[Word, ...], ...]:
    """The same, word by word with its place; nothing where `pages_of` reads nothing."""
    return words_in(content) if kind is PieceKind.PDF else ()
