from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from urllib.parse import parse_qsl

import pytest
from dash.exceptions import PreventUpdate
from openpyxl import load_workbook

from api import fleet as route
from callbacks import fleet as callbacks
from core.errors import Invalid
from data.metering.consumption.types import FleetPart
from data.metering.pces.models import PceTag
from data.metering.surfaces.models import SurfaceRow
from pages.fleet import PAGE
from tests.components.kit.trees import text_of
from tests.data.metering.consumption.test_costs import price
from tests.data.metering.consumption.test_fleet import BEGIN, UNTIL, days, number, site
from tests.factories import NOW, make_grant, make_pce
from tests.web import request_of


@pytest.fixture
def fleet(db, people):
    """Two sites of Alice's, one of Charlie's; the last winter of the first lacks some days."""
    first = site(db, 0, this=1100, without=days(UNTIL - timedelta(days=2), UNTIL))
    site(db, 1, this=900, alias="Piscine")
    db.add(SurfaceRow(pce_id=first.id + 1, organisation_id=1, area_dm2=10_000, changed_at=NOW))
    site(db, 2, holder=3, alias="=1+1")
    make_grant(db, first, 2)
    db.add(PceTag(pce_id=first.id, organisation_id=1, tag="Écoles"))
    db.flush()


def laid(db, viewer, **query):
    return text_of(PAGE.layout(request_of(db, viewer), **{"view": "all"} | query))


def asked(db, viewer, query="", **request):
    answer = callbacks.show_rows(
        {"startRow": 0, "endRow": 100} | request, query, request=request_of(db, viewer)
    )
    return answer["rows"]["rowData"], answer["rows"]["rowCount"]


def numbers(found):
    return [row["number"] for row in found[0]]


def test_the_page_opens_with_its_sentence_and_its_figures(db, fleet, alice):
    said = laid(db, alice)
    assert "Ces PCE ont consommé 730\u00a0kWh de novembre 2025 à octobre 2026, autant que" in said
    assert "2 PCE complets sur 2, 730 jours connus sur 730" in said
    assert "Exporter 2 lignes" in said
    assert "Écart brut de plus de 5\u202f%1" in said
    assert "15,0\u202f% de plus" not in said


def test_a_group_is_told_apart_from_the_whole(db, fleet, alice):
    said = laid(db, alice, tag="Écoles")
    assert "10\u202f% de plus que les mêmes jours un an avant" in said
    assert "Exporter 1 ligne" in said


def test_words_narrow_the_list(db, fleet, alice):
    said = laid(db, alice, q="piscine")
    assert "Exporter 1 ligne" in said


def test_the_month_under_way_is_held_against_the_same_days(db, fleet, alice):
    said = laid(db, alice, period="current")
    assert "en novembre 2026" in said
    assert "37 jours connus sur 40" in said


def test_missing_days_are_told_and_counted(db, fleet, alice, charlie):
    said = laid(db, alice, view="missing")
    assert "Jours manquants pour le plus de PCE" in said
    assert "du 18/11/2026 au 20/11/2026, 1 PCE (50,0\u202f%)" in said
    assert "Exporter" not in said
    assert "Aucun jour ne manque" in laid(db, charlie, view="missing")


def test_groups_are_told_each_with_its_totals(db, fleet, alice, charlie, dora):
    said = laid(db, alice, view="groups")
    assert "compte dans chacune" in said
    assert "Écoles1402100,0" in said.replace("\u202f%", "")
    assert "Par organisation" not in said
    assert "Par organisation titulaire" in laid(db, dora, view="groups")
    assert "Aucun groupe" in laid(db, charlie, view="groups")


def test_who_may_not_export_is_offered_nothing_to_take_away(db, fleet, alice):
    looked = replace(alice, behind=9)
    assert "Exporter" not in laid(db, looked)
    assert callbacks.look_for("", "", request=request_of(db, looked))[2] == []


def test_who_has_no_pce_is_told_what_to_do(db, people, alice):
    assert "Ajouter votre point de livraison" in laid(db, alice)


def test_a_pce_without_any_data_is_no_trouble(db, people, alice):
    make_pce(db, number(0), holder_id=1)
    said = laid(db, alice)
    assert "Aucune donnée de consommation pour ces PCE" in said
    ((row,), total) = asked(db, alice)
    assert total == 1
    assert row["gap"] == row["percent"] == "–"
    assert row["m202610"]["text"] == "abs."


