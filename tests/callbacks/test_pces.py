from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qsl

import pytest
from sqlalchemy import select

from callbacks import pces as callbacks
from core.access import Role
from core.errors import Forbidden, Invalid, NotFound
from data.exports.actions import keep_pick
from data.exports.queries import get_picked
from data.exports.rules import MOST_PICKED
from data.metering.pces import queries
from data.metering.pces.models import Pce
from pages.exports import PAGE as EXPORTS
from pages.pces import PAGE as PCES
from tests.components.kit.trees import text_of
from tests.factories import NOW, PCE, make_grant, make_pce
from tests.web import request_of

OTHER = "09999999910002"
UNFILTERED = {"q": "", "tag": "", "fresh": "all", "unheld": False}


@pytest.fixture
def fleet(db, people):
    mine = make_pce(db, holder_id=1)
    make_pce(db, OTHER, holder_id=3, alias="Usine")
    make_grant(db, mine, 2)


def numbers(answer):
    return [row["number"] for row in answer["rows"]["rowData"]]


def test_each_sees_their_own_pce_and_their_count(db, fleet, alice, bob, charlie, dora):
    request = {"startRow": 0, "endRow": 100}
    shown = {
        who: numbers(callbacks.show_rows(request, request=request_of(db, viewer)))
        for who, viewer in {"a": alice, "b": bob, "c": charlie, "d": dora}.items()
    }
    assert shown == {"a": [PCE], "b": [PCE], "c": [OTHER], "d": [PCE, OTHER]}
    assert callbacks.show_rows(request, request=request_of(db, dora))["count"] == (
        "2 points de livraison"
    )


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"startRow": -5, "endRow": 10**12, "sortModel": [{"colId": "id; drop", "sort": "x"}]},
        {"startRow": "0", "endRow": None, "sortModel": "no", "filterModel": [1]},
    ],
)
def test_a_hostile_request_gets_an_ordinary_page(db, fleet, dora, request_):
    if isinstance(request_.get("filterModel"), list):
        request_ = request_ | {"filterModel": None}
    assert len(numbers(callbacks.show_rows(request_, request=request_of(db, dora)))) == 2


def test_the_grid_filters_by_what_is_typed(db, fleet, dora):
    model, url = callbacks.filter_list(fields=UNFILTERED | {"q": "usine"})
    assert url == "?q=usine"
    assert numbers(callbacks.show_rows({"filterModel": model}, request=request_of(db, dora))) == [
        OTHER
    ]


def test_pce_held_by_nobody_are_found(db, fleet, dora):
    make_pce(db, "GI999901", alias="Trouvée")
    model, url = callbacks.filter_list(fields=UNFILTERED | {"unheld": True})
    assert url == "?holder=none"
    assert numbers(callbacks.show_rows({"filterModel": model}, request=request_of(db, dora))) == [
        "GI999901"
    ]
    assert queries.count_unheld(db, dora) == 1


def test_a_foreign_pce_cannot_be_renamed(db, fleet, charlie):
    with pytest.raises(NotFound):
        callbacks.rename(PCE, "Pris", request=request_of(db, charlie))


def test_a_grantee_may_read_but_not_rename(db, fleet, bob):
    with pytest.raises(Forbidden):
        callbacks.rename(PCE, "Pris", request=request_of(db, bob))


def test_the_holder_renames(db, fleet, alice):
    callbacks.rename(PCE, "Lycée neuf", request=request_of(db, alice))
    assert db.scalar(select(Pce.alias).where(Pce.number == PCE)) == "Lycée neuf"


def test_only_the_staff_gives_a_pce_a_holder(db, fleet, alice, dora):
    rows = [{"number": PCE}]
    with pytest.raises(Forbidden):
        callbacks.assign_selected("3", rows, {}, request=request_of(db, alice))
    callbacks.assign_selected("3", rows, {}, request=request_of(db, dora))
    assert db.scalar(select(Pce.holder_id).where(Pce.number == PCE)) == 3


