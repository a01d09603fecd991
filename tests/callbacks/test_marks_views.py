"""`/vues`, and what `/` opens: callbacks called as Dash would."""

import pytest

from callbacks.marks_views import keep, settle_view
from components.consumption.sentence import text_of
from components.marks.ids import Ids
from components.marks.view_text import holders_in, page_words
from core.errors import Invalid, NotFound
from data.analysis.marks import queries
from pages import home, marks
from tests.callbacks.test_marks import ids_in
from tests.factories import PCE, make_pce
from tests.web import request_of

ADDRESS = f"/consommations?pce={PCE}&step=week"


def laid(db, viewer, **query):
    return marks.layout(request_of(db, viewer), **query)


def kept(db, viewer, name="Hiver", **more):
    sent = {"name": name, "shared": True, "address": ADDRESS, "renamed": None} | more
    typed, kept = (
        {name: sent[name] for name in two} for two in (("name", "shared"), ("address", "renamed"))
    )
    return keep(typed=typed, kept=kept, request=request_of(db, viewer))


def test_a_page_is_kept_under_the_name_of_its_pce_and_opens_first(act, web, alice):
    with act() as db:
        make_pce(db, holder_id=1)
        asked = laid(db, alice, de=ADDRESS)
        assert {Ids.NAME, Ids.KEEP, Ids.ADDRESS} <= ids_in(asked)
        assert "Lycée des Tilleuls" in str(asked)
        place, toasts = kept(db, alice)
        assert place == "/vues"
        assert "Vue gardée" in text_of(toasts)
        (one,) = queries.list_views(db, alice)
        lines, _toasts = settle_view(
            {"do": "home", "id": str(one.id)}, request=request_of(db, alice)
        )
        assert "À l’ouverture" in text_of(lines)
        assert ids_in(home.layout(request_of(db, alice))) >= {Ids.GOES}
        assert Ids.GOES not in ids_in(home.layout(request_of(db, alice), tableau="1"))
        settle_view({"do": "unhome", "id": str(one.id)}, request=request_of(db, alice))
        assert Ids.GOES not in ids_in(home.layout(request_of(db, alice)))
        kept(db, alice, "Printemps", renamed=one.id, shared=False)
        assert "Printemps" in str(laid(db, alice, vue=str(one.id)))
        lines, _toasts = settle_view(
            {"do": "drop", "id": str(one.id)}, request=request_of(db, alice)
        )
        assert "Aucune vue gardée" in text_of(lines)


def test_the_dashboard_says_why_the_view_is_lost(act, web, alice):
    with act() as db:
        pce = make_pce(db, holder_id=1)
        kept(db, alice)
        (one,) = queries.list_views(db, alice)
        settle_view({"do": "home", "id": str(one.id)}, request=request_of(db, alice))
        pce.holder_id = 3
        db.flush()
        assert "Votre vue d’ouverture ne peut plus être lue" in text_of(
            [home.layout(request_of(db, alice))]
        )
        assert "n’est plus lisible pour vous" in text_of([laid(db, alice)])


@pytest.mark.parametrize("address", ["", "/compte", "https://ailleurs.example/consommations"])
def test_what_is_no_view_is_refused(act, web, alice, address):
    with act() as db:
        with pytest.raises(Invalid):
            kept(db, alice, address=address)
        assert Ids.KEEP not in ids_in(laid(db, alice, de=address))


def test_a_press_that_is_none_changes_nothing(act, web, alice):
    with act() as db, pytest.raises(Invalid):
        settle_view({"do": "zz", "id": "7"}, request=request_of(db, alice))


def test_the_filters_that_are_kept_are_said():
    said = page_words("/consommations/parc?tag=Sport&q=piscine")
    assert "étiquette" in said
    assert "Sport" in said
    assert "piscine" in said
    assert page_words("/consommations?pce=09999999900001") == "Consommations"
    whole = "/consommations/parc?view=freshness&period=last&org=7"
    assert page_words(whole) == "Parc · Fraîcheur · un titulaire · Dernier mois"
    named = page_words(whole, {7: "Ville de Val-des-Tilleuls"})
    assert named == "Parc · Fraîcheur · titulaire Ville de Val-des-Tilleuls · Dernier mois"
    group = "/consommations?tag=Sport&period=3y&unit=eur"
    assert page_words(group) == "Consommations · étiquette « Sport » · 3 ans · €".replace(
        "« ", "«\u00a0"
    ).replace(" »", "\u00a0»")
    days = page_words("/consommations?pce=09999999900001&from=2026-03-01&to=2026-03-31")
    assert days == "Consommations · du 01/03/2026 au 31/03/2026"
    assert holders_in([whole, "/consommations?holder=8", "/consommations?pce=x"]) == {7, 8}


@pytest.mark.parametrize("sent", [None, {"id": "x", "do": "home"}, {"id": "7", "do": "drop"}])
def test_a_view_that_is_none_is_not_found(act, web, alice, sent):
    with act() as db, pytest.raises(NotFound):
        settle_view(sent, request=request_of(db, alice))