def test_each_sees_the_lines_of_their_own(db, fleet, alice, bob, charlie, dora):
    found = {
        who: [one[-1] for one in numbers(asked(db, viewer))]
        for who, viewer in {"a": alice, "b": bob, "c": charlie, "d": dora}.items()
    }
    assert found == {"a": ["0", "1"], "b": ["0"], "c": ["2"], "d": ["0", "2", "1"]}


def test_a_line_says_its_gap_in_figures_and_in_colours(db, fleet, alice):
    (first, second), _total = asked(db, alice)
    assert (first["gap"], first["percent"]) == ("+36", "+10\u202f%")
    assert first["drift"] == {"share": 0.5, "level": "up3"}
    assert second["percent"] == "−10\u202f%"
    assert second["m202610"] == {"text": "−10", "level": "down3"}
    assert second["alias"] == {"text": "Piscine", "href": f"/consommations?pce={number(1)}"}


def test_prices_are_said_and_the_file_has_what_each_site_cost(db, fleet, alice, dora):
    assert "Saisir les prix" in laid(db, alice)
    price(db, amount=10**8)
    assert "€ pour 2 PCE sur 2, d’après les prix de votre organisation" in laid(db, alice)
    heads, *lines = exported(db, alice, format="csv")[0].decode("utf-8-sig").splitlines()
    place = heads.split(";").index("Coût (€)")
    assert lines[0].split(";")[place : place + 3] == ["40,15", "3,65", ""]
    assert "Coût (€)" in laid(db, alice, view="groups")
    assert "Coût (€)" not in laid(db, dora, view="groups")  # prices are of those who pay them


@pytest.mark.slow
def test_lines_are_sorted_and_found_by_the_database(db, fleet, alice):
    up = [{"colId": "percent", "sort": "asc"}]
    assert numbers(asked(db, alice, sortModel=up)) == [number(1), number(0)]
    by_name = [{"colId": "alias", "sort": "desc"}]
    assert numbers(asked(db, alice, sortModel=by_name)) == [number(1), number(0)]
    for column, way, order in (
        ("m202603", "desc", [0, 1]), ("m202603", "asc", [1, 0]),  # a month of the heat map
        ("intensity", "desc", [1, 0]), ("place", "desc", [0, 1]),
    ):  # fmt: skip
        sort = [{"colId": column, "sort": way}]
        assert numbers(asked(db, alice, sortModel=sort)) == [number(place) for place in order]
    assert [row["intensity"] for row in asked(db, alice)[0]] == ["–", "3,3"]
    model, address, _export, kept, corrected = callbacks.look_for(
        "piscnie", "?period=last", request=request_of(db, alice)
    )
    assert address == kept == "?view=all&period=last&q=piscine"
    assert corrected == "Rien pour «\u00a0piscnie\u00a0»\u00a0: voici «\u00a0piscine\u00a0»."
    assert numbers(asked(db, alice, filterModel=model)) == [number(1)]
    assert numbers(asked(db, alice, "?tag=%C3%89coles")) == [number(0)]


def test_words_looked_for_narrow_the_sentence_and_the_figures_too(db, fleet, alice):
    found = callbacks.look_for("pisc", "?view=all", request=request_of(db, alice))
    _model, address, *_rest = found
    for query in ({"q": "pisc"}, dict(parse_qsl(address.removeprefix("?")))):
        assert "Ces PCE ont consommé 328\u00a0kWh" in laid(db, alice, **query)
    told = [text_of(one) for one in callbacks.tell(address, request=request_of(db, alice))]
    assert "Ces PCE ont consommé 328\u00a0kWh" in told[0]
    assert "365 jours connus sur 365" in told[1]
    assert "730\u00a0kWh" in text_of(callbacks.tell("?view=all", request=request_of(db, alice))[0])


