"""The weather on the screen of who runs the portal."""

import base64
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from dash import no_update
from dash._callback_context import context_value
from dash._utils import AttributeDict

from callbacks import sheets, weather
from components.weather.ids import detach_button
from core.access import OrganisationKind, Role, Viewer
from data.metering.pces.models import PceTag
from data.metering.weather.actions import describe, load_days, note_fetch
from data.metering.weather.types import StationDay, StationPlace, WeatherLoad
from tests.conftest import TODAY
from tests.factories import PCE, make_pce, make_user
from tests.web import request_of

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
PAGE = "/admin"
SHEET = b"station;jour;moyenne\n69029001;20/11/2026;5,4\n69029001;demain;5\n"


@pytest.fixture
def irene(web):
    with web.database.transaction() as db:
        named = {"organisation_id": 4, "role": Role.ADMINISTRATOR}
        user = make_user(db, email="irene@reseau.example", name="Irène", **named)
    return Viewer(user.id, 4, OrganisationKind.DISTRIBUTOR, Role.ADMINISTRATOR, TODAY)


def sent(content: bytes, name="meteo.csv"):
    return {"content": base64.b64encode(content).decode(), "name": name}


def plain(text):
    return re.sub(r"[\u00a0\u202f]|\\xa0|\\u202f", " ", str(text)).replace("\\u002f", "/")


def test_a_sheet_is_looked_at_confirmed_and_seen_in_the_list(web, act, irene):
    browser = web.browser(irene.user_id)
    assert browser.send("/feuilles/meteo", [("meteo.csv", SHEET)]).status_code == 201
    with act() as db:
        shown, *_rest, seen = sheets.show_preview(
            sent(SHEET), "meteo", None, request=request_of(db, irene)
        )
        assert "que ces lignes créent : 69029001" in plain(shown)
        ready = sheets.compare_sheet(
            sent(SHEET), "meteo", None, seen, request=request_of(db, irene)
        )
        done, hidden, idle = sheets.confirm(
            sent(SHEET), "meteo", None, seen, ready=ready, request=request_of(db, irene)
        )
    assert "1 ligne ajoutée, 0 changée, 1 refusée" in plain(done)
    assert (hidden, idle) == (False, True)
    page = plain(browser.open(PAGE, "?part=weather").text)
    for words in ("69029001", "Fichier déposé", "20/11/2026", "364", "En retard de 4 jours"):
        assert words in page
    out = browser.get("/export/feuilles/meteo?format=csv&of=69029001").data.decode("utf-8-sig")
    assert "69029001;2026-11-20;5,4;;" in out
    assert "Station;Jour;Moyenne" in browser.get("/export/feuilles/meteo?template=1").data.decode(
        "utf-8-sig"
    )
    for user in (1, 4):
        assert web.browser(user).get("/export/feuilles/meteo?format=csv").status_code == 403
        assert web.browser(user).send("/feuilles/meteo", [("m.csv", SHEET)]).status_code == 403
        assert "Stations" not in web.browser(user).open(PAGE, "?part=weather").text


def test_the_page_says_what_there_is_and_how_the_provider_answers(web, act, irene):
    browser = web.browser(irene.user_id)

    def shown(query="?part=weather"):
        return plain(browser.open(PAGE, query).text)

    page = shown()
    for words in ("Aucune station", "Aucun service météo n’a été interrogé"):
        assert words in page
    assert "Modèle vide" in shown("?part=weather&sheet=meteo")
    with act() as db:
        make_pce(db)
        for n in range(51):
            load_days(db, f"s{n:02}", [StationDay(TODAY - timedelta(days=1), 500)])
        describe(db, StationPlace("s00", 45.75, 4.85), "Plaine", ["01"])
        note_fetch(db, NOW - timedelta(hours=12), "", WeatherLoad(12, 3), 2)
    page = shown()
    for words in (
        "51 stations, toutes à jour", "1 PCE sans station", "Plaine", "01 · 45,75°, 4,85°",
        "12 jours nouveaux, 3 corrigés", "2 réponses n’ont pas pu", "Page 1 sur 2",
    ):  # fmt: skip
        assert words in page
    assert "Page 2 sur 2" in shown("?part=weather&page=9")
    with act() as db:
        note_fetch(db, NOW, "Le service météo ne répond pas.", WeatherLoad(), 0)
        describe(db, StationPlace("vide"), "")
    page = shown()
    for words in ("en panne", "Sa dernière réponse est du", "1 essai sans réponse", "dont 1"):
        assert words in page


