"""What is taken as a proof, and what never is: a sentence and ADICT's code, whatever is sent."""

import struct
import sys
import zlib
from io import BytesIO

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from core.errors import Invalid, TooBig, Unavailable
from data.controls.files import decoder, decoder_client
from data.controls.files.decoder_client import PieceProblem, problem_in
from data.controls.files.piece_check import MOST, SIZE_CODE, TYPE_CODE, checked
from data.controls.files.png_chunks import octets_of
from data.controls.types.pieces import PieceKind
from tests.choosing import examples
from tests.data.controls.files.hostile import CASES, chunk
from tests.data.controls.files.pieces import (
    blank,
    changed,
    document,
    image,
    jpeg,
    pdf,
    png,
    saved,
    scan,
)


def _linked(made):
    made.pages[0].Annots = pikepdf.Array(
        [
            pikepdf.Dictionary(
                Type=pikepdf.Name.Annot,
                Subtype=pikepdf.Name.Link,
                Rect=pikepdf.Array([0, 0, 9, 9]),
                A=pikepdf.Dictionary(S=pikepdf.Name.URI, URI=pikepdf.String("https://a.example")),
            )
        ]
    )


def _two_pictures():
    """As some phones do: a second picture after the end of the first."""
    held = BytesIO()
    pictures = [Image.open(BytesIO(jpeg())), Image.open(BytesIO(jpeg(size=(80, 50))))]
    pictures[0].save(held, "MPO", save_all=True, append_images=pictures[1:])
    return held.getvalue()


def interlaced(size=(37, 11)):
    """As the web liked them: seven passes, each with lines of its own."""
    head = struct.pack(">IIBBBBB", *size, 8, 2, 0, 0, 1)
    rows = zlib.compress(bytes(octets_of(head)))
    parts = ((b"IHDR", head), (b"IDAT", rows), (b"IEND", b""))
    return png()[:8] + b"".join(chunk(*part) for part in parts)


def worded():
    return png()[:33] + chunk(b"zTXt", b"Comment\0\0" + zlib.compress(b"Mairie")) + png()[33:]


GOOD = {
    "a mandate": ("mandat.pdf", pdf(), PieceKind.PDF),
    "capitals": ("MANDAT.PDF", pdf(), PieceKind.PDF),
    "accents and blanks": (
        "Mandat : lycée «\u00a0Tilleuls\u00a0» 10.00\u202fh.pdf",
        pdf(),
        PieceKind.PDF,
    ),
    "for the web": ("mandat.pdf", pdf(linearize=True), PieceKind.PDF),
    "packed objects": (
        "mandat.pdf",
        pdf(object_stream_mode=pikepdf.ObjectStreamMode.generate),
        PieceKind.PDF,
    ),
    "a link": ("mandat.pdf", changed(_linked), PieceKind.PDF),
    "a link without its scheme": (
        "mandat.pdf",
        blank(b"", b"<< /Subtype /Link /A << /S /URI /URI (www.tilleuls.example/a?b) >> >>"),
        PieceKind.PDF,
    ),
    "a page to begin with": (
        "mandat.pdf",
        blank(b"/OpenAction << /S /GoTo /D [3 0 R /Fit] >>"),
        PieceKind.PDF,
    ),
    "written by hand": ("mandat.pdf", blank(), PieceKind.PDF),
    "a scan": ("scan.pdf", scan(jpeg(size=(3000, 2000))), PieceKind.PDF),
    "blanks at the end": ("mandat.pdf", pdf() + b"\r\n\0", PieceKind.PDF),
    "a photo": ("photo.jpg", jpeg(size=(3000, 2000)), PieceKind.JPEG),
    "a photo, other end": ("photo.JPEG", jpeg(progressive=True), PieceKind.JPEG),
    "a grey scan": ("scan.jpg", jpeg(mode="L"), PieceKind.JPEG),
    "a printer's colours": ("scan.jpg", jpeg(mode="CMYK"), PieceKind.JPEG),
    "two pictures": ("photo.jpg", _two_pictures(), PieceKind.JPEG),
    "a phone's own trailer": ("photo.jpg", jpeg() + b"\0\0SEFHe\0\0\0SEFT", PieceKind.JPEG),
    "a screen": ("écran.png", png(), PieceKind.PNG),
    "black and white": ("fax.png", png(mode="1"), PieceKind.PNG),
    "in passes": ("écran.png", interlaced(), PieceKind.PNG),
    "in words": ("écran.png", worded(), PieceKind.PNG),
    "see-through": ("logo.png", png(mode="RGBA"), PieceKind.PNG),
}


@pytest.mark.parametrize(("name", "content", "kind"), GOOD.values(), ids=GOOD)
@pytest.mark.sampled
def test_an_honest_piece_is_taken(name, content, kind):
    assert checked(name, content) is kind


