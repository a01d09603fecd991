"""The holder's page: opening it changes nothing, its form answers, and it tells nothing else."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from core.access import Role
from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from data.rights.actions import note_read
from data.rights.messages import TEXT_VERSION
from data.rights.models import AccessRight, RightLetterRow
from data.rights.queries import list_right_events
from data.rights.types import ConsentEvidence, RightState
from tests.data.rights.conftest import asking, grants, tokens
from tests.data.rights.declarations import GOOD
from tests.factories import NOW, PCE, make_pce, make_user

OTHER = "09999999910002"


@pytest.fixture
def bob(bob):
    return replace(bob, organisation="Organisation de bob")


@pytest.fixture
def link(web, bob):
    """The link of one letter about two PCE that bob asks for."""
    with web.database.transaction() as db:
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        make_pce(db, OTHER, holder_id=1, holder_name="LYCEE DES TILLEULS")
        asking(db, bob, replace(GOOD, libelle_site="Gymnase <b>Nord</b>"))
        asking(db, bob, replace(GOOD, id_pce=OTHER))
        [token] = tokens(db)
    return f"/consentement/{token}"


def rights(web):
    with web.database.reading() as db:
        return list(db.scalars(select(AccessRight).order_by(AccessRight.id)))


def states(web):
    return [right.state for right in rights(web)]


def answer(browser, link, said, uids, **more):
    """Open the page, then send its form with the token that it carries."""
    page = browser.get(link)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    data = {"csrf_token": token, "answer": said, "right": uids, **more}
    return browser.client.post(link, data=data, headers={"Accept": "text/html"})


def test_a_scanner_that_opens_the_link_changes_nothing(web, link):
    for _time in range(2):
        page = web.browser().get(link)
        assert page.status_code == 200
        assert web.browser().client.head(link).status_code == 200
    assert states(web) == [RightState.PENDING] * 2


def test_it_says_who_asks_what_and_until_when_in_plain_words(web, link):
    page = web.browser().get(link)
    for said in (
        "Organisation de bob demande à lire vos données de gaz",
        "les consommations de chaque jour",
        "Gymnase &lt;b&gt;Nord&lt;/b&gt;",
        f"PCE {PCE}",
        "jusqu’au 31 août 2028",
        "avant le 24 déc. 2026",
        "J’accepte",
        "Je refuse",
    ):
        assert said in page.text.replace("\u202f", " ")
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert '<meta name="robots" content="noindex, nofollow">' in page.text


def test_it_says_of_each_pce_what_would_be_read_of_it(web, link):
    with web.database.transaction() as db:
        little = {"technical": False, "contractual": False}
        db.execute(update(AccessRight).where(AccessRight.number == OTHER).values(**little))
    text = web.browser().get(link).text
    whole, first, second = text.split('<ul class="consent-kinds">')[1:]
    assert "les données du compteur" in whole
    assert "Ce qui serait lu est indiqué plus bas" in whole
    assert PCE in first
    assert "les données du compteur" in first
    assert OTHER in second
    assert "les données du compteur" not in second
    assert len(set(re.findall(r'id="(ask-\d+)"', text))) == 2


def test_why_is_said_once_where_it_is_asked_and_never_guessed(web, link):
    text = web.browser().get(link).text
    asks, rest = text.split("<h2>Ce qui serait lu")
    assert "Organisation de bob n’a pas dit pour quoi faire." in asks
    assert "pour quoi faire" not in rest


def test_each_purpose_is_said_with_its_own_pce_and_cannot_be_markup(web, link):
    with web.database.transaction() as db:
        why = update(AccessRight).where(AccessRight.number == OTHER)
        db.execute(why.values(purpose="Suivi <i>fin</i>"))
    browser = web.browser()
    asks, rest = browser.get(link).text.split("<h2>Ce qui serait lu")
    assert "pour quoi faire" not in asks.casefold()
    first, second = rest.split("Finalité indiquée par Organisation de bob\u00a0: «\u00a0")
    assert PCE in first
    assert "Organisation de bob n’a pas dit pour quoi faire." in first
    assert second.startswith("Suivi &lt;i&gt;fin&lt;/i&gt;\u00a0»")
    assert OTHER in second
    answer(browser, link, "accept", [right.uid for right in rights(web)])
    assert "Suivi &lt;i&gt;fin" in browser.get(link).text  # of what is read today


def test_what_would_be_read_is_listed_where_it_is_announced(link, web):
    text = web.browser().get(link).text
    (listed,) = re.findall(r'Ce qui serait lu</h2>\s*<ul class="consent-kinds">(.*?)</ul>', text)
    assert "les consommations de chaque jour" in listed
    assert "au-dessus" not in text
    assert text.count('<ul class="consent-kinds">') == 1  # the same of each: said once


def test_a_pce_is_named_as_its_holder_knows_it_and_the_asker_s_words_stand_apart(link, web):
    text = web.browser().get(link).text
    assert text.count("<b>Lycée des Tilleuls</b> <span>PCE 0999999991000") == 2
    assert "nommé par le demandeur : Gymnase &lt;b&gt;Nord" in text.replace("\u00a0", " ")
    with web.database.transaction() as db:
        db.execute(update(Pce).values(alias=""))
    assert "<b>12 rue des Tilleuls, Villeneuve-Exemple</b>" in web.browser().get(link).text


@pytest.mark.parametrize("then", [{"holder_id": None}, {"holder_since": date(2026, 11, 25)}])
def test_who_does_not_hold_the_pce_here_reads_nobody_s_name_of_it(link, web, then):
    with web.database.transaction() as db:
        db.execute(update(Pce).values(**then))
    text = web.browser().get(link).text
    assert "<b>PCE 0999999991000" in text
    assert "Tilleuls</b>" not in text


def test_accepting_opens_the_data_and_keeps_the_evidence(web, link, bob):
    browser = web.browser()
    done = answer(browser, link, "accept", [right.uid for right in rights(web)])
    assert (done.status_code, done.location) == (303, f"{link}?recu=accept")
    page = browser.get(done.location).text
    assert "Votre accord est enregistré" in page
    assert "Retirer mon accord" in page
    assert "J’accepte" not in page
    assert states(web) == [RightState.ACTIVE] * 2
    right = rights(web)[0]
    assert right.answered_at == NOW
    with web.database.transaction() as db:
        assert len(grants(db)) == 2
        event = list_right_events(db, bob, right.uid)[-1]
    assert event.evidence == ConsentEvidence("127.0.0.1", TEXT_VERSION)


def test_only_what_is_ticked_is_answered(web, link):
    one, other = (right.uid for right in rights(web))
    browser = web.browser()
    answer(browser, link, "accept", [one])
    assert states(web) == [RightState.ACTIVE, RightState.PENDING]
    answer(browser, link, "refuse", [other])
    assert states(web) == [RightState.ACTIVE, RightState.REFUSED]
    page = browser.get(f"{link}?recu=refuse").text
    assert "Vous avez refusé" in page
    assert "rien n’est transmis" in page


@pytest.mark.parametrize("said", ["accept", "refuse", "withdraw"])
def test_an_address_does_not_say_what_was_not_done(web, link, said):
    assert "enregistré" not in web.browser().get(f"{link}?recu={said}").text
    assert "Votre accord est retiré" not in web.browser().get(f"{link}?recu={said}").text


def test_withdrawing_takes_the_data_away_at_once(web, link):
    uids = [right.uid for right in rights(web)]
    browser = web.browser()
    answer(browser, link, "accept", uids)
    done = answer(browser, link, "withdraw", uids, sure="yes")
    page = browser.get(done.location).text
    assert "Votre accord est retiré" in page
    assert "Accès fermés" in page
    assert states(web) == [RightState.REVOKED] * 2
    with web.database.transaction() as db:
        assert grants(db) == []


def test_one_tap_withdraws_nothing_and_the_second_says_what_it_closes(web, link):
    one, other = (right.uid for right in rights(web))
    browser = web.browser()
    answer(browser, link, "accept", [one, other])
    pressed = answer(browser, link, "withdraw", [one])
    asked = browser.get(pressed.location)
    assert states(web) == [RightState.ACTIVE] * 2
    assert (pressed.status_code, asked.status_code) == (303, 200)
    for said in ("Retirer votre accord à Organisation de bob", f"PCE {PCE}", "C’est définitif"):
        assert said in asked.text
    assert OTHER not in asked.text
    assert asked.headers["X-Robots-Tag"] == "noindex, nofollow"
    sent = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]+)"', asked.text))
    done = browser.client.post(link, data={**sent, "answer": "withdraw"})
    assert done.status_code == 303
    assert states(web) == [RightState.REVOKED, RightState.ACTIVE]


def test_a_step_back_to_the_question_is_a_page_and_says_that_it_was_answered(web, link):
    uids = [right.uid for right in rights(web)]
    browser = web.browser()
    answer(browser, link, "accept", uids)
    question = answer(browser, link, "withdraw", uids).location
    answer(browser, link, "withdraw", uids, sure="yes")
    back = browser.get(question)
    assert back.status_code == 409
    assert "Il n’y a plus rien à répondre" in back.text
    assert states(web) == [RightState.REVOKED] * 2


def test_what_is_not_open_or_not_of_the_link_is_not_asked_about(web, link):
    uids = [right.uid for right in rights(web)]
    browser = web.browser()

    def asked(ticked):
        return browser.get(answer(browser, link, "withdraw", ticked).location).status_code

    assert asked(uids) == 409
    answer(browser, link, "accept", uids)
    stranger = "00000000-0000-0000-0000-000000000000"
    assert asked([uids[0], stranger]) == 404


@pytest.mark.parametrize(("query", "status"), [("confirmer=accept", 200), ("confirmer=x", 422)])
def test_an_address_of_no_question_shows_the_page(web, link, query, status):
    page = web.browser().get(f"{link}?{query}")
    assert page.status_code == status
    assert "demande à lire vos données" in page.text


def test_of_several_none_is_ticked_before_its_reader_ticks_it(web, link):
    browser = web.browser()
    page = browser.get(link).text
    assert page.count('type="checkbox"') == 2
    assert " checked" not in page
    assert f'href="{link}?tout=oui#points"' in page
    whole = browser.get(f"{link}?tout=oui").text
    assert whole.count(" checked") == 2
    assert f'href="{link}#points"' in whole
    answer(browser, link, "accept", [rights(web)[0].uid])
    left = browser.get(link).text  # the other one was left aside: nothing says that it is meant
    assert left.count('type="checkbox"') == 2
    assert " checked" not in left


def test_a_link_about_one_right_has_it_ticked(web, bob):
    with web.database.transaction() as db:
        make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS")
        asking(db, bob)
        [token] = tokens(db)
    page = web.browser().get(f"/consentement/{token}").text
    assert page.count(" checked") == 1
    assert "tout=oui" not in page


def test_the_page_speaks_as_the_browser_does_until_its_reader_chooses(web, link):
    browser = web.browser()
    english = browser.get(link, **{"Accept-Language": "en-GB,en;q=0.9"}).text
    assert '<html lang="en"' in english
    assert "I accept" in english
    assert english.index("Français") < english.index("<h1>")
    assert '<html lang="fr"' in browser.get(link, **{"Accept-Language": "de"}).text
    browser.client.set_cookie("language", "fr")
    assert '<html lang="fr"' in browser.get(link, **{"Accept-Language": "en-GB"}).text


def test_a_letter_in_english_opens_a_page_in_english(web, link):
    with web.database.transaction() as db:
        db.execute(update(RightLetterRow).values(language="en"))
    page = web.browser().get(link, **{"Accept-Language": "fr"}).text
    assert '<html lang="en"' in page


def test_the_way_to_withdraw_stands_near_the_top(web, link):
    browser = web.browser()
    assert 'href="#open"' not in browser.get(link).text
    answer(browser, link, "accept", [rights(web)[0].uid])
    page = browser.get(link).text
    assert page.index('href="#open"') < page.index("<section")
    assert '<section id="open">' in page


def test_a_step_back_ticks_nothing_to_withdraw(web, link):
    """A browser fills a form again as the one that stood there: all was ticked, to accept."""
    answer(web.browser(), link, "accept", [right.uid for right in rights(web)])
    page = web.browser().get(link).text
    assert page.count('autocomplete="off"') == 1
    assert 'value="withdraw"' in page
    assert " checked" not in page


def test_the_same_page_says_who_read_what(web, link, bob, charlie):
    browser = web.browser()
    answer(browser, link, "accept", [right.uid for right in rights(web)])
    with web.database.transaction() as db:
        note_read(db, bob, [PCE], "consumption.exported", now=NOW + timedelta(minutes=5))
        note_read(db, charlie, [PCE], "consumption.read", now=NOW + timedelta(minutes=6))
    page = browser.get(link).text
    assert "a exporté les consommations" in page
    assert "charlie" not in page
    assert "a lu les consommations" not in page


def test_a_form_without_its_token_or_of_another_site_is_refused(web, link):
    uids = [right.uid for right in rights(web)]
    data = {"answer": "accept", "right": uids}
    browser = web.browser()
    assert browser.client.post(link, data=data).status_code == 400
    away = {"Sec-Fetch-Site": "cross-site"}
    assert browser.client.post(link, data=data, headers=away).status_code == 403
    assert states(web) == [RightState.PENDING] * 2


@pytest.mark.parametrize(
    ("said", "ticked"), [("accept", False), ("withdraw", False), ("burn", True), ("", True)]
)
def test_what_cannot_be_done_gets_a_sentence_and_the_page_again(web, link, said, ticked):
    uids = [right.uid for right in rights(web)] if ticked else []
    page = answer(web.browser(), link, said, uids)
    assert page.status_code in {409, 422}
    assert "notice-bad" in page.text
    assert "J’accepte" in page.text
    assert states(web) == [RightState.PENDING] * 2


def test_a_late_answer_is_not_offered(web, link):
    web.clock.now = NOW + timedelta(days=31)
    page = web.browser().get(link).text
    assert "J’accepte" not in page
    assert "Attend votre réponse" in page


def test_an_address_without_a_say_any_more_sees_no_button(web, link):
    with web.database.transaction() as db:
        make_user(db, organisation_id=1, email="ana@tilleuls.example")
        first = db.scalars(select(AccessRight).order_by(AccessRight.id)).first()
        first.state = RightState.ACTIVE
        db.execute(update(User).where(User.id == 1).values(role=Role.CLIENT))
    page = web.browser().get(link).text
    assert "Ce que cette adresse ne décide plus" in page
    assert "ne répond plus pour le titulaire" in page
    assert PCE in page
    for button in ("J’accepte", "Je refuse", "Retirer mon accord", "Accès fermés"):
        assert button not in page
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
    page = web.browser().get(link).text
    assert "J’accepte" in page
    assert "Retirer mon accord" in page
    assert "ne décide plus" not in page


def test_a_wrong_link_is_not_found_and_says_nothing(web, link):
    for path in (f"{link}x", "/consentement/nothing", "/consentement/" + "a" * 500):
        page = web.browser().get(path)
        assert page.status_code == 404
        assert "bob" not in page.text
    wrong = answer_of_another(web, link)
    assert wrong.status_code == 404
    assert states(web)[:2] == [RightState.PENDING] * 2


def answer_of_another(web, link):
    """A right that is not of the link."""
    return answer(web.browser(), link, "accept", ["00000000-0000-0000-0000-000000000000"])


def test_the_token_is_not_written_in_the_log(web, link, capsys):
    from api.request_log import safe_path

    assert safe_path(link) == "/consentement/…"
