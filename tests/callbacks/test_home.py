"""The home of one delivery point: what it says, and its alert."""

from dataclasses import replace
from datetime import date, timedelta
from types import SimpleNamespace

import pytest

from callbacks import home
from components.home.ids import Ids, undo_button
from core.access import Role
from core.errors import Forbidden, Invalid, NotFound
from data.notifications.queries import list_set_aside
from data.thresholds import actions, queries
from data.thresholds.types import DayAlert
from pages.home import PAGE
from tests.components.kit.trees import text_of, with_id
from tests.data.thresholds.making import tell
from tests.factories import NOW, PCE, make_pce, make_people, make_right
from tests.web import Web, request_of

LAST = date(2026, 11, 20)


@pytest.fixture
def web(database, tmp_path):
    """alice holds one PCE of 100 kWh a day for two years, with four cold days; bob asks for it."""
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, holder_id=1, data_until=LAST)
        days = {LAST - timedelta(days=place): 100 for place in range(730)}
        peaks = {LAST - timedelta(days=place): 300 + place for place in (40, 80, 120)}
        tell(db, pce.id, days | peaks)
        make_right(db, pce, 2)
    return Web(database, tmp_path)


def page_of(db, viewer):
    return PAGE.layout(request_of(db, viewer))


def test_it_answers_for_the_same_days_without_a_word_of_fleets(act, alice):
    with act() as db:
        page = page_of(db, alice)
    words = text_of(page)
    assert "Novembre : autant que l’an dernier, aux mêmes jours." in words
    assert "Novembre, du 1er au 20" in words
    assert "comparé aux 20 mêmes jours un an avant" in words
    assert "Saisir le tarif" in words
    for word in ("parc", "tous mes PCE", "points de livraison", "Fraîcheur"):
        assert word not in words
    assert "elle aurait sonné 3 fois (23/07, 01/09, 11/10)" in words


def test_the_alert_is_turned_on_changed_and_off(act, alice):
    with act() as db:
        asked = request_of(db, alice)
        assert home.set_alert(False, "250", request=asked).startswith("Inactive.")
        assert queries.list_thresholds(db, alice)[1] == 0
        assert home.set_alert(True, "250", request=asked).startswith("Active.")
        assert home.set_alert(True, "330", request=asked).startswith("Active.")
        alert = queries.get_day_alert(db, alice, PCE)
        assert (alert.is_on, alert.value_wh) == (True, 330_000)
        assert home.set_alert(False, "330", request=asked).startswith("Inactive.")
        [row] = queries.list_thresholds(db, alice)[0]
    assert row.paused
    assert row.name == "Seuil journalier · Lycée des Tilleuls"
    with act() as db:
        assert with_id(page_of(db, alice), Ids.ALERT_ON).value is False


def test_a_doubtful_value_and_a_viewer_without_the_right_change_nothing(act, alice, charlie):
    client = replace(alice, role=Role.CLIENT)
    with act() as db:
        with pytest.raises(Invalid, match="n’est pas un nombre"):
            home.set_alert(True, "beaucoup", request=request_of(db, alice))
        with pytest.raises(NotFound):
            home.set_alert(True, "250", request=request_of(db, charlie))
        with pytest.raises(Forbidden):
            actions.set_day_alert(db, client, DayAlert(PCE, 1, is_on=True), name="", now=NOW)
        assert with_id(page_of(db, replace(client, one_site=True)), Ids.ALERT_ON).value is False
        assert queries.list_thresholds(db, alice)[1] == 0


def pressed(monkeypatch, kind, type_=Ids.DISMISS):
    monkeypatch.setattr(home, "ctx", SimpleNamespace(triggered_id={"type": type_, "kind": kind}))


def test_a_kind_of_task_is_set_aside_for_a_week_and_taken_back(act, alice, bob, monkeypatch):
    ids = [{"kind": 7}, {"kind": 15}]
    with act() as db:
        asked = request_of(db, alice)
        pressed(monkeypatch, 15)
        shut, aside, toasts = home.set_aside(ids, [None, False], request=asked)
        assert (shut, aside) == ([False, True], [True, False])
        assert "sept jours" in text_of(toasts)
        assert with_id(toasts[0], undo_button(15))
        assert list_set_aside(db, alice, NOW) == {15: NOW + timedelta(days=7)}
        assert list_set_aside(db, bob, NOW) == {}
        assert list_set_aside(db, alice, NOW + timedelta(days=7)) == {}
        pressed(monkeypatch, 15, Ids.UNDO)
        shut, aside, _toasts = home.set_aside(ids, shut, request=asked)
        assert (shut, aside) == ([False, False], [True, True])
        assert list_set_aside(db, alice, NOW) == {}
        pressed(monkeypatch, "x")
        with pytest.raises(NotFound):
            home.set_aside(ids, shut, request=asked)
