"""Passkeys: added in the account, used to come in alone or after a password."""

import html
import json
import re
from datetime import timedelta

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select, update

from core.access import Role
from data.identity.accounts import actions
from data.identity.accounts.models import LoginSession, Passkey, RecoveryCode, User
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.api.test_devices import guess_from_everywhere
from tests.api.test_second import EMAIL, PASSWORD, begun
from tests.authenticator import Authenticator, octets
from tests.choosing import examples
from tests.factories import make_people
from tests.web import Web

HERE = "/compte/cles-acces"
NOT_TRUE = "n’a pas pu être vérifiée"


@pytest.fixture
def web(sqlite_database, tmp_path):
    with sqlite_database.transaction() as db:
        make_people(db)
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id.in_([1, 2])).values(password_hash=hashed))
    return Web(sqlite_database, tmp_path / "var", base_url="http://localhost")


@pytest.fixture
def alice(web):
    return web.browser(1)


@pytest.fixture
def key(alice):
    """Alice's first passkey."""
    made = Authenticator()
    assert added(alice, made).status_code == 200
    return made


def options_in(page):
    return json.loads(html.unescape(re.search(r'data-passkey-create="([^"]+)"', page)[1]))


def added(browser, key, name="Téléphone"):
    """What is answered once the browser's *key* is made."""
    began = browser.post(HERE, {"current": PASSWORD, "name": name})
    assert (began.status_code, began.location) == (303, HERE)
    options = options_in(browser.get(HERE).text)
    return browser.post(f"{HERE}/ajout", {"credential": key.make(options)})


def asked(browser, **form):
    browser.get("/connexion")
    return browser.post("/connexion/cle/demande", form).json


def entered(browser, key, target="/pces"):
    """What is answered to a browser that comes in by *key* alone."""
    form = {"credential": key.sign(asked(browser)), "next": target}
    return browser.post("/connexion/cle", form)


def gave_password(browser, password=PASSWORD):
    browser.get("/connexion")
    form = {"email": EMAIL, "password": password, "next": "/pces"}
    return browser.post("/connexion", form)


def seconded(browser, key):
    form = {"credential": key.sign(asked(browser, second="1")), "next": "/pces"}
    return browser.post("/connexion/code/cle", form)


def count(web, table):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table))


def kinds(web):
    with web.database.reading() as db:
        return list(db.scalars(select(Notification.kind)))


def events(web, prefix="accounts.passkey"):
    with web.database.reading() as db:
        query = select(AuditEvent.action).order_by(AuditEvent.id)
        return [action for action in db.scalars(query) if action.startswith(prefix)]


# --- added and removed ---------------------------------------------------------------------------


def test_what_a_browser_is_asked_to_make_names_nobody_and_checks_its_owner(alice):
    alice.post(HERE, {"current": PASSWORD, "name": "Téléphone"})
    options = options_in(alice.get(HERE).text)
    assert options["rp"]["id"] == "localhost"
    assert options["authenticatorSelection"]["residentKey"] == "required"
    assert options["authenticatorSelection"]["userVerification"] == "required"
    assert len(octets(options["challenge"])) == 32
    handle = octets(options["user"]["id"])
    assert len(handle) == 32
    assert b"alice" not in handle


def test_the_first_one_comes_with_recovery_codes_a_mail_and_a_line_of_the_journal(web, alice):
    other = web.browser(1)
    answer = added(alice, Authenticator())
    assert len(re.findall(r"<li><code>", answer.text)) == 10
    assert count(web, RecoveryCode) == 10
    assert events(web) == ["accounts.passkey_added"]
    assert kinds(web) == [NotificationKind.PASSKEY_ADDED]
    assert other.get("/compte").status_code == 302
    page = alice.get(HERE).text
    assert "Téléphone" in page
    assert "Pas encore utilisée" in page
    assert "1 clé d’accès" in alice.open("/compte").text


def test_another_one_keeps_the_codes_and_has_the_same_owner(web, alice, key):
    second = Authenticator()
    answer = added(alice, second, "Ordinateur")
    assert answer.location == f"{HERE}?fait=ajout"
    assert "La clé d’accès est ajoutée" in alice.get(answer.location).text
    assert count(web, RecoveryCode) == 10
    assert second.user_handle == key.user_handle


