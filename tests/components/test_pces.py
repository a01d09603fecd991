from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.pces import (
    event_text,
    filter_model,
    grid_row,
    may_rename,
    read_filters,
    view_of_model,
    write_filters,
)
from components.pces.listing import columns
from data.pces.types import EventKind, Frequency, Freshness, PceEvent, PceFilter, PceRow
from tests.conftest import TODAY

ROW = PceRow(
    id=1,
    number="09999999910001",
    alias="Lycée des Tilleuls",
    city="Villeneuve-Exemple",
    postal_code="99123",
    holder="Ville",
    frequency=Frequency.MONTHLY,
    tariff="T3",
    tags=("Écoles", "Nord"),
    data_until=date(2026, 11, 10),
)
views = st.builds(
    PceFilter,
    text=st.text("azé0 &=", max_size=20),
    tags=st.just(()) | st.tuples(st.text("azé &", min_size=1, max_size=20)),
    freshness=st.none() | st.sampled_from(Freshness),
    unheld=st.booleans(),
)


@given(views)
def test_the_filters_survive_the_grid_model(view):
    assert view_of_model(filter_model(view)) == view


@given(views)
def test_the_filters_survive_the_url(view):
    from urllib.parse import parse_qsl

    assert read_filters(dict(parse_qsl(write_filters(view).removeprefix("?")))) == view


@pytest.mark.parametrize(
    "model", [None, {}, {"number": 3}, {"number": {"filter": None}}, {"x": []}]
)
def test_a_model_that_says_nothing_filters_nothing(model):
    assert view_of_model(model) == PceFilter()


def test_unknown_filter_words_are_left_out():
    assert read_filters({"fresh": "rotten", "holder": "7"}) == PceFilter()


def test_a_row_keeps_its_zeros_and_says_how_late_it_is():
    row = grid_row(ROW, TODAY)
    assert row["number"] == "09999999910001"
    assert row["freshness"]["word"] == "Plus de 7 jours"
    assert row["alias"] == {
        "text": "Lycée des Tilleuls",
        "href": "/consommations?pce=09999999910001",
    }
    assert row["tags"] == "Écoles, Nord"


def test_an_event_says_from_what_to_what():
    event = PceEvent(date(2026, 4, 1), EventKind.SUPPLIER, "Gaz du Val", "Énergie Claire")
    assert event_text(event) == "Changement de fournisseur\u00a0: Gaz du Val → Énergie Claire"
    assert event_text(PceEvent(date(2026, 4, 1), EventKind.METER, None, None)) == "Compteur changé"


def test_renaming_is_offered_to_the_holder_and_the_staff_only(alice, bob, dora):
    from dataclasses import replace

    assert may_rename(replace(alice, organisation="Ville"), ROW)
    assert may_rename(dora, ROW)
    assert not may_rename(replace(bob, organisation="Autre"), ROW)


def test_whose_pce_it_is_is_said_to_those_who_see_more_than_their_own(alice, bob, dora):
    def hidden(viewer):
        return next(c["hide"] for c in columns(viewer) if c["field"] == "holder")

    assert hidden(alice)
    assert not hidden(bob)
    assert not hidden(dora)
