"""What the process apart finds in a piece, asked here without the process."""

import pikepdf
import pytest
from PIL import Image

from data.controls.files.decoder import judged
from data.controls.files.decoder_client import PieceProblem
from data.controls.types.pieces import SUFFIXES, PieceKind
from tests.data.controls.files.hostile import CASES
from tests.data.controls.files.pieces import jpeg, pdf, png, scan

PROBLEMS = {
    "abîmé": PieceProblem.DAMAGED,
    "protégé": PieceProblem.ENCRYPTED,
    "aucune page": PieceProblem.NO_PAGE,
    "scripts": PieceProblem.ACTIVE,
    "joints": PieceProblem.ATTACHED,
    "trop volumineux": PieceProblem.TOO_LARGE,
}
OPENED = {case: found for case, found in CASES.items() if found[2] in PROBLEMS}
# What is after the end of a document is looked at before it is opened.
ENDS = {"pdf and octets", "pdf and far octets"}
# What these ask for ends only with the bounds of the process: test_checking has it asked there.
ENDLESS = {"forms in forms", "words in forms"}


@pytest.fixture(autouse=True)
def _bounds(monkeypatch):
    """The libraries' bounds are put back: here they are those of every other test too."""
    before = pikepdf.settings.get_qpdf_limits()
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", Image.MAX_IMAGE_PIXELS)
    yield
    pikepdf.settings.set_qpdf_limits(**before)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        (PieceKind.PDF, pdf()),
        (PieceKind.PDF, pdf(linearize=True)),
        (PieceKind.PDF, scan(jpeg(size=(3000, 2000)))),
        (PieceKind.JPEG, jpeg()),
        (PieceKind.PNG, png()),
    ],
)
def test_nothing_is_wrong_with_an_honest_piece(kind, content):
    assert judged(kind, content) is None


@pytest.mark.parametrize(
    ("name", "content", "word"), [OPENED[case] for case in sorted(OPENED.keys() - ENDS - ENDLESS)]
)
def test_what_is_wrong_is_named(name, content, word):
    kind = next(kind for kind in PieceKind if name.endswith(SUFFIXES[kind]))
    assert judged(kind, content) is PROBLEMS[word]


def test_a_lack_of_memory_is_a_matter_of_size(monkeypatch):
    def short(*_arguments, **_options):
        raise MemoryError

    monkeypatch.setattr(Image, "open", short)
    assert judged(PieceKind.JPEG, jpeg()) is PieceProblem.TOO_LARGE