def test_one_that_is_known_is_not_made_again(web, alice, key):
    alice.post(HERE, {"current": PASSWORD, "name": "Encore"})
    options = options_in(alice.get(HERE).text)
    assert [octets(one["id"]) for one in options["excludeCredentials"]] == [key.credential_id]
    answer = alice.post(f"{HERE}/ajout", {"credential": key.make(options)})
    assert answer.status_code == 409
    assert count(web, Passkey) == 1


@pytest.mark.parametrize("name", ["", " ", "x" * 61, "a\tb\x07"])
def test_a_passkey_has_a_name(alice, name):
    answer = alice.post(HERE, {"current": PASSWORD, "name": name})
    assert answer.status_code == 422
    assert "Donnez à cette clé d’accès un nom" in answer.text


def test_who_does_not_know_the_password_adds_and_removes_none(web, alice, key):
    assert alice.post(HERE, {"current": "non", "name": "Voleur"}).status_code == 422
    assert "data-passkey-create" not in alice.get(HERE).text
    assert alice.post(f"{HERE}/1/retrait", {"current": "non"}).status_code == 422
    assert count(web, Passkey) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"origin": "http://localhost:8080"},
        {"rp_id": "evil.example"},
        {"verifies": False},
    ],
)
def test_a_passkey_made_for_another_site_or_unverified_is_not_kept(web, alice, wrong):
    answer = added(alice, Authenticator(**wrong))
    assert answer.status_code == 422
    assert "n’a pas pu être enregistrée" in answer.text
    assert count(web, Passkey) == 0


def test_what_was_begun_serves_once_and_ten_minutes(web, alice):
    key = Authenticator()
    alice.post(HERE, {"current": PASSWORD, "name": "Téléphone"})
    made = key.make(options_in(alice.get(HERE).text))
    with alice.client.session_transaction() as kept:
        before = kept["passkey_adding"]
    web.clock.now += timedelta(minutes=10)
    assert alice.post(f"{HERE}/ajout", {"credential": made}).status_code == 401
    web.clock.now -= timedelta(minutes=10)
    assert alice.post(f"{HERE}/ajout", {"credential": made}).status_code == 409  # popped
    with alice.client.session_transaction() as kept:
        kept["passkey_adding"] = before
    assert alice.post(f"{HERE}/ajout", {"credential": made}).status_code == 200
    with alice.client.session_transaction() as kept:  # a copy of the cookie of before
        kept["passkey_adding"] = before
    again = Authenticator(user_handle=key.user_handle)
    options = {"user": {"id": key.user_handle}, "challenge": before[2]}
    assert alice.post(f"{HERE}/ajout", {"credential": again.make(options)}).status_code == 401
    assert count(web, Passkey) == 1


def test_twenty_are_enough(web, alice, key):
    with web.database.transaction() as db:
        row = db.scalars(select(Passkey)).one()
        for number in range(19):
            values = {"name": "x", "sign_count": 0, "created_at": row.created_at, "user_id": 1}
            more = Passkey(
                credential_id=f"c{number}", public_key="k", user_handle=row.user_handle, **values
            )
            db.add(more)
    assert "Ajouter une clé d’accès" not in alice.get(HERE).text
    assert alice.post(HERE, {"current": PASSWORD, "name": "De trop"}).status_code == 409


def test_the_last_one_removed_takes_the_codes_along(web, alice, key):
    page = alice.get(f"{HERE}/1/retrait").text
    assert "Retirer «\xa0Téléphone\xa0»" in page
    assert "votre seul second facteur" in page
    answer = alice.post(f"{HERE}/1/retrait", {"current": PASSWORD})
    assert answer.location == f"{HERE}?fait=retrait"
    assert (count(web, Passkey), count(web, RecoveryCode)) == (0, 0)
    assert events(web) == ["accounts.passkey_added", "accounts.passkey_removed"]
    assert kinds(web) == [NotificationKind.PASSKEY_ADDED, NotificationKind.PASSKEY_REMOVED]
    assert gave_password(web.browser()).location == "/pces"
    assert alice.get(f"{HERE}/1/retrait").status_code == 404


