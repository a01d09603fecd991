"""Where words are drawn, whichever way the page is turned, and the marks that follow from it."""

from dataclasses import replace
from datetime import date

import pikepdf
import pytest

from data.controls.files import word_boxes
from data.controls.files.text_layer import words_of
from data.controls.files.word_boxes import placed
from data.controls.rules.marks import MOST_MARKS, marks_in, missing_in, signature_date_in
from data.controls.types import ChecklistPoint, PieceKind
from data.controls.types.pieces import WordBox
from tests.data.controls.files.pieces import MANDATE, changed, document, jpeg, pdf, saved
from tests.data.controls.files.test_reading import EXPECTED


def page_of(content):
    return {text: box for text, *box in placed(content)[0]}


def words(*pages):
    """Pages of one line each: a word is as wide as it is long."""
    return [
        [
            WordBox(word, at / 100, 0.1, len(word) / 100, 0.02)
            for at, word in enumerate_words(line)
        ]
        for line in pages
    ]  # fmt: skip


def enumerate_words(line):
    at = 0
    for word in line.split(" "):
        yield at, word
        at += len(word) + 1


def test_each_word_has_its_place_in_parts_of_the_page():
    found = page_of(pdf())
    left, top, width, height = found["Mandat"]
    assert (left, top) == (pytest.approx(50 / 595, abs=0.002), pytest.approx(0.061, abs=0.01))
    assert 0.04 < width < 0.08
    assert 0.01 < height < 0.02
    assert found["titulaire"][1] - top == pytest.approx(14 / 842, abs=0.001)  # a line lower


def test_a_page_that_is_turned_is_placed_as_it_is_drawn():
    def turn(made):
        made.pages[0].obj["/Rotate"] = 90

    left, top, width, height = page_of(changed(turn))["Mandat"]
    assert (left, top) == (pytest.approx(0.924, abs=0.01), pytest.approx(50 / 595, abs=0.002))
    assert height > width


def test_a_page_that_is_cropped_is_placed_in_what_is_left():
    def crop(made):
        made.pages[0].obj["/CropBox"] = pikepdf.Array([0, 762, 595, 842])

    found = page_of(changed(crop))
    assert found["Mandat"][1] == pytest.approx(0.061 * 842 / 80, abs=0.1)
    assert "Signature" not in found


def test_what_is_read_is_bounded(monkeypatch):
    monkeypatch.setattr(word_boxes, "MOST_SIGNS", 30)
    made = document("Première page", "suite")
    made.pages.append(made.pages[0])
    texts = [[text for text, *_box in page] for page in placed(saved(made))]
    assert texts[0] == ["Première", "page", "suite"]
    assert sum(len(text) for page in texts for text in page) < 30
    assert placed(b"%PDF-1.7 nothing") == []


def test_it_is_done_apart_and_a_photo_has_no_words():
    read = words_of(PieceKind.PDF, pdf())
    assert [word.text for word in read[0][:2]] == ["Mandat", "de"]
    assert words_of(PieceKind.JPEG, jpeg()) == ()


def told(pages, sought=EXPECTED):
    """The point and the words under each mark."""
    found = []
    for mark in marks_in(pages, sought):
        inside = [
            word.text
            for word in pages[mark.page - 1]
            if mark.x <= word.x and word.x + word.w <= mark.x + mark.w + 0.001
        ]
        found.append((mark.point, mark.page, " ".join(inside)))
    return found


def test_every_point_of_a_mandate_is_marked_where_it_is_said():
    assert told(words(*MANDATE)) == [
        (ChecklistPoint.HOLDER, 2, "Lycée des Tilleuls"),
        (ChecklistPoint.NUMBER, 3, "09 999 999 910 042"),
        (ChecklistPoint.THIRD_PARTY, 3, "THERMIA Conseil"),
        (ChecklistPoint.PERIMETER, 4, "informatives,"),
        (ChecklistPoint.PERIMETER, 4, "publiées,"),
        (ChecklistPoint.PERIMETER, 4, "contractuelles"),
        (ChecklistPoint.PERIMETER, 4, "techniques,"),
        (ChecklistPoint.PERIMETER, 5, "1er septembre 2021"),
        (ChecklistPoint.PERIMETER, 5, "31/08/2027."),
        (ChecklistPoint.DATE, 6, "2 septembre 2024."),
        (ChecklistPoint.SIGNATURE, 6, "Signature"),
    ]


def test_the_day_of_the_signature_is_told():
    assert signature_date_in(words(*MANDATE), EXPECTED) == date(2024, 9, 2)
    assert signature_date_in(words("Une page sans jour"), EXPECTED) is None


def test_a_perimeter_that_is_said_in_part_says_what_it_lacks():
    assert missing_in(words(*MANDATE), EXPECTED) == ()
    found = words("Consommation de gaz du point 09999999910042, signé le 2 septembre 2024")
    assert ChecklistPoint.PERIMETER in {point for point, _page, _text in told(found)}
    assert missing_in(found, EXPECTED) == ("informative", "contractual", "technical", "period")
    bare = replace(EXPECTED, kinds=frozenset(), first=None, last=None)
    assert missing_in(found, bare) == ()


def test_nothing_is_marked_that_is_not_said():
    assert told(words("Une page de texte qui ne dit rien d’utile")) == []
    assert marks_in([], EXPECTED) == ()
    bare = replace(EXPECTED, holder=" ", kinds=frozenset(), first=None, last=None)
    points = {point for point, _page, _text in told(words(*MANDATE), bare)}
    assert points == {
        ChecklistPoint.NUMBER,
        ChecklistPoint.THIRD_PARTY,
        ChecklistPoint.DATE,
        ChecklistPoint.SIGNATURE,
    }


def test_a_length_of_time_stands_for_the_period_and_letters_apart_for_a_name():
    found = told(words("T H E R M I A C O N S E I L pendant trois ans"))
    assert (ChecklistPoint.THIRD_PARTY, 1, "T H E R M I A C O N S E I L") in found
    assert (ChecklistPoint.PERIMETER, 1, "trois ans") in found


def test_what_goes_over_two_lines_has_two_boxes():
    page = [
        WordBox("THERMIA", 0.8, 0.10, 0.1, 0.02),
        WordBox("Conseil", 0.1, 0.13, 0.1, 0.02),
    ]
    boxes = [(mark.x, mark.y) for mark in marks_in([page], EXPECTED)]
    assert boxes == [(0.8, 0.10), (0.1, 0.13)]


def test_marks_are_few():
    line = " ".join(["09999999910042"] * (MOST_MARKS + 5))
    assert len(marks_in(words(line), EXPECTED)) == MOST_MARKS
