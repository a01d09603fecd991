"""Sheets over HTTP: what is kept, and one on its way to be looked at."""

import base64

import pytest

from core.access import Role
from data.thresholds import actions
from tests.data.thresholds.making import draft
from tests.factories import NOW, PCE, make_organisation, make_pce, make_user

ALICE, BOB = 1, 2
PATH = "/feuilles/seuils"
GOOD = f"PCE;Nom;Type;Période;Valeur (kWh)\r\n{PCE};Chaufferie;Fixe;Jour;1200".encode()


@pytest.fixture
def administrator(web):
    with web.database.transaction() as db:
        named = {"email": "ada@tilleuls.example", "role": Role.ADMINISTRATOR}
        user_id = make_user(db, organisation_id=1, **named).id
    return web.browser(user_id)


@pytest.fixture
def browser(web, alice):
    with web.database.transaction() as db:
        make_pce(db, holder_id=1)
        actions.create(db, alice, draft(), now=NOW)
    return web.browser(ALICE)


def test_thresholds_leave_as_a_sheet(browser):
    answer = browser.get("/export/feuilles/seuils?format=csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="seuils-2026-11-24.csv"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert f"{PCE};Chaufferie" in answer.data.decode("utf-8-sig")
    assert browser.get("/export/feuilles/seuils?format=xlsx").data[:2] == b"PK"


def test_the_template_is_the_head_alone(browser):
    text = browser.get("/export/feuilles/seuils?template=1").data.decode("utf-8-sig")
    assert len(text.splitlines()) == 1


def test_an_unknown_format_is_refused(browser):
    assert browser.get("/export/feuilles/seuils?format=pdf").status_code == 422


def test_another_organisation_finds_none_of_them(web, browser):
    assert PCE not in web.browser(BOB).get("/export/feuilles/seuils").data.decode("utf-8-sig")


def test_a_sheet_comes_back_to_its_page(browser):
    answer = browser.send(PATH, [("seuils.csv", GOOD)])
    assert answer.status_code == 201
    assert answer.json["said"] == "1 ligne contrôlée"
    assert base64.b64decode(answer.json["content"]) == GOOD
    assert answer.json["name"] == "seuils.csv"


def test_the_name_of_a_sheet_has_no_end_of_line(browser):
    for name in ("seuils%0D%0A.csv", "../seuils%0a.csv"):
        assert browser.send(PATH, [(name, GOOD)]).json["name"] == "seuils .csv"


@pytest.mark.parametrize(
    ("files", "status"),
    [
        ([], 422),
        ([("", b"")], 422),
        ([("x.csv", b"no sheet at all")], 422),
        ([("x.xlsx", b"PK\x03\x04 broken")], 422),
        ([("x.csv", b"x" * 1_000_001)], 413),
    ],
)
def test_what_is_no_sheet_is_refused_in_words(browser, files, status):
    answer = browser.send(PATH, files)
    assert answer.status_code == status
    assert answer.json["error"]


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "Le fichier « vide.csv » est vide."), (b"PCE;Nom\r\n", "aucune ligne")],
)
def test_a_sheet_with_nothing_in_it_is_said_so(browser, content, said):
    answer = browser.send(PATH, [("vide.csv", content)])
    assert (answer.status_code, said in answer.json["error"]) == (422, True)


def test_lines_of_an_unknown_pce_are_not_said_to_be_good(browser):
    answer = browser.send(PATH, [("x.csv", GOOD + b"\r\n09999999910009;x;Fixe;Jour;1")])
    assert answer.json["said"] == "2 lignes contrôlées"


def test_it_is_said_before_whether_so_much_would_be_taken(browser):
    assert browser.get(f"{PATH}?files=1&octets=1000").status_code == 204
    assert browser.get("/feuilles/rien").status_code == 404
    assert browser.get("/export/feuilles/rien").status_code == 404
    assert browser.get(f"{PATH}?octets=x").status_code == 204
    assert browser.get(f"{PATH}?octets={'9' * 40}").status_code == 413


def test_a_client_may_take_but_not_send(web, browser):
    with web.database.transaction() as db:
        organisation = make_organisation(db)
        client = make_user(
            db, organisation_id=organisation.id, email="c@tilleuls.example", role=Role.CLIENT
        )
        make_user(db, organisation_id=organisation.id, email="d@tilleuls.example")
        client_id = client.id
    reader = web.browser(client_id)
    assert reader.get("/export/feuilles/seuils").status_code == 200
    assert reader.get(PATH).status_code == 403
    assert reader.send(PATH, [("x.csv", GOOD)]).status_code == 403


SENT = {
    "prix": "Gaz;Gaz;45;€/MWh PCS;01/01/2026;;;;",
    "operat": f"{PCE};EFA-1;Lycée;;;1250,5",
    "seuils": f"{PCE};Chaufferie;Fixe;Jour;1200",
    "personnes": "Zo;zo@n.example;;",
}


@pytest.mark.parametrize(("kind", "line"), SENT.items())
def test_a_template_is_filled_and_sent_whatever_its_kind(browser, administrator, kind, line):
    template = administrator.get(f"/export/feuilles/{kind}?template=1")
    assert template.headers["Content-Disposition"].endswith(f'"{kind}-2026-11-24.csv"')
    answer = administrator.send(f"/feuilles/{kind}", [("x.csv", template.data + line.encode())])
    assert (answer.status_code, answer.json["said"]) == (201, "1 ligne contrôlée")
    assert administrator.get(f"/export/feuilles/{kind}?format=xlsx").data[:2] == b"PK"


@pytest.mark.parametrize(("place", "status"), [("", 200), ("1", 200), ("2", 404), ("x", 404)])
def test_a_sheet_of_people_is_for_their_administrator(web, administrator, place, status):
    path = f"/export/feuilles/personnes?template=1&organisation={place}"
    assert administrator.get(path).status_code == status
    for refused in (path, "/feuilles/personnes"):
        assert web.browser(ALICE).get(refused).status_code == 403
        assert web.browser().client.get(refused).status_code == 401
    assert web.browser(ALICE).send("/feuilles/personnes", [("x.csv", b"x")]).status_code == 403
