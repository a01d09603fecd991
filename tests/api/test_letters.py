"""The link that stops letters: opening it changes nothing, its buttons do, and it names nobody."""

import re
from dataclasses import replace

import pytest
from sqlalchemy import select, update

from data.identity.accounts.models import User
from data.rights.models import RightLetterRow, StoppedMailbox
from data.rights.rules.links import sign_stop
from tests.data.rights.conftest import asking, tokens
from tests.factories import NOW, PCE, make_pce, make_user
from tests.web import HTML

SECRET = "k" * 48


@pytest.fixture
def stop(web, bob):
    with web.database.transaction() as db:
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        asking(db, replace(bob, organisation="Organisation de bob"))
        number = db.scalars(select(RightLetterRow.id)).one()
    return f"/courriels/{sign_stop(number, SECRET)}"


def stopped(web):
    with web.database.reading() as db:
        return [(row.mailbox, row.at) for row in db.scalars(select(StoppedMailbox))]


def test_a_scanner_that_opens_the_link_changes_nothing(web, stop):
    for _time in range(2):
        page = web.browser().get(stop)
        assert page.status_code == 200
        assert web.browser().client.head(stop).status_code == 200
    assert stopped(web) == []
    assert "Ne plus m’écrire" in page.text
    for secret in ("alice", "tilleuls", "Organisation de bob", PCE):
        assert secret not in page.text
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert page.headers["Cache-Control"] == "no-store"


def test_a_button_stops_and_another_takes_it_back_without_signing_in(web, stop):
    client = web.server.test_client()  # no form token: the address is the proof
    page = client.post(stop, data={"act": "stop"}, headers=HTML)
    assert page.status_code == 200
    assert "plus aucun courriel" in page.text
    assert stopped(web) == [("alice@tilleuls.example", NOW)]
    again = client.get(stop, headers=HTML).text
    assert "Depuis le 24 nov. 2026" in again
    assert "alice" not in again
    page = client.post(stop, data={"act": "resume"}, headers=HTML)
    assert "de nouveau" in page.text
    assert stopped(web) == []


def test_an_address_without_a_say_any_more_is_promised_no_answer(web, stop):
    with web.database.transaction() as db:
        make_user(db, organisation_id=1, email="ana@tilleuls.example")
        db.execute(update(User).where(User.id == 1).values(disabled_at=NOW))
    client = web.server.test_client()
    page = client.get(stop, headers=HTML).text
    assert "ne répond plus pour le titulaire" in page
    assert "retirez votre accord" not in page
    assert "Ne plus m’écrire" in page
    page = client.post(stop, data={"act": "stop"}, headers=HTML).text
    assert "ne répond plus pour le titulaire" in page
    for words in ("Recevoir de nouveau", "permettent de retirer votre accord"):
        assert words not in page


def test_a_mail_reader_stops_in_one_click_whatever_else_it_sends(web, stop):
    client = web.server.test_client()
    body = {"List-Unsubscribe": "One-Click"}
    for kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
        assert client.post(stop, data=body, content_type=kind).status_code == 200
    assert client.post(stop, data={**body, "act": "resume"}).status_code == 200
    assert len(stopped(web)) == 1


def test_what_is_not_a_choice_or_not_ours_does_nothing(web, stop):
    client = web.server.test_client()
    for data in ({}, {"act": "x"}):
        assert client.post(stop, data=data, headers=HTML).status_code == 422
    for wrong in (f"{stop}x", "/courriels/x", f"/courriels/{sign_stop(99, SECRET)}"):
        for answer in (client.get(wrong), client.post(wrong, data={"act": "stop"})):
            assert answer.status_code == 404
    cross = {"Sec-Fetch-Site": "cross-site"}
    assert client.post(stop, data={"act": "stop"}, headers=cross).status_code == 403
    assert stopped(web) == []


def test_the_page_of_consent_leads_there_and_promises_no_receipt(web, stop):
    with web.database.transaction() as db:
        (token,) = tokens(db)
    link, browser = f"/consentement/{token}", web.browser()
    page = browser.get(link).text
    assert stop in page
    assert "Ne plus recevoir de courriel" in page
    browser.post(stop, {"act": "stop"})
    page = browser.get(link).text
    assert "Vous ne voulez plus de courriel" in page
    uid = re.search(r'name="right" value="([^"]+)"', page)[1]
    answer = browser.post(link, {"answer": "accept", "right": uid})
    done = browser.get(answer.location).text
    assert "Cette page est votre reçu" in done
    assert "Un reçu part" not in done