def test_nobody_removes_another_s(web, alice, key):
    bob = web.browser(2)
    assert bob.get(f"{HERE}/1/retrait").status_code == 404
    assert bob.post(f"{HERE}/1/retrait", {"current": PASSWORD}).status_code == 404
    assert count(web, Passkey) == 1


def test_codes_of_a_telephone_and_passkeys_stand_side_by_side(web, alice, key):
    secret = begun(alice)
    form = {"code": pyotp.TOTP(secret).at(web.clock())}
    alice.post("/compte/second-facteur/activation", form)
    assert alice.post(f"{HERE}/1/retrait", {"current": PASSWORD}).status_code == 303
    assert count(web, RecoveryCode) == 10
    added(alice, Authenticator())
    web.clock.now += timedelta(minutes=1)
    form = {"current": PASSWORD, "code": pyotp.TOTP(secret).at(web.clock())}
    assert alice.post("/compte/second-facteur/arret", form).status_code == 303
    assert count(web, RecoveryCode) == 10
    assert gave_password(web.browser()).location.startswith("/connexion/code")


def test_who_has_passkeys_alone_has_new_codes_by_their_password(web, alice, key):
    assert alice.post(f"{HERE}/codes", {"current": "non"}).status_code == 422
    answer = alice.post(f"{HERE}/codes", {"current": PASSWORD})
    assert len(re.findall(r"<li><code>", answer.text)) == 10
    secret = begun(alice)
    form = {"code": pyotp.TOTP(secret).at(web.clock())}
    alice.post("/compte/second-facteur/activation", form)
    assert alice.post(f"{HERE}/codes", {"current": PASSWORD}).status_code == 409


def test_addresses_of_forms_lead_to_their_page(alice):
    for path in ("ajout", "codes"):
        assert alice.get(f"{HERE}/{path}").location == HERE


# --- to come in ----------------------------------------------------------------------------------


def test_a_passkey_opens_an_account_without_a_password_or_a_code(web, key):
    browser = web.browser()
    assert "Se connecter avec une clé d’accès" in browser.get("/connexion").text
    options = asked(browser)
    assert options["userVerification"] == "required"
    assert options["allowCredentials"] == []
    answer = browser.post("/connexion/cle", {"credential": key.sign(options), "next": "/pces"})
    assert (answer.status_code, answer.location) == (303, "/pces")
    assert "alice@tilleuls.example" in browser.open("/compte").text
    with web.database.reading() as db:
        row = db.scalars(select(Passkey)).one()
        session = db.scalars(select(LoginSession).order_by(LoginSession.id.desc())).first()
        assert (row.sign_count, row.last_used_at) == (key.count, web.clock())
        assert session.strong
    assert "Utilisée le" in browser.get(HERE).text


def test_guesses_from_everywhere_stop_no_passkey(web, key):
    guess_from_everywhere(web)
    browser = web.browser()
    assert gave_password(browser).status_code == 429
    assert entered(browser, key).location == "/pces"


def test_it_follows_a_password_without_checking_its_owner_again(web, key):
    key.verifies = False
    browser = web.browser()
    assert gave_password(browser).location.startswith("/connexion/code")
    page = browser.get("/connexion/code?next=/pces").text
    assert "Utiliser ma clé d’accès" in page
    assert 'id="code"' not in page
    options = asked(browser, second="1")
    assert options["userVerification"] == "preferred"
    assert [octets(one["id"]) for one in options["allowCredentials"]] == [key.credential_id]
    assert seconded(browser, key).location == "/pces"


def test_a_recovery_code_replaces_it_once(web, alice):
    codes = re.findall(r"<li><code>([^<]+)", added(alice, Authenticator()).text)
    for status in (303, 422):
        browser = web.browser()
        gave_password(browser)
        page = browser.get("/connexion/code?secours&next=/pces").text
        assert "Code de secours" in page
        form = {"code": codes[0], "secours": "1"}
        assert browser.post("/connexion/code", form).status_code == status


