"""The second factor through the pages: turned on, asked at sign-in, taken off."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import select, update

from data.identity.accounts import actions
from data.identity.accounts.models import LoginSession, SecondFactor, User
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.web import renewed

PASSWORD = "cheval pile agrafe juste"
EMAIL = "alice@tilleuls.example"
HERE = "/compte/second-facteur"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def alice(web):
    """Alice's browser, signed in; she has a password."""
    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id == 1).values(password_hash=hashed))
    return web.browser(1)


@pytest.fixture
def enrolled(web, alice):
    """Her application and her recovery codes, a minute after she turned it on."""
    secret = begun(alice)
    page = alice.post(f"{HERE}/activation", {"code": code(web, secret)})
    web.clock.now += MINUTE
    return secret, re.findall(r"<code>([^<]+)</code>", page.text)


def begun(browser):
    assert browser.post(HERE, {"current": PASSWORD}).location == HERE
    page = browser.get(HERE).text
    return re.search(r'door-key" translate="no">([A-Z2-7 ]+)<', page)[1].replace(" ", "")


def code(web, secret):
    return pyotp.TOTP(secret).at(web.clock())


def knocked(web, target="/pces"):
    """A browser that gave the right password."""
    browser = web.browser()
    browser.get("/connexion")
    form = {"email": EMAIL, "password": PASSWORD, "next": target}
    return browser, browser.post("/connexion", form)


def count_sessions(web):
    with web.database.reading() as db:
        found = select(LoginSession).where(LoginSession.ended_at.is_(None))
        return len(list(db.scalars(found)))


def kinds(web):
    """Of the mails, but those about a browser not known before."""
    with web.database.reading() as db:
        query = select(Notification.kind).where(Notification.kind != NotificationKind.NEW_BROWSER)
        return list(db.scalars(query.order_by(Notification.id)))


def test_it_is_turned_on_with_a_picture_a_key_and_a_first_code(web, alice):
    assert "Commencer" in alice.get(HERE).text
    secret = begun(alice)
    page = alice.get(HERE)
    assert "<svg" in page.text
    ours = r'<script src="/assets/(device|login).js" defer></script>'
    assert "<script" not in re.sub(ours, "", page.text)
    assert page.headers["Cache-Control"] == "no-store"
    wrong = alice.post(f"{HERE}/activation", {"code": "000000"})
    assert wrong.status_code == 422
    assert "<svg" in wrong.text
    done = alice.post(f"{HERE}/activation", {"code": code(web, secret)})
    assert done.status_code == 200
    assert done.headers["Cache-Control"] == "no-store"
    codes = re.findall(r"<code>([^<]+)</code>", done.text)
    assert len(set(codes)) == 10
    for path in (HERE, "/compte"):
        page = alice.get(path).text
        assert secret not in page
        assert codes[0] not in page
    assert "Désactiver la double authentification" in alice.get(HERE).text
    assert kinds(web) == [NotificationKind.SECOND_FACTOR_ON]


def test_turned_on_and_off_it_gives_the_browser_a_new_session(web, alice):
    secret = begun(alice)
    form = {"code": code(web, secret)}
    with renewed(web, alice):
        assert alice.post(f"{HERE}/activation", form).status_code == 200
    assert alice.post(f"{HERE}/activation", form).location == f"{HERE}?vus"
    web.clock.now += MINUTE
    form = {"current": PASSWORD, "code": code(web, secret)}
    with renewed(web, alice):
        assert alice.post(f"{HERE}/arret", form).status_code == 303


def test_a_code_refused_leaves_the_session(web, alice, enrolled):
    with alice.client.session_transaction() as session:
        before = session["_user_id"]
    form = {"current": PASSWORD, "code": "000000"}
    assert alice.post(f"{HERE}/arret", form).status_code == 422
    with alice.client.session_transaction() as session:
        assert session["_user_id"] == before
    assert alice.get("/compte").status_code == 200