def test_an_outage_without_any_answer_before_is_said(web, act, irene):
    with act() as db:
        note_fetch(db, NOW, "Le service météo ne répond pas.", WeatherLoad(), 0)
    page = plain(web.browser(irene.user_id).open(PAGE, "?part=weather").text)
    assert "Il n’a jamais répondu" in page


def press_detach(act, number, code, viewer):
    button = json.dumps(detach_button(number), sort_keys=True, separators=(",", ":"))
    token = context_value.set(AttributeDict(triggered_inputs=[{"prop_id": f"{button}.n_clicks"}]))
    try:
        with act() as db:
            return weather.detach(code, request=request_of(db, viewer))
    finally:
        context_value.reset(token)


def test_a_station_is_added_changed_and_pces_attached_to_it(web, act, irene):
    browser = web.browser(irene.user_id)
    assert "Code" in browser.open(PAGE, "?part=weather&new=1").text
    good = {"code": "s 1", "name": "Plaine", "latitude": "45,7", "longitude": "4,9", "areas": "01"}

    def save(**typed):
        with act() as db:
            return weather.save(fields=good | typed, seen="", request=request_of(db, irene))

    for typed, words in (
        ({"code": ""}, "manque"), ({"latitude": "x"}, "degrés"), ({"areas": "1"}, "code postal"),
    ):  # fmt: skip
        href, _toasts, drawn = save(**typed)
        assert href is no_update
        assert words in plain(drawn)
        assert "Plaine" in plain(drawn)
    assert save()[0].startswith("/admin?part=weather&station=s+1&at=")
    with act() as db:
        make_pce(db)
        db.add(PceTag(pce_id=1, organisation_id=4, tag="vieux"))

    def attach(pce="", tag="", code="s 1"):
        with act() as db:
            return weather.attach(pce, tag, code, request=request_of(db, irene))

    for typed, words in (
        ({}, "Donnez un numéro"), ({"pce": "12"}, "introuvable"), ({"tag": "rien"}, "étiquette"),
        ({"pce": PCE, "tag": "vieux"}, "Donnez un numéro"), ({"pce": PCE, "code": "z"}, "inconnue"),
        ({"pce": PCE, "code": ""}, "mal formée"),
    ):  # fmt: skip
        href, _toasts, drawn = attach(**typed)
        assert href is no_update
        assert words in plain(drawn)
    assert "1 PCE rattaché" in plain(attach(PCE)[1])
    assert "0 PCE rattaché" in plain(attach(tag="vieux")[1])
    page = plain(browser.open(PAGE, "?part=weather&station=s+1").text)
    for words in ("1 PCE servi, choisi.", "Lycée des Tilleuls", "45,7", "Détacher"):
        assert words in page
    assert f"{PCE};s 1" in browser.get("/export/feuilles/stations?format=csv").text
    assert press_detach(act, PCE, "s 1", irene)[0].startswith("/admin?part=weather&station=s+1&at=")
    page = plain(browser.open(PAGE, "?part=weather&station=s+1").text)
    assert "Aucun PCE rattaché un par un" in page
    assert "introuvable" in browser.open(PAGE, "?part=weather&station=zz").text
    assert "Modèle vide" in browser.open(PAGE, "?part=weather&sheet=stations").text