def test_a_code_of_an_application_that_one_does_not_have_is_wrong(web, key):
    browser = web.browser()
    gave_password(browser)
    assert browser.post("/connexion/code", {"code": "000000"}).status_code == 422


def test_one_that_does_not_check_its_owner_opens_nothing_alone(web, key):
    key.verifies = False
    answer = entered(web.browser(), key)
    assert answer.status_code == 401
    assert NOT_TRUE in answer.text
    assert events(web)[-1] == "accounts.passkey_refused"


@pytest.mark.parametrize(
    "wrong",
    [
        {"origin": "https://evil.example"},
        {"rp_id": "evil.example"},
        {"key": Authenticator().key},
        {"count": 0},
        {"user_handle": "AAAA"},
    ],
)
def test_a_signature_that_is_not_ours_opens_nothing(web, key, wrong):
    assert entered(web.browser(), key).status_code == 303
    sessions = count(web, LoginSession)
    vars(key).update(wrong)
    if "count" in wrong:
        key.counts = False
    answer = entered(web.browser(), key)
    assert answer.status_code == 401
    assert NOT_TRUE in answer.text
    assert count(web, LoginSession) == sessions
    assert events(web)[-1] == "accounts.passkey_refused"


def test_one_that_does_not_count_goes_on(web, alice):
    key = Authenticator(counts=False)
    added(alice, key)
    for _number in range(2):
        assert entered(web.browser(), key).status_code == 303


def test_a_passkey_of_nobody_or_of_who_is_cut_opens_nothing(web, key):
    stranger = Authenticator(user_handle=key.user_handle)
    answer = entered(web.browser(), stranger)
    assert answer.status_code == 401
    assert "ne correspond à aucun compte ici" in answer.text
    with web.database.transaction() as db:
        actions.disable_user(db, 1, web.clock())
    assert entered(web.browser(), key).status_code == 401
    assert "accounts.passkey_refused" not in events(web)


def test_what_is_signed_serves_once_whatever_the_cookie(web, alice):
    """By who copied all that was sent, of a passkey that counts nothing."""
    key = Authenticator(counts=False)
    added(alice, key)
    browser = web.browser()
    options = asked(browser)
    with browser.client.session_transaction() as session:
        before = dict(session)
    form = {"credential": key.sign(options), "next": "/pces"}
    assert browser.post("/connexion/cle", form).status_code == 303
    thief = web.browser()
    thief.get("/connexion")
    with thief.client.session_transaction() as session:
        session["passkey_asked"] = before["passkey_asked"]
    assert thief.post("/connexion/cle", form).status_code == 401


def test_what_another_browser_was_asked_opens_nothing(web, key):
    signed = key.sign(asked(web.browser()))
    thief = web.browser()
    asked(thief)
    assert thief.post("/connexion/cle", {"credential": signed}).status_code == 401


def test_ten_minutes_are_enough(web, key):
    browser = web.browser()
    signed = key.sign(asked(browser))
    web.clock.now += timedelta(minutes=10)
    assert browser.post("/connexion/cle", {"credential": signed}).status_code == 401


def test_after_a_password_another_s_passkey_opens_nothing(web, key):
    bobs = Authenticator()
    added(web.browser(2), bobs)
    browser = web.browser()
    gave_password(browser)
    answer = seconded(browser, bobs)
    assert answer.status_code == 401
    assert "ne correspond à aucun compte ici" in answer.text
    assert browser.get("/compte").status_code == 302


def test_a_second_step_needs_a_first(web, key):
    browser = web.browser()
    answer = seconded(browser, key)
    assert answer.location.startswith("/connexion?next=")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=examples(40))
@given(
    st.one_of(
        st.text(max_size=40),
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(
                    st.sampled_from(["id", "rawId", "type", "response", "clientDataJSON"]), inner
                )
            ),
        ).map(json.dumps),
    )
)
def test_whatever_a_browser_sends_is_answered(web, key, sent):
    browser = web.browser()
    asked(browser)
    assert browser.post("/connexion/cle", {"credential": sent}).status_code == 401