def test_a_piece_of_just_four_megabytes_is_taken():
    content = png()
    room = MOST - len(content) - len(chunk(b"teXt", b""))
    full = content[:33] + chunk(b"teXt", bytes(room)) + content[33:]
    assert len(full) == MOST
    assert checked("mandat.png", full) is PieceKind.PNG


def test_there_are_sixty_hostile_files_and_more():
    assert len({content for _name, content, _word in CASES.values()}) >= 60


# What it draws lasts as long as what "forms in forms" does: until the process is stopped.
PIECES = [
    pytest.param(*case, id=name, marks=[pytest.mark.proof] * (name == "words in forms"))
    for name, case in CASES.items()
]


@pytest.mark.sampled
@pytest.mark.parametrize(("name", "content", "word"), PIECES)
def test_a_hostile_file_gets_a_sentence_and_a_code(name, content, word):
    with pytest.raises(Invalid) as refused:
        checked(name, content)
    assert word in str(refused.value)  # its blanks filled, and for the right reason
    large = isinstance(refused.value, TooBig)
    assert refused.value.params["code"] == (SIZE_CODE if large else TYPE_CODE)


@settings(max_examples=examples(25))
@given(st.data())
def test_no_change_of_an_honest_file_is_ever_a_crash(data):
    """A kind, or Invalid: never another error, whatever octets are changed."""
    name, content, kind = data.draw(st.sampled_from(list(GOOD.values())))
    spoilt = bytearray(content[:20_000])
    for _ in range(data.draw(st.integers(1, 20))):
        spoilt[data.draw(st.integers(0, len(spoilt) - 1))] = data.draw(st.integers(0, 255))
    said = "taken"
    try:
        assert checked(name, bytes(spoilt)) is kind
    except Invalid as refused:
        said = str(refused)
    assert said


def program(code):
    return (sys.executable, "-c", code)


def test_a_machine_that_is_slow_refuses_nothing_for_good():
    slow = program("import time; time.sleep(60)")
    with pytest.raises(Unavailable, match="réessayez"):
        problem_in(PieceKind.PDF, b"", seconds=0.5, program=slow)
    killed = program("import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    with pytest.raises(Unavailable):
        problem_in(PieceKind.PDF, b"", program=killed)


def test_what_works_without_end_is_refused():
    inside = (
        "import sys; sys.argv = ['', 'judge', 'pdf'];"
        "from data.controls.files import decoder; decoder.CPU_SECONDS = 1;"
        "decoder.judged = lambda kind, content: [None for _ in iter(int, 1)];"
        "decoder.serve()"
    )
    assert problem_in(PieceKind.PDF, b"", program=program(inside)) is PieceProblem.TOO_LARGE


def test_what_breaks_the_process_is_refused():
    broken = program("import os; os.abort()")
    assert problem_in(PieceKind.PDF, b"", program=broken) is PieceProblem.TOO_LARGE


def test_a_process_that_cannot_start_is_no_verdict():
    with pytest.raises(RuntimeError, match="nothing_of_that_name"):
        problem_in(PieceKind.PDF, b"", program=program("import nothing_of_that_name"))


def test_the_process_is_bounded_and_knows_no_key(monkeypatch):
    """What it prints of itself, from inside its bounds."""
    monkeypatch.setenv("PORTAL_SECRET_KEY", "secret")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    inside = (
        "import os, sys, resource; sys.argv = ['', 'judge', 'pdf'];"
        "from data.controls.files import decoder;"
        "decoder.judged = lambda kind, content: ["
        " resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_FSIZE)[0],"
        " resource.getrlimit(resource.RLIMIT_CPU)[0],"
        " sorted(k for k, v in os.environ.items() if v == 'secret')];"
        "decoder.serve()"
    )
    said = decoder_client._run_json(program(inside), b"", 20)
    assert said == [1024 * 1024 * 1024, 0, decoder.CPU_SECONDS, []]


def test_a_picture_that_needs_more_memory_than_there_is_is_refused():
    """The bound of pixels is below that of memory: one that were let through would be caught."""
    inside = (
        "import sys; sys.argv = ['', 'judge', 'png'];"
        "from data.controls.files import decoder; decoder.MOST_PIXELS = 10**10;"
        "decoder.MEMORY = 200 * 1024 * 1024; decoder.serve()"
    )
    large = image("PNG", size=(9000, 9000))
    assert problem_in(PieceKind.PNG, large, program=program(inside)) is PieceProblem.TOO_LARGE


def test_nothing_is_decoded_before_its_size_is_known(monkeypatch):
    monkeypatch.setattr(decoder_client, "_run_json", lambda *_: pytest.fail("it was opened"))
    with pytest.raises(TooBig):
        checked("mandat.pdf", saved(document("Mandat")) + b"\n" * MOST)


def test_what_can_be_done_is_said():
    with pytest.raises(Invalid, match="imprimez-le en PDF"):
        checked("note.docx", b"PK\x03\x04")
    with pytest.raises(TooBig, match="partagez-le"):
        checked("mandat.pdf", pdf() + bytes(MOST))
