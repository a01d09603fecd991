"""Render a page of a proof as an image, to be read beside its control."""

from core.errors import NotFound, Unreadable
from core.i18n import N_
from data.controls.files.decoder_client import drawn_in
from data.controls.types.pieces import PieceKind

ZOOMS = (100, 150, 200)
_SCALE = 96 / 72  # screen pixels for a document point at 100 %
_NO_PAGE = N_("Cette pièce n’a pas cette page.")
_UNDRAWN = N_(
    "Cette page ne peut pas être dessinée sans risque : n’ouvrez pas ce fichier, demandez une autre"
    " pièce."
)


def draw_page(kind: PieceKind, content: bytes, page: int, zoom: int) -> tuple[bytes, int]:
    """Return the PNG of `page` (from 1) and the page count; raise NotFound without such a page.

    Raise Unreadable if it cannot be rendered, Unavailable if a retry may succeed.
    """
    if kind is not PieceKind.PDF or page < 1:
        raise NotFound(_NO_PAGE)
    drawn = drawn_in(content, page - 1, _SCALE * zoom / 100)
    if drawn is None:
        raise Unreadable(_UNDRAWN)
    picture, pages = drawn
    if not picture:
        raise NotFound(_NO_PAGE)
    return picture, pages