def test_beginning_takes_the_password(alice):
    answer = alice.post(HERE, {"current": "ce n’est pas lui"})
    assert answer.status_code == 422
    assert "Le mot de passe actuel est incorrect." in answer.text
    assert "<svg" not in alice.get(HERE).text


def test_the_password_alone_leads_to_the_code_and_opens_nothing(web, enrolled):
    before = count_sessions(web)
    browser, answer = knocked(web)
    assert answer.location == "/connexion/code?next=%2Fpces"
    assert count_sessions(web) == before
    assert browser.get("/compte").status_code == 302
    assert browser.get("/pces").status_code == 302
    assert browser.open("/compte").status_code == 401
    assert 'inputmode="numeric"' in browser.get(answer.location).text


def test_the_code_opens_a_session_of_its_own(web, enrolled):
    browser, _answer = knocked(web)
    before = browser.cookies()
    answer = browser.post("/connexion/code", {"code": code(web, enrolled[0]), "next": "/pces"})
    assert answer.location == "/pces"
    assert browser.get("/compte").status_code == 200
    after = browser.cookies()
    assert before["session"] != after["session"]
    assert before["_csrf_token"] != after["_csrf_token"]
    with browser.client.session_transaction() as session:
        assert "pending" not in session


def test_a_code_does_not_open_a_second_session(web, enrolled):
    right = code(web, enrolled[0])
    assert knocked(web)[0].post("/connexion/code", {"code": right}).status_code == 303
    again = knocked(web)[0].post("/connexion/code", {"code": right})
    assert again.status_code == 422
    assert "déjà servi" in again.text


def test_a_recovery_code_opens_once(web, enrolled):
    for expected in (303, 422):
        answer = knocked(web)[0].post("/connexion/code", {"code": enrolled[1][0]})
        assert answer.status_code == expected


def test_a_recovery_code_has_a_page_of_its_own_where_letters_can_be_typed(web, enrolled):
    browser, _answer = knocked(web)
    page = browser.get("/connexion/code?next=/pces").text
    assert 'inputmode="numeric"' in page
    link = re.search(r'href="(/connexion/code\?secours[^"]+)"', page)[1].replace("&amp;", "&")
    page = browser.get(link).text
    assert 'inputmode="text"' in page
    assert "numeric" not in page
    assert "Un administrateur de votre organisation" in page
    refused = browser.post("/connexion/code", {"code": "non", "secours": "1", "next": "/pces"})
    assert 'inputmode="text"' in refused.text
    form = {"code": enrolled[1][0], "secours": "1", "next": "/pces"}
    assert browser.post("/connexion/code", form).location == "/pces"


def test_a_code_without_the_password_is_sent_back_to_it(web, enrolled):
    browser = web.browser()
    browser.get("/connexion")
    answer = browser.post("/connexion/code", {"code": code(web, enrolled[0]), "next": "/pces"})
    assert answer.location == "/connexion?next=%2Fpces"
    assert browser.get("/connexion/code").location == "/connexion?next=%2F"
    assert browser.get("/compte").status_code == 302


def test_a_password_waits_ten_minutes_for_its_code(web, enrolled):
    browser, _answer = knocked(web)
    web.clock.now += timedelta(minutes=10)
    answer = browser.post("/connexion/code", {"code": code(web, enrolled[0])})
    assert answer.location.startswith("/connexion?")


@pytest.mark.parametrize("kept", [None, "x", [1], ["x", "y", "z"], [1, "forged", "2026-11-24"]])
def test_what_a_cookie_should_not_hold_is_no_password(web, enrolled, kept):
    browser, _answer = knocked(web)
    with browser.client.session_transaction() as session:
        session["pending"] = kept
    answer = browser.post("/connexion/code", {"code": code(web, enrolled[0])})
    assert answer.location.startswith("/connexion?")