@pytest.mark.slow
def test_a_day_of_the_calendar_leads_to_the_pce_that_lack_it(db, fleet, alice):
    drawn = str(PAGE.layout(request_of(db, alice), view="missing"))
    assert "?view=missing&day=2026-11-18" in drawn
    said = laid(db, alice, view="missing", day="2026-11-18")
    assert "PCE sans donnée le 18/11/2026" in said
    assert number(0) in said
    assert number(1) not in said
    assert "n’est attendu d’aucun" in laid(db, alice, view="missing", day="2026-11-10")
    assert "PCE sans donnée" not in laid(db, alice, view="missing", day="2026-13-40")


@pytest.mark.parametrize(
    ("request_", "query"),
    [
        ({"sortModel": [{"colId": "id; drop", "sort": "x"}], "startRow": -5}, None),
        ({"sortModel": "no", "filterModel": 3, "endRow": 10**12}, "?view=;&org=x"),
        ({"sortModel": [{"colId": "m209910", "sort": "asc"}]}, "?period=zz"),
    ],
)
def test_a_hostile_request_gets_an_ordinary_page(db, fleet, alice, request_, query):
    assert numbers(asked(db, alice, query, **request_)) == [number(0), number(1)]


def test_freshness_tells_the_delay_and_what_is_to_come(db, fleet, alice):
    rows, total = asked(db, alice, "?view=freshness", sortModel=[{"colId": "until", "sort": "asc"}])
    assert total == 2
    assert rows[0]["until"] == "17/11/2026"
    assert rows[0]["delay"] == "26 jours"
    assert rows[0]["next"] == "vers le 14/12/2026"


def test_only_the_figures_of_others_that_are_shown_are_noted(db, fleet, bob):
    for query, reads in (("?view=freshness", {}), ("", {number(0): "consumption.read"})):
        request = request_of(db, bob)
        callbacks.show_rows({"startRow": 0, "endRow": 100}, query, request=request)
        assert request.reads == reads


def test_a_filter_leads_to_its_address_and_a_page_that_comes_leads_nowhere(db, alice):
    def narrowed(*said):
        return callbacks.narrow(*said, "?view=missing&q=x")

    with pytest.raises(PreventUpdate):
        narrowed("all", "all", "year")
    assert narrowed("Écoles", "all", "last") == (
        "/consommations/parc?view=missing&period=last&tag=%C3%89coles&q=x"
    )
    assert callbacks.clear() == ("",)


def test_nothing_asked_is_nothing_answered(db, alice):
    with pytest.raises(PreventUpdate):
        callbacks.show_rows(None, "", request=request_of(db, alice))
    assert callbacks.view_of("?view=missing").part is FleetPart.MISSING


def exported(db, viewer, **query):
    request = request_of(db, viewer)
    answer = route.write_ranking(request, query)
    return b"".join(answer.response), list(request.reads)


def test_the_ranking_leaves_as_it_is_shown(db, fleet, dora):
    body, rows = exported(db, dora, format="csv")
    lines = body.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("PCE;Nom;Données au;Consommation (kWh);Écart à l’an dernier (kWh)")
    assert lines[1].startswith(
        f"{number(0)};Lycée des Tilleuls;2026-11-17;401,5;36,5;10;;;365;365;365"
    )
    assert f"{number(2)};'=1+1;" in lines[2]
    assert rows == [number(0), number(2), number(1)]
    book = load_workbook(BytesIO(exported(db, dora, format="xlsx", tag="x")[0]))
    assert book.active.max_row == 1
    sheet = load_workbook(BytesIO(exported(db, dora, format="xlsx")[0])).active
    assert sheet["A2"].value == number(0)
    assert sheet["F2"].value == 10


def test_a_ranking_too_long_to_wait_for_is_refused(db, fleet, dora, monkeypatch):
    monkeypatch.setattr(route, "MOST", 2)
    with pytest.raises(Invalid, match="resserrez"):
        exported(db, dora)
    with pytest.raises(Invalid, match="format"):
        exported(db, dora, format="pdf")


def test_absent_months_are_said_in_the_file(db, people, alice):
    site(db, 0, without=days(BEGIN, UNTIL))
    assert b";abs.;" in exported(db, alice, format="csv")[0]


def test_a_page_load_does_not_draw_the_list_again(db, fleet, alice):
    with pytest.raises(PreventUpdate):
        callbacks.look_for_drifts("four", "?q=four&by=kwh", request=request_of(db, alice))
    assert callbacks.look_for_drifts("", "?q=four", request=request_of(db, alice))[-2] == ""