# --- who must have one ---------------------------------------------------------------------------


def test_a_role_that_must_have_a_second_factor_may_take_a_passkey(web, sqlite_template, tmp_path):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
    strict = Web(
        web.database, web.var, base_url="http://localhost", second_factor="required", alone=True
    )
    browser = strict.browser()
    assert gave_password(browser).location == "/pces"
    assert browser.get("/pces").location == "/compte/second-facteur"
    assert HERE in browser.get("/compte/second-facteur").text
    key = Authenticator()
    assert "Votre rôle demande un second facteur" in browser.get(HERE).text
    answer = added(browser, key)
    assert 'href="/pces"' in answer.text
    assert browser.get("/pces").status_code == 200
    assert entered(strict.browser(), key).location == "/pces"


@pytest.mark.parametrize("door", ["passkey", "code"])
def test_a_role_without_its_last_factor_must_set_up_another_one_at_once(web, door):
    """The session that this factor opened is strong no longer."""
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
    settings = {"base_url": "http://localhost", "second_factor": "required"}
    strict = Web(web.database, web.var, alone=True, **settings)
    setting_up, browser, key = web.browser(1), strict.browser(), Authenticator()
    if door == "passkey":
        added(setting_up, key)
        assert entered(browser, key).location == "/pces"
        path, form = f"{HERE}/1/retrait", {"current": PASSWORD}
    else:
        totp = pyotp.TOTP(begun(setting_up))
        confirming = {"code": totp.at(web.clock())}
        setting_up.post("/compte/second-facteur/activation", confirming)
        strict.clock.now += timedelta(minutes=1)
        gave_password(browser)
        typed = {"code": totp.at(strict.clock()), "next": "/pces"}
        assert browser.post("/connexion/code", typed).location == "/pces"
        strict.clock.now += timedelta(minutes=1)
        form = {"current": PASSWORD, "code": totp.at(strict.clock())}
        path = "/compte/second-facteur/arret"
    assert browser.get("/pces").status_code == 200
    assert browser.post(path, form).status_code == 303
    assert browser.get("/pces").location == "/compte/second-facteur"


def test_an_administrator_takes_a_lost_passkey_off(web, alice, key):
    with web.database.transaction() as db:
        actions.reset_second_factor(db, EMAIL, web.clock())
    assert (count(web, Passkey), count(web, RecoveryCode)) == (0, 0)
    assert gave_password(web.browser()).location == "/pces"


# --- where there are none ------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["http://192.0.2.1:8050", "http://gaz.example"])
def test_where_browsers_have_no_passkeys_none_is_offered(web, address):
    plain = Web(web.database, web.var, base_url=address, trusted_hosts="*", alone=True)
    assert "clé d’accès" not in plain.browser().get("/connexion").text
    browser = plain.browser(1)
    assert "à cette adresse, utilisez un code de votre téléphone" in browser.get(HERE).text
    assert browser.post(HERE, {"current": PASSWORD, "name": "x"}).status_code == 404
    with plain.server.test_request_context("/", base_url=address):
        from api.relying_party import relying_party

        assert relying_party() is None


@pytest.mark.parametrize(
    ("address", "opened", "origin"),
    [
        ("http://127.0.0.1:8050", "http://localhost:8050", "http://localhost:8050"),
        ("http://127.0.0.1:8050", "http://localhost:8799", "http://localhost:8050"),
        ("http://[::1]:8050", "http://localhost:8050", "http://localhost:8050"),
        ("https://gaz.example", "https://gaz.example", "https://gaz.example"),
        ("https://gaz.example:8443", "https://gaz.example:8443", "https://gaz.example:8443"),
    ],
)
def test_the_public_address_says_whose_passkeys_they_are(web, address, opened, origin):
    from api.relying_party import relying_party

    here = Web(web.database, web.var, base_url=address, alone=True)
    with here.server.test_request_context("/", base_url=opened):
        party = relying_party()
        assert (party.origin, party.id) == (origin, origin.split("//")[1].split(":")[0])