def test_codes_are_tried_ten_times_at_most_whatever_the_browser(web, enrolled):
    browser, _answer = knocked(web)
    for _number in range(10):
        assert browser.post("/connexion/code", {"code": "000000"}).status_code == 422
    other, _answer = knocked(web)
    refused = other.post("/connexion/code", {"code": code(web, enrolled[0])})
    assert refused.status_code == 429
    assert "Trop de codes essayés" in refused.text
    web.clock.now += timedelta(minutes=15)
    later, _answer = knocked(web)
    assert later.post("/connexion/code", {"code": code(web, enrolled[0])}).status_code == 303


def test_codes_guessed_elsewhere_do_not_stop_a_browser_that_the_owner_came_in_with(web, enrolled):
    home, _answer = knocked(web)
    form = {"code": code(web, enrolled[0])}
    assert home.post("/connexion/code", form).status_code == 303
    for _window in range(5):  # by somebody who has the password: all of a day's
        web.clock.now += timedelta(minutes=15)
        home.post("/deconnexion")
        assert closed(web, knocked(web)[0], {"code": "000000"}).status_code == 429
        home.get("/connexion")
        assert home.post("/connexion", {"email": EMAIL, "password": PASSWORD}).status_code == 303
        form = {"code": code(web, enrolled[0])}
        assert home.post("/connexion/code", form).status_code == 303
    home.post("/deconnexion")
    home.get("/connexion")
    home.post("/connexion", {"email": EMAIL, "password": PASSWORD})
    assert closed(web, home, {"code": "000000"}).status_code == 429  # it has its own limit


def test_the_code_never_leads_elsewhere(web, enrolled):
    browser, answer = knocked(web, target="//evil.example")
    assert answer.location == "/connexion/code?next=%2F"
    form = {"code": code(web, enrolled[0]), "next": "https://evil.example"}
    assert browser.post("/connexion/code", form).location == "/"


def test_a_wrong_password_says_nothing_of_the_second_factor(web, enrolled):
    browser = web.browser()
    browser.get("/connexion")
    answer = browser.post("/connexion", {"email": EMAIL, "password": "non"})
    assert answer.status_code == 401
    assert "incorrect" in answer.text


def test_it_is_taken_off_with_the_password_and_a_code(web, alice, enrolled):
    secret = enrolled[0]
    stop = f"{HERE}/arret"
    assert alice.post(stop, {"current": PASSWORD, "code": "000000"}).status_code == 422
    refused = alice.post(stop, {"current": "non", "code": code(web, secret)})
    assert refused.status_code == 422
    done = alice.post(stop, {"current": PASSWORD, "code": code(web, secret)})
    assert done.location == "/compte?fait=second-facteur"
    assert knocked(web)[1].location == "/pces"
    assert kinds(web)[-1] == NotificationKind.SECOND_FACTOR_OFF


def test_ten_new_recovery_codes_take_the_password_and_a_code(web, alice, enrolled):
    secret, old = enrolled
    form = {"current": PASSWORD, "code": code(web, secret)}
    page = alice.post(f"{HERE}/codes", form)
    fresh = re.findall(r"<code>([^<]+)</code>", page.text)
    assert len(fresh) == 10
    assert not set(fresh) & set(old)
    assert alice.post(f"{HERE}/codes", form).status_code == 422
    assert knocked(web)[0].post("/connexion/code", {"code": old[0]}).status_code == 422
    assert knocked(web)[0].post("/connexion/code", {"code": fresh[0]}).status_code == 303


def test_nobody_touches_it_without_being_signed_in(web, enrolled):
    browser = web.browser()
    browser.get("/connexion")
    assert browser.get(HERE).status_code == 302
    for path in (HERE, f"{HERE}/activation", f"{HERE}/codes", f"{HERE}/arret"):
        assert browser.post(path, {"current": PASSWORD, "code": "000000"}).status_code == 401
    with web.database.reading() as db:
        assert db.scalar(select(SecondFactor.confirmed_at)) is not None