def exported(db, viewer, rows=(), model=None):
    told = (list(rows), model or {})
    ready = callbacks.find_exported(*told, request=request_of(db, viewer))
    return callbacks.export_shown(*told, ready=ready, request=request_of(db, viewer))


def opened(db, viewer, address):
    """What the form of exports is opened on, by who follows *address*."""
    query = dict(parse_qsl(address.partition("?")[2]))
    return str(EXPORTS.layout(request_of(db, viewer), **query))


@pytest.mark.parametrize(
    ("model", "address"),
    [
        ({}, "/exports"),
        ({"tags": {"filter": "Écoles"}}, "/exports?tag=%C3%89coles"),
        ({"number": {"filter": "lycée"}}, "/exports?q=lyc%C3%A9e"),
    ],
)
def test_one_filter_opens_the_form_of_exports_on_it(db, fleet, alice, model, address):
    assert exported(db, alice, model=model) == address


def test_ticked_lines_open_the_form_of_exports_on_exactly_them(db, fleet, dora):
    make_pce(db, "GI999901")
    address = exported(db, dora, [{"number": PCE}, {"number": "GI999901"}])
    assert len(address) < 40
    assert "2 PCE choisis" in opened(db, dora, address)
    pick = int(address.partition("picked=")[2])
    assert get_picked(db, dora, pick) == (PCE, "GI999901")


def test_filters_that_the_form_does_not_have_are_a_selection(db, fleet, dora):
    make_pce(db, "GI999901", alias="Trouvée")
    model, _url = callbacks.filter_list(fields=UNFILTERED | {"unheld": True})
    address = exported(db, dora, model=model)
    assert "1 PCE choisi" in opened(db, dora, address)
    both = {"number": {"filter": "lycée"}, "tags": {"filter": "Écoles"}}
    with pytest.raises(Invalid, match="aucun PCE à exporter"):
        exported(db, dora, model=both)


def test_what_one_does_not_see_is_not_in_the_selection(db, fleet, alice):
    address = exported(db, alice, [{"number": PCE}, {"number": OTHER}])
    assert get_picked(db, alice, int(address.partition("picked=")[2])) == (PCE,)
    with pytest.raises(Invalid, match="aucun PCE à exporter"):
        exported(db, alice, [{"number": OTHER}])


def test_a_selection_holds_thousands_and_no_more_than_a_statement_takes(db, fleet, dora):
    some = [f"{number:014}" for number in range(MOST_PICKED + 1)]
    pick = keep_pick(db, dora, some[1:], now=NOW)
    assert len(get_picked(db, dora, pick)) == MOST_PICKED
    assert r"20\u202f000 PCE choisis" in opened(db, dora, f"/exports?picked={pick}")
    with pytest.raises(Invalid, match="resserrez les filtres"):
        keep_pick(db, dora, some, now=NOW)


def test_a_selection_is_of_one_person_and_of_one_day(db, fleet, alice, dora):
    pick = keep_pick(db, dora, [PCE], now=NOW)
    keep_pick(db, dora, [PCE], now=NOW + timedelta(hours=23))
    assert get_picked(db, dora, pick) == (PCE,)
    assert get_picked(db, alice, pick) == ()
    assert "n’est plus gardée" in opened(db, alice, f"/exports?picked={pick}")
    keep_pick(db, dora, [PCE], now=NOW + timedelta(hours=25))
    assert get_picked(db, dora, pick) == ()


@pytest.mark.parametrize("pick", ["", "x", "-1", "9" * 30])
def test_an_address_of_no_selection_says_so(db, fleet, dora, pick):
    assert "n’est plus gardée" in opened(db, dora, f"/exports?picked={pick or 0}")


def test_who_may_only_read_ticks_lines_to_export_them(db, fleet, alice):
    reader = replace(alice, role=Role.CLIENT)
    found = text_of(PCES.layout(request_of(db, reader)))
    assert found.count("Exporter") == 2
    assert "Étiquette à ajouter" not in found
    assert callbacks.count_selected([])[1]
    assert callbacks.count_selected([{}]) == ("1 PCE coché", False)
