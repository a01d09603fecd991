"""The search of the header."""

import pytest

from callbacks import frame
from tests.components.kit.trees import attributes, text_of
from tests.factories import PCE, make_pce
from tests.web import request_of

OTHER = "09999999910002"


@pytest.fixture
def fleet(db, people):
    make_pce(db, holder_id=1, alias="Gymnase Nord")
    make_pce(db, OTHER, holder_id=3, alias="Usine")


def values(options):
    return [attributes(option).get("data-value") for option in options]


def test_the_search_finds_only_what_one_may_see(db, fleet, alice, charlie):
    assert values(frame.show_found("0999999991", request=request_of(db, alice))) == [PCE]
    assert values(frame.show_found("0999999991", request=request_of(db, charlie))) == [OTHER]


def test_another_s_pce_looks_as_if_it_were_not(db, fleet, charlie):
    answers = [
        frame.show_found(text, request=request_of(db, charlie)) for text in (PCE, "00000000000000")
    ]
    assert [text_of(options) for options in answers] == ["Aucun résultat", "Aucun résultat"]


@pytest.mark.parametrize("text", [None, "", "   "])
def test_nothing_typed_shows_nothing(db, fleet, alice, text):
    assert frame.show_found(text, request=request_of(db, alice)) == []


def test_a_found_pce_reads_as_its_name_then_its_number(db, fleet, alice):
    (option,) = frame.show_found("gymnase", request=request_of(db, alice))
    assert text_of(option).startswith(f"Gymnase Nord{PCE}")
