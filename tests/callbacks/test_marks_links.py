"""`/partages`: a link made, listed with its use, revoked; callbacks called as Dash would."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from callbacks.marks_links import make, revoke
from components.consumption.sentence import text_of
from components.marks.ids import Ids
from components.marks.links import share_button
from core.errors import Forbidden, Invalid, NotFound
from data.analysis.marks import queries
from data.metering.consumption.queries import load_series
from data.metering.consumption.rules.view import read_view
from pages import marks
from tests.callbacks.test_marks import ids_in
from tests.conftest import TODAY
from tests.data.analysis.marks.test_links import lay
from tests.factories import NOW, PCE, make_grant
from tests.web import request_of

QUERY = f"pce={PCE}&from=2026-11-02&to=2026-11-08"
WORDS = {"pce": PCE, "from": "2026-11-02", "to": "2026-11-08"}


def laid(db, viewer, days=30, **query):
    return marks.links(request_of(db, viewer, share_days=days), **query)


def made_by(db, viewer, **more):
    sent = {"days": "7", "label": "Inès", "query": QUERY} | more
    return make(**sent, request=request_of(db, viewer))


def test_it_is_made_told_once_listed_and_revoked(act, web, alice):
    with act() as db:
        lay(db)
        assert {Ids.LINK_MAKE, Ids.LINK_DAYS} <= ids_in(laid(db, alice, **WORDS))
        assert "Aucun lien" in text_of([laid(db, alice)])
        told, listed = made_by(db, alice)
        address = re.search(r"https?://[^ ]*/partage/[\w.-]+", text_of(told))[0]
        assert address not in str(laid(db, alice))
        said = text_of(listed)
        assert "du 02/11/2026 au 08/11/2026, par jour, en kWh" in said
        assert "ouvertures : 0" in said
        (row,) = queries.list_links(db, alice, NOW)
        listed, told, _toasts = revoke({"id": str(row.id)}, request=request_of(db, alice))
        assert "Révoqué" in text_of(listed)
        assert told == []
    assert address


def test_what_was_opened_or_is_over_says_so(act, web, alice):
    with act() as db:
        lay(db)
        made_by(db, alice)
    path = None
    with act() as db:
        told, _listed = made_by(db, alice)
        path = "/partage/" + text_of(told).split("/partage/")[1].split(" ")[0].removesuffix(
            "Copier"
        )
    web.browser().get(path)
    with act() as db:
        assert "ouvertures : 1, la dernière" in text_of([laid(db, alice)])
        later = marks.links(replace(request_of(db, alice), now=NOW + timedelta(days=8)))
        assert "Échu" in text_of([later])


@pytest.mark.parametrize("query", ["", "tag=Sport", None])
def test_no_point_is_shared_that_was_not_asked_for(act, web, alice, query):
    with act() as db:
        lay(db)
        with pytest.raises(Invalid):
            made_by(db, alice, query=query)
        assert queries.list_links(db, alice, NOW) == ()


@pytest.mark.parametrize("days", [None, "", "0", "8", "x", "400"])
def test_another_duration_is_refused(act, web, alice, days):
    with act() as db:
        lay(db)
        with pytest.raises(Invalid):
            made_by(db, alice, days=days)


def test_a_portal_that_shares_nothing_says_so(act, web, alice):
    with act() as db:
        lay(db)
        page = laid(db, alice, 0, **WORDS)
        assert Ids.LINK_MAKE not in ids_in(page)
        assert "ne permet pas de partager" in text_of([page])


@pytest.mark.parametrize("sent", [None, {"id": "x"}, {"id": "77"}])
def test_a_link_that_is_none_is_not_found(act, web, alice, sent):
    with act() as db, pytest.raises(NotFound):
        revoke(sent, request=request_of(db, alice))


def test_who_reads_by_a_right_is_told_why_nothing_is_shared(act, web, bob):
    with act() as db:
        make_grant(db, lay(db), 2)
        page = laid(db, bob, **WORDS)
        assert Ids.LINK_MAKE not in ids_in(page)
        assert "n’a consenti qu’à votre organisation" in text_of([page])
        view = load_series(db, bob, read_view(WORDS, TODAY))
        assert share_button(view, bob) == []
        assert share_button(replace(view, is_own=True), bob) != []
        with pytest.raises(Forbidden):
            made_by(db, bob)
