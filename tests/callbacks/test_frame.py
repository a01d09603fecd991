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


def chart_of(number):
    return f"/consommations?pce={number}"


def test_the_search_finds_only_what_one_may_see(db, fleet, alice, charlie):
    found = [
        frame.show_found("0999999991", request=request_of(db, who)) for who in (alice, charlie)
    ]
    assert list(map(values, found)) == [[chart_of(PCE)], [chart_of(OTHER)]]


def test_another_s_pce_looks_as_if_it_were_not(db, fleet, charlie):
    answers = [
        frame.show_found(text, request=request_of(db, charlie)) for text in (PCE, "00000000000000")
    ]
    assert [values(options) for options in answers] == [[chart_of(OTHER)], [None]]  # alike, none


@pytest.mark.parametrize("text", [None, "", "   "])
def test_nothing_typed_lists_the_pages_and_actions_that_one_may_open(db, fleet, alice, text):
    listed = values(frame.show_found(text, request=request_of(db, alice)))
    assert {"/", "/seuils", "/seuils?new=1"} < set(listed)
    assert not {"/consommations/parc", "/admin"} & set(listed)  # of several PCEs; of managers


def test_a_page_is_found_by_other_words_and_in_spite_of_a_typing_error(db, fleet, alice):
    for text in ("tarif", "factrues", "mot de pass"):
        found = values(frame.show_found(text, request=request_of(db, alice)))
        assert found[0] in {"/prix", "/factures", "/compte"}, text


def test_a_mistyped_number_finds_its_site(db, fleet, alice):
    mistyped = PCE[:-2] + PCE[-1] + PCE[-2]
    assert values(frame.show_found(mistyped, request=request_of(db, alice))) == [chart_of(PCE)]


def test_a_found_pce_reads_as_its_name_then_its_number(db, fleet, alice):
    (option,) = frame.show_found("gymnase", request=request_of(db, alice))
    assert text_of(option).startswith(f"Gymnase Nord{PCE}")


def test_words_that_name_no_page_together_find_those_that_one_of_them_names(db, alice):
    assert values(frame.show_found("budjet toiture", request=request_of(db, alice))) == [
        "/budgets",
        "/budgets?new=1",
    ]
    assert values(frame.show_found("nouveau seuil", request=request_of(db, alice))) == [
        "/seuils?new=1"
    ]
    assert values(frame.show_found("exporter", request=request_of(db, alice))) == ["/exports"]
