"""Pages drawn for the screen: the one asked for, within bounds, in the process apart."""

import base64
import io

import pikepdf
import pytest
from PIL import Image

from core.errors import NotFound, Unreadable
from data.controls.files.decoder import drawn
from data.controls.files.page_renderer import draw_page
from data.controls.types import PieceKind
from tests.data.controls.files.pieces import changed, pdf, png


def size_of(content):
    with Image.open(io.BytesIO(content)) as picture:
        return picture.size


def two_pages(made):
    made.add_blank_page(page_size=(300, 200))


def poster(made):
    made.pages[0].obj["/MediaBox"] = pikepdf.Array([0, 0, 14_000, 7_000])


def picture(content, place=0, scale=1.0):
    found = drawn(content, place, scale)
    return found["pages"], size_of(base64.b64decode(found["png"]))


def test_the_page_asked_for_is_drawn_at_the_scale_asked_for():
    both = changed(two_pages)
    assert picture(both) == (2, (595, 842))
    assert picture(both, 1, 2.0) == (2, (600, 400))
    assert drawn(both, 2, 1.0) == {"pages": 2, "png": ""}


def test_a_poster_is_drawn_smaller():
    assert picture(changed(poster), scale=2.0) == (1, (4000, 2000))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", png()])
def test_what_is_no_document_is_not_drawn(content):
    assert drawn(content, 0, 1.0) is None


def test_it_is_done_apart():
    content, pages = draw_page(PieceKind.PDF, pdf(), 1, 150)
    assert (size_of(content), pages) == ((1190, 1684), 1)
    for kind, page in ((PieceKind.PDF, 2), (PieceKind.PDF, 0), (PieceKind.PNG, 1)):
        with pytest.raises(NotFound):
            draw_page(kind, pdf(), page, 100)
    with pytest.raises(Unreadable):
        draw_page(PieceKind.PDF, b"%PDF-1.7 nothing", 1, 100)