def test_the_account_says_whether_it_is_on(web, alice):
    assert "Inactive" in alice.open("/compte").text
    secret = begun(alice)
    alice.post(f"{HERE}/activation", {"code": code(web, secret)})
    page = alice.open("/compte").text
    assert "Depuis le 24" in page
    assert "10 codes de secours restants" in page


def test_a_new_password_by_mail_does_not_replace_the_code(web, enrolled):
    with web.database.transaction() as db:
        token = actions.request_reset(db, EMAIL, "192.0.2.7", web.clock()).token
        new = actions.new_password(PASSWORD + " neuf")
        actions.reset_password(db, token, new, web.clock())
    browser = web.browser()
    browser.get("/connexion")
    answer = browser.post("/connexion", {"email": EMAIL, "password": PASSWORD + " neuf"})
    assert answer.location.startswith("/connexion/code")


def closed(web, browser, form, number=10):
    """A browser that typed so many wrong codes."""
    for _number in range(number):
        assert browser.post("/connexion/code", form).status_code == 422
    return browser.post("/connexion/code", form)


def test_another_session_neither_sees_nor_confirms_what_was_begun(web, alice):
    thief = web.browser(1)
    copy = web.browser()
    cookie = alice.cookies()["session"]
    secret = begun(alice)
    copy.client.set_cookie("session", cookie)
    copy.get("/compte/mot-de-passe")
    for browser in (thief, copy):
        page = browser.get(HERE).text
        assert "Commencer" in page
        assert secret not in page.replace(" ", "")
        answer = browser.post(f"{HERE}/activation", {"code": code(web, secret)})
        assert answer.status_code == 409
    assert alice.post(f"{HERE}/activation", {"code": code(web, secret)}).status_code == 200


def test_what_was_begun_is_over_in_a_quarter_of_an_hour(web, alice):
    secret = begun(alice)
    web.clock.now += timedelta(minutes=15)
    assert "Commencer" in alice.get(HERE).text
    answer = alice.post(f"{HERE}/activation", {"code": code(web, secret)})
    assert answer.status_code == 409


def test_a_session_alone_spends_no_try_of_a_code(web, alice, enrolled):
    for _number in range(12):
        alice.post(f"{HERE}/activation", {"code": "000000"})
        alice.post(f"{HERE}/arret", {"current": "non", "code": "000000"})
    web.clock.now += timedelta(minutes=15)
    form = {"current": PASSWORD, "code": code(web, enrolled[0])}
    assert alice.post(f"{HERE}/arret", form).location == "/compte?fait=second-facteur"


def test_who_guesses_codes_at_sign_in_is_told_of_and_closes_nothing_else(web, alice, enrolled):
    secret, recovery = enrolled
    assert closed(web, knocked(web)[0], {"code": "000000"}).status_code == 429
    web.clock.now += MINUTE
    assert kinds(web).count(NotificationKind.CODES_GUESSED) == 1
    form = {"current": PASSWORD, "code": code(web, secret)}
    assert alice.post(f"{HERE}/codes", form).status_code == 200
    web.clock.now += MINUTE
    with web.database.reading() as db:
        assert db.scalar(select(AuditEvent).where(AuditEvent.action == "accounts.codes_guessed"))
    assert knocked(web)[0].post("/connexion/code", {"code": recovery[0]}).status_code == 422
    form = {"current": PASSWORD, "code": code(web, secret)}
    fresh = re.findall(r"<code>([^<]+)</code>", alice.post(f"{HERE}/codes", form).text)
    assert knocked(web)[0].post("/connexion/code", {"code": fresh[0]}).status_code == 303


