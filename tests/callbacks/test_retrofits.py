"""The pages and the form of works: what is wrong is said, nothing typed is lost."""

from datetime import date

import pypdfium2
import pytest
from dash import no_update

from callbacks import retrofits
from components.retrofits.form import draft_of
from components.retrofits.labels import state_of
from core.access import Role
from core.errors import Invalid, NotFound
from data.metering.consumption.models import Reading
from data.money.retrofits.queries import list_measured, list_retrofits
from data.money.retrofits.rules.words import answer_words
from data.money.retrofits.types import MeasuredRetrofit, SavingsRefusal
from pages.retrofits import PAGE
from tests.data.money.retrofits.test_keeping import days_of_site
from tests.factories import PCE, make_pce, make_user
from tests.web import request_of

GOOD = {
    "pce": f"Lycée {PCE}", "kind": "boiler", "name": "Chaudière", "started": "2023-06-01",
    "finished": "2023-07-31", "cost": "50 000",
}  # fmt: skip
WRONG = {
    "pce": "", "kind": "none", "name": " ", "started": "x", "cost": "-1",
}  # fmt: skip


def save(db, viewer, seen=None, **typed):
    return retrofits.save(fields=GOOD | typed, seen=seen, request=request_of(db, viewer))


def shown(db, viewer, **query):
    return str(PAGE.layout(request_of(db, viewer), **query).to_plotly_json())


@pytest.fixture
def pce(web):
    with web.database.transaction() as db:
        row = make_pce(db, holder_id=1, alias="Lycée")
        db.execute(Reading.__table__.insert(), days_of_site(row))
        make_user(db, organisation_id=1, email="lea@tilleuls.example", role=Role.CLIENT)
        return row.id


def test_works_are_declared_measured_removed_and_brought_back(act, pce, alice):
    with act() as db:
        assert "Aucuns travaux" in shown(db, alice)
        assert save(db, alice)[0] == "/travaux?works=1"
        assert "Énergie économisée" in shown(db, alice, works="1")
        assert "Économie établie" in shown(db, alice, pce=PCE)
        assert "50000" in shown(db, alice, edit="1")
        assert save(db, alice, [1, 1], finished="2024-06-01")[0] == "/travaux?works=1"
        refused = shown(db, alice, works="1")
        for words in ("Trop tôt", "Jours mesurés depuis la fin", "Déposer des relevés"):
            assert words in refused
        assert retrofits.remove([1, 2], request=request_of(db, alice)) == "/travaux?removed=1"
        assert "Travaux retirés" in shown(db, alice, removed="1")
        assert retrofits.restore(1, request=request_of(db, alice))[0] == "/travaux?works=1"
        assert len(list_retrofits(db, alice)) == 1
        with pytest.raises(Invalid):
            retrofits.restore("1", request=request_of(db, alice))
        with pytest.raises(NotFound):
            shown(db, alice, works="2")
        with pytest.raises(NotFound):
            shown(db, alice, works="²")


def test_what_is_wrong_is_said_by_field(act, pce, alice):
    draft, errors = draft_of(GOOD | WRONG, date(2026, 11, 24))
    assert draft is None
    assert set(errors) == set(WRONG)
    with act() as db:
        late = save(db, alice, finished="2027-01-01")
        unknown = save(db, alice, pce="09999999910009")
        assert late[0] is unknown[0] is no_update
        assert list_retrofits(db, alice) == ()
    assert draft_of(GOOD | {"name": "a" * 121}, date(2026, 11, 24))[1].keys() == {"name"}


def test_every_refusal_has_a_sentence(act, pce, alice):
    with act() as db:
        save(db, alice)
        (measured,) = list_measured(db, alice, list_retrofits(db, alice))
    words = {
        answer_words(MeasuredRetrofit(measured.retrofit, None, refusal, (10, 20)))
        for refusal in SavingsRefusal
    }
    assert len(words) == len(SavingsRefusal)
    assert state_of(measured).tone == "ok"


def test_the_report_is_one_page_of_ones_own_works_or_the_reason(act, web, pce, alice):
    with act() as db:
        save(db, alice)
        save(db, alice, finished="2024-06-01", started="2024-05-01")
    browser, stranger = web.browser(1), web.browser(3)
    answer = browser.get("/export/travaux/1.pdf")
    document = pypdfium2.PdfDocument(answer.data)
    text = document[0].get_textpage().get_text_bounded()

    assert len(document) == 1
    assert "Énergie économisée" in text
    assert "Chaudière" in text
    assert browser.get("/export/travaux/2.pdf").status_code == 409
    assert stranger.get("/export/travaux/1.pdf").status_code == 404
    document.close()


def test_a_report_refuses_what_cannot_be_printed(act, web, pce, alice):
    with act() as db:
        save(db, alice, name="Chaudière \U0001faa8")

    assert web.browser(1).get("/export/travaux/1.pdf").status_code == 422
