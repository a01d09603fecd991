import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from plotly.utils import PlotlyJSONEncoder

from components.pces import (
    event_text,
    filter_model,
    grid_row,
    may_rename,
    pce_page,
    pces_page,
    read_filters,
    view_of_model,
    write_filters,
)
from components.pces.labels import named_fields
from components.pces.listing import columns
from core.i18n import using_language
from data.metering.pces.types import (
    EventKind,
    Frequency,
    PceDetail,
    PceEvent,
    PceFilter,
    PceFreshness,
    PceRow,
)
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
    freshness=st.none() | st.sampled_from(PceFreshness),
    unheld=st.booleans(),
)


def detail(row, **values):
    return PceDetail(
        **{
            "row": row,
            "address": "",
            "commissioned_on": None,
            "ended_on": row.ended_on,
            "reference_kwh": None,
            "profile": "",
            "meter_serial": "",
            "meter_digits": None,
            "supplier": "",
            "technical": {},
            "contract": {},
            "events": (),
        }
        | values
    )


def shown(component):
    return json.dumps(component, cls=PlotlyJSONEncoder, ensure_ascii=False)


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


def test_a_closed_site_says_since_when_in_the_list_and_in_its_sheet(alice):
    closed = replace(ROW, ended_on=date(2026, 9, 30))
    assert grid_row(closed, TODAY)["freshness"] == {
        "word": "Fermé le 30/09/2026",
        "icon": "door-closed",
        "tone": "mute",
    }
    assert "Fermé le 30/09/2026" in shown(pce_page(detail(closed), alice, ()))
    assert "Plus de 7 jours" in shown(pce_page(detail(ROW), alice, ()))
    assert grid_row(replace(ROW, ended_on=TODAY), TODAY)["freshness"]["word"] == "Plus de 7 jours"


def test_the_filter_of_closed_sites_is_offered_where_there_are_some(alice):
    def page(view=PceFilter(), **counts):  # noqa: B008 (frozen)
        return shown(pces_page(alice, view, total=1, tags=(), counts=counts, organisations=()))

    assert "Fermé" not in page()
    assert "Fermé 2" in page(**{PceFreshness.CLOSED: 2})
    assert "Fermé 0" in page(PceFilter(freshness=PceFreshness.CLOSED))


@pytest.mark.parametrize(
    ("key", "value", "french", "english"),
    [
        ("pression_livraison", "0,300", "0,300\u00a0bar", "0.300\u00a0bar"),
        ("pression_livraison", "0.021", "0,021\u00a0bar", "0.021\u00a0bar"),
        ("pression_livraison", 4, "4\u00a0bar", "4\u00a0bar"),
        ("pression_livraison", "BP", "BP", "BP"),
        ("code_debit", "1600", "1\u202f600\u00a0m³/h", "1,600\u00a0m³/h"),
        ("autre", 12345, "12\u202f345", "12,345"),
        ("roues_2", 0.5, "0,5", "0.5"),
        ("car_future", 12340.0, "12\u202f340\u00a0kWh", "12,340\u00a0kWh"),
        ("code_calibre", "G16", "G16", "G16"),
        ("identifiant_pitd", "0123", "0123", "0123"),
        ("client_sensible_mig", "Non", "Non", "No"),
        ("x", 1e30, "1e+30", "1e+30"),
    ],
)
def test_a_fact_of_the_distributor_reads_as_its_reader_writes(key, value, french, english):
    assert [text for _label, text in named_fields({key: value})] == [french]
    with using_language("en"):
        assert [text for _label, text in named_fields({key: value})] == [english]


def test_a_label_does_not_repeat_the_unit():
    assert [text for _label, text in named_fields({"cja": 12345})] == ["12\u202f345\u00a0kWh/j"]
    assert named_fields({"pression_livraison": "0,300"})[0][0] == "Pression de livraison"


def test_an_event_says_from_what_to_what():
    event = PceEvent(date(2026, 4, 1), EventKind.SUPPLIER, "Gaz du Val", "Énergie Claire")
    assert event_text(event) == "Changement de fournisseur\u00a0: Gaz du Val → Énergie Claire"
    assert event_text(PceEvent(date(2026, 4, 1), EventKind.METER, None, None)) == "Compteur changé"


def test_renaming_is_offered_to_the_holder_and_the_staff_only(alice, bob, dora):
    assert may_rename(replace(alice, organisation="Ville"), ROW)
    assert may_rename(dora, ROW)
    assert not may_rename(replace(bob, organisation="Autre"), ROW)


def test_whose_pce_it_is_is_said_to_those_who_see_more_than_their_own(alice, bob, dora):
    def hidden(viewer):
        return next(c["hide"] for c in columns(viewer) if c["field"] == "holder")

    assert hidden(alice)
    assert not hidden(bob)
    assert not hidden(dora)