def test_fifty_codes_of_the_application_are_tried_a_day_at_most(web, enrolled):
    for _window in range(5):
        assert closed(web, knocked(web)[0], {"code": "000000"}).status_code == 429
        web.clock.now += timedelta(minutes=15)
    answer = knocked(web)[0].post("/connexion/code", {"code": code(web, enrolled[0])})
    assert answer.status_code == 429
    assert "utilisez un code de secours" in answer.text
    assert kinds(web).count(NotificationKind.CODES_GUESSED) == 1
    answer = knocked(web)[0].post("/connexion/code", {"code": enrolled[1][0]})
    assert answer.status_code == 303


def test_right_passwords_typed_within_take_no_try_of_signing_in(web, alice):
    for _number in range(12):
        assert begun(alice)
    short = {"current": PASSWORD, "new": "court", "again": "court"}
    for _number in range(12):
        assert alice.post("/compte/mot-de-passe", short).status_code == 422
    assert knocked(web)[1].location == "/pces"


def test_wrong_passwords_typed_within_are_limited_and_close_no_sign_in(web, alice):
    for _number in range(10):
        assert alice.post(HERE, {"current": "non"}).status_code == 422
    assert alice.post(HERE, {"current": PASSWORD}).status_code == 429
    assert knocked(web)[1].location == "/pces"


def token_of(page):
    """Where the language switch, the last form of the page, leads back."""
    return re.findall(r'name="next" value="([^"]*)"', page.text)[-1]


@pytest.mark.parametrize("step", ["activation", "codes", "arret"])
def test_an_address_that_only_takes_forms_leads_to_the_page_of_the_form(alice, step):
    assert alice.get(f"{HERE}/{step}").location == HERE


def test_a_change_of_language_after_a_wrong_code_stays_at_that_step(web, alice, enrolled):
    wrong = {"current": PASSWORD, "code": "000000"}
    for step in ("codes", "arret"):
        assert token_of(alice.post(f"{HERE}/{step}", wrong)) == HERE
    browser, _answer = knocked(web)
    there = token_of(browser.post("/connexion/code", {"code": "000000", "next": "/pces"}))
    assert there == "/connexion/code?next=%2Fpces"
    answer = browser.post("/preferences", {"language": "en", "next": there})
    assert answer.location == there
    assert 'lang="en"' in browser.get(there).text


def test_a_change_of_language_after_a_wrong_first_code_stays_at_that_step(web, alice):
    begun(alice)
    assert token_of(alice.post(f"{HERE}/activation", {"code": "000000"})) == HERE


def test_the_page_of_the_codes_has_no_choice_that_would_lose_them(web, alice):
    secret = begun(alice)
    page = alice.post(f"{HERE}/activation", {"code": code(web, secret)})
    assert 'action="/preferences"' not in page.text
    assert 'action="/preferences"' in alice.get(HERE).text


def test_the_page_of_the_codes_loaded_again_says_how_to_have_others(web, alice):
    form = {"code": code(web, begun(alice))}
    assert alice.post(f"{HERE}/activation", form).status_code == 200
    again = alice.post(f"{HERE}/activation", form)
    assert again.status_code == 303
    page = alice.get(again.location).text
    assert "Active" in page
    assert "n’ont été montrés qu’une fois" in page
    assert "Avoir dix nouveaux codes de secours" in page
    assert "recommencez-la" not in page
    assert "montrés qu’une fois" not in alice.get(HERE).text


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("000000", "attendez le suivant"),
        ("aaaa-bbbb-cccc-dddd", "Ce code de secours est incorrect"),
        ("bonjour", "Ce n’est pas un code"),
    ],
)
def test_what_is_wrong_with_a_code_is_said_in_the_words_of_its_kind(web, enrolled, typed, said):
    answer = knocked(web)[0].post("/connexion/code", {"code": typed})
    assert answer.status_code == 422
    assert said in answer.text


def test_a_first_code_is_of_the_application(alice):
    begun(alice)
    answer = alice.post(f"{HERE}/activation", {"code": "aaaa-bbbb-cccc-dddd"})
    assert "6 chiffres que votre application affiche" in answer.text
