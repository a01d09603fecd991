"""The thread: messages of each side, internal notes apart, pieces that open in their own tab."""

from components.controls.staff_thread import thread_section
from components.controls.thread import thread
from data.controls.types import MessageRow, PieceKind, PieceRow, Side
from tests.components.kit.trees import attributes, of_kind, text_of
from tests.factories import NOW

PIECE = PieceRow("p-1", "cachet.png", PieceKind.PNG, 120_000, "ab")


def message(**values):
    facts = {
        "uid": "m", "at": NOW, "side": Side.DISTRIBUTOR, "by": "Réseau Gaz", "internal": False,
        "text": "Bonjour\n\nOù est le cachet ?", "pieces": (), "unread": False,
    }  # fmt: skip
    return MessageRow(**(facts | values))


def looks(rows, viewer):
    return [line.className for line in of_kind(thread(rows, viewer), "Li") if line.className]


def head(viewer, *rows):
    (shown,) = [
        part
        for part in of_kind(thread_section(viewer, rows), "Div")
        if part.className == "desk-talk-head"
    ]
    return shown


def test_the_head_of_the_thread_says_how_its_last_message_begins(dora):
    assert text_of(head(dora)) == "Échanges 0"
    assert not of_kind(head(dora), "Button")
    rows = message(unread=True), message(by="Bob", text="\n\nAu verso.\nMerci")
    assert text_of(head(dora, *rows)) == "Échanges 2NouveauBob\u00a0: Au verso."
    note = message(internal=True, by="Dora", text="x" * 500)
    (button,) = of_kind(head(dora, *rows, note), "Button")
    assert text_of(button) == "Note interne\u00a0: " + "x" * 120
    wordless = head(dora, message(text="", pieces=(PIECE,)))
    assert text_of(wordless) == "Échanges 1Réseau Gaz\u00a0: cachet.png"


def test_nobody_wrote_yet(bob):
    assert text_of(thread((), bob)) == "Aucun message pour l’instant."


def test_each_side_knows_its_own_messages(bob, dora):
    rows = (message(), message(side=Side.THIRD_PARTY, by="Bob"))
    assert looks(rows, bob) == ["controls-message", "controls-message controls-mine"]
    assert looks(rows, dora) == ["controls-message controls-mine", "controls-message"]


def test_a_note_says_that_the_client_does_not_see_it(dora):
    (line,) = of_kind(thread((message(internal=True, by="Dora"),), dora), "Li")
    assert line.className == "controls-message controls-note"
    assert "Note interne, invisible du client, par Dora" in text_of(line)
    assert [part.className for part in of_kind(line, "I")] == ["bi bi-lock-fill"]


def test_each_line_is_a_paragraph_and_what_is_new_says_so(bob):
    shown = thread((message(unread=True),), bob)
    assert [text_of(part) for part in of_kind(shown, "P")] == ["Bonjour", "Où est le cachet ?"]
    assert "Nouveau" in text_of(shown)


def test_a_piece_opens_in_a_tab_of_its_own(bob):
    (link,) = of_kind(thread((message(pieces=(PIECE,)),), bob), "A")
    assert link.href == "/controles/pieces/p-1"
    assert (link.target, link.rel) == ("_blank", "noopener")
    assert text_of(link) == "cachet.png120\u00a0ko"
    assert attributes(link)
