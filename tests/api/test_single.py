"""Single sign-on, against a real provider on this machine."""

import base64
import hmac
import json
import urllib.error
import urllib.request
from datetime import timedelta
from urllib.parse import urlencode

import pyotp
import pytest
from sqlalchemy import func, select, update

from core.access import Role
from data.identity.accounts import actions
from data.identity.accounts.models import LoginSession, User, UserIdentity
from data.identity.audit.models import AuditEvent
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from tests.api.test_second import PASSWORD
from tests.factories import make_people
from tests.provider import CLIENT, SECRET, new_key, provider_for, sent_back, signed
from tests.web import HTML, Web

HERE = "/connexion/unique"
EMAIL = "alice@tilleuls.example"
UNKNOWN = "Aucun compte actif ne correspond à cette identité"
UNVERIFIED = "n’a pas pu être vérifiée"


@pytest.fixture
def there():
    with provider_for("http://localhost/connexion/unique/retour") as provider:
        provider.person = {"sub": "a-1", "email": EMAIL, "email_verified": True}
        yield provider


@pytest.fixture
def web(sqlite_database, tmp_path, there):
    with sqlite_database.transaction() as session:
        make_people(session)
    return portal(sqlite_database, tmp_path, there)


def portal(database, folder, there, **more):
    web = Web(
        database,
        folder / "var",
        base_url="http://localhost",
        oidc_issuer=there.issuer,
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
        oidc_name="Mairie",
        **more,
    )
    there.now = lambda: web.clock().timestamp()
    return web


class Still(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_args):
        return None


def followed(address):
    """Where the provider sends a browser that opens *address*."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), Still)
    with pytest.raises(urllib.error.HTTPError) as found:
        opener.open(address, timeout=10)
    with found.value as answer:
        assert answer.code == 302
        return answer.headers["Location"]


def went(browser, target="/pces"):
    """The address at which the provider sent this browser back."""
    there = browser.get(f"{HERE}?next={target}").location
    return followed(there).removeprefix("http://localhost")


def came(web, target="/pces"):
    browser = web.browser()
    return browser, browser.get(went(browser, target))


def count(web, table):
    with web.database.reading() as db:
        return db.scalar(select(func.count()).select_from(table))


def test_the_sign_in_page_offers_it_only_where_it_is_set(web, there, tmp_path):
    assert "Se connecter avec Mairie" in web.browser().get("/connexion").text
    alone = Web(web.database, tmp_path / "var", oidc_issuer=there.issuer, oidc_client_id=CLIENT)
    assert HERE not in alone.browser().get("/connexion").text
    for path in (HERE, f"{HERE}/retour", f"{HERE}/fin"):
        assert alone.browser().get(path).status_code == 404


def test_what_is_asked_is_a_code_with_a_proof_of_who_asked(web, there):
    address = web.browser().get(f"{HERE}?next=/pces").location
    words = sent_back(address)
    assert address.startswith(f"{there.issuer}/authorize?")
    assert words["response_type"] == "code"
    assert words["code_challenge_method"] == "S256"
    assert len(words["code_challenge"]) == 43
    assert len(words["state"]) >= 20
    assert len(words["nonce"]) >= 20
    assert "openid" in words["scope"].split()
    assert SECRET not in address


def test_a_verified_address_opens_the_account_that_has_it_and_links_it(web, there):
    browser, answer = came(web)
    assert answer.location == "/pces"
    assert "alice@tilleuls.example" in browser.open("/compte").text
    with web.database.reading() as db:
        linked = db.scalars(select(UserIdentity)).one()
        assert (linked.user_id, linked.issuer, linked.subject) == (1, there.issuer, "a-1")
        kinds = list(db.scalars(select(Notification.kind)))
        assert db.scalar(select(AuditEvent.id).where(AuditEvent.action == "accounts.signed_in"))
    assert NotificationKind.PROVIDER_LINKED in kinds
    there.person = {"sub": "a-1", "email": "autre@ailleurs.example", "email_verified": False}
    assert came(web)[1].location == "/pces"
    assert count(web, UserIdentity) == 1
    assert count(web, User) == 4


def test_an_address_in_the_token_needs_no_userinfo(web, there):
    there.in_token = True
    assert came(web)[1].location == "/pces"
    assert "/userinfo" not in there.asked


def test_a_provider_without_userinfo_opens_what_its_token_names(web, there):
    there.unlisted = frozenset({"userinfo_endpoint"})
    assert UNKNOWN in came(web)[1].text
    there.in_token = True
    assert came(web)[1].location == "/pces"


def test_userinfo_of_another_subject_is_not_believed(web, there):
    there.profile = {"sub": "b-2"}
    answer = came(web)[1]
    assert (answer.status_code, count(web, LoginSession)) == (401, 0)
    assert UNVERIFIED in answer.text


@pytest.mark.parametrize("profile", [{"email_verified": False}, {"email_verified": "true"}])
def test_an_address_that_userinfo_does_not_vouch_for_opens_nothing(web, there, profile):
    there.profile = profile
    assert UNKNOWN in came(web)[1].text


def test_an_answer_in_the_name_of_another_provider_is_not_believed(web, there):
    for change in ({"iss": "https://evil.example"}, {"iss": ""}, {"iss": None}):
        browser = web.browser()
        words = sent_back(went(browser)) | change
        said = urlencode({name: value for name, value in words.items() if value is not None})
        answer = browser.get(f"{HERE}/retour?{said}")
        assert (answer.status_code, count(web, LoginSession)) == (401, 0)
        assert UNVERIFIED in answer.text


def test_a_provider_that_does_not_promise_its_name_may_leave_it_out(web, there):
    there.unlisted = frozenset({"authorization_response_iss_parameter_supported"})
    browser = web.browser()
    words = sent_back(went(browser))
    words.pop("iss")
    assert browser.get(f"{HERE}/retour?{urlencode(words)}").location == "/pces"


def test_the_session_is_one_like_any_other(web):
    browser, _answer = came(web)
    web.clock.now += timedelta(minutes=31)
    assert browser.get("/compte").status_code == 302
    again, _answer = came(web)
    with web.database.transaction() as db:
        actions.disable_user(db, 1, web.clock())
    assert again.get("/compte").status_code == 302


@pytest.mark.parametrize(
    "person",
    [
        {"sub": "n-1", "email": "nobody@tilleuls.example", "email_verified": True},
        {"sub": "n-1", "email": EMAIL, "email_verified": False},
        {"sub": "n-1", "email": EMAIL, "email_verified": "true"},
        {"sub": "n-1", "email": EMAIL},
        {"sub": "n-1"},
        {"sub": "n-1", "email": "", "email_verified": True},
        {"sub": "n-1", "email": [EMAIL], "email_verified": True},
    ],
)
def test_who_has_no_open_account_gets_one_answer_and_no_account(web, there, person):
    there.person = person
    browser, answer = came(web)
    assert answer.status_code == 403
    assert UNKNOWN in answer.text
    assert browser.get("/compte").status_code == 302
    assert (count(web, User), count(web, UserIdentity), count(web, LoginSession)) == (4, 0, 0)


def test_a_disabled_user_gets_that_same_answer_linked_or_not(web, there):
    came(web)
    with web.database.transaction() as db:
        actions.disable_user(db, 1, web.clock())
        actions.disable_user(db, 2, web.clock())
    assert UNKNOWN in came(web)[1].text
    there.person = {"sub": "b-1", "email": "bob@thermia.example", "email_verified": True}
    assert UNKNOWN in came(web)[1].text


def test_an_account_once_linked_answers_to_no_other_subject(web, there):
    came(web)
    there.person = {"sub": "thief", "email": EMAIL, "email_verified": True}
    assert UNKNOWN in came(web)[1].text
    assert count(web, UserIdentity) == 1


def test_a_subject_once_linked_opens_no_other_account(web, there):
    came(web)
    there.person = {"sub": "a-1", "email": "bob@thermia.example", "email_verified": True}
    browser, _answer = came(web)
    assert "Alice" in browser.open("/compte").text


def test_a_state_serves_once_and_in_its_own_browser(web):
    browser = web.browser()
    back = went(browser)
    stranger = web.browser()
    assert UNVERIFIED in stranger.get(back).text
    assert browser.get(back).location == "/pces"
    browser.post("/deconnexion")
    again = browser.get(back)
    assert again.status_code == 401
    assert UNVERIFIED in again.text


@pytest.mark.parametrize("change", [{"state": "x"}, {"state": ""}, {"code": "x"}, {"code": ""}])
def test_an_address_written_by_hand_opens_nothing(web, change):
    browser = web.browser()
    words = sent_back(went(browser)) | change
    answer = browser.get(f"{HERE}/retour?{urlencode(words)}")
    assert answer.status_code == 401
    assert UNVERIFIED in answer.text
    assert count(web, LoginSession) == 0


def test_a_code_taken_from_another_browser_lacks_its_proof(web):
    """The thief has a state of their own and the code of somebody else: PKCE is in the way."""
    victim, thief = web.browser(), web.browser()
    theirs, mine = sent_back(went(victim)), sent_back(went(thief))
    answer = thief.get(f"{HERE}/retour?{urlencode(mine | {'code': theirs['code']})}")
    assert answer.status_code == 401
    assert count(web, LoginSession) == 0


def test_ten_minutes_are_enough(web):
    browser = web.browser()
    back = went(browser)
    web.clock.now += timedelta(minutes=10)
    assert UNVERIFIED in browser.get(back).text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another sign-in"},
        {"nonce": ""},
        {"aud": "another"},
        {"aud": ["another"], "azp": CLIENT},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"iss": "https://evil.example"},
        {"sub": ""},
        {"sub": 7},
        {"sub": "x" * 256},
        {"amr": "mfa"},
    ],
)
def test_a_token_that_says_something_else_is_not_believed(web, there, claims):
    there.more = claims
    answer = came(web)[1]
    assert answer.status_code == 401
    assert UNVERIFIED in answer.text
    assert count(web, LoginSession) == 0


def encoded(octets):
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def flipped(token):
    head, body, mark = token.split(".")
    return f"{head}.{body}.{'B' if mark[0] == 'A' else 'A'}{mark[1:]}"


def rewritten(token):
    head, body, mark = token.split(".")
    said = json.loads(base64.urlsafe_b64decode(body + "=="))
    said["email"] = "dora@tilleuls.example"
    return f"{head}.{encoded(json.dumps(said).encode())}.{mark}"


def unsigned(token):
    head = encoded(json.dumps({"alg": "none"}).encode())
    return f"{head}.{token.split('.')[1]}."


@pytest.mark.parametrize(
    "forge", [flipped, rewritten, unsigned, lambda _token: "x", lambda _token: None]
)
def test_a_token_tampered_with_is_not_believed(web, there, forge):
    there.forge = forge
    answer = came(web)[1]
    assert answer.status_code == 401
    assert UNVERIFIED in answer.text
    assert count(web, LoginSession) == 0


def sealed_with_the_public_key(there):
    """A token whose MAC is made with what anybody may read, as if it were a secret."""
    at = int(there.now())
    said = {"iss": there.issuer, "aud": CLIENT, "iat": at, "exp": at + 300, "sub": "a-1"}
    parts = ({"alg": "HS256", "kid": "one"}, said)
    text = ".".join(encoded(json.dumps(part).encode()) for part in parts)
    public = there.key.as_pem(private=False)
    return f"{text}.{encoded(hmac.digest(public, text.encode(), 'sha256'))}"


def test_a_token_of_another_key_or_of_a_public_one_is_not_believed(web, there):
    for kid in ("one", "unheard of"):
        there.forge = lambda _token, kid=kid: signed(there, new_key("stranger"), {"kid": kid})
        assert UNVERIFIED in came(web)[1].text
    there.forge = lambda _token: sealed_with_the_public_key(there)
    assert UNVERIFIED in came(web)[1].text
    assert count(web, LoginSession) == 0


def test_keys_that_change_are_asked_for_again(web, there):
    came(web)
    there.key = new_key("two")
    assert came(web)[1].location == "/pces"


@pytest.mark.parametrize(
    "claims", [{"exp": 1}, {"iat": 4_000_000_000}, {"nbf": 4_000_000_000}, {"exp": 0, "iat": 0}]
)
def test_clocks_that_differ_are_said(web, there, claims):
    there.more = claims
    answer = came(web)[1]
    assert answer.status_code == 401
    assert "L’horloge de Mairie et la nôtre ne concordent pas" in answer.text


def test_two_minutes_between_clocks_are_nothing(web, there):
    there.now = lambda: web.clock().timestamp() + 100
    assert came(web)[1].location == "/pces"


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        ("access_denied", 403, "Mairie a refusé, ou vous avez annulé"),
        ("login_required", 403, "Mairie a refusé"),
        ("temporarily_unavailable", 503, "Mairie ne répond pas"),
        ("server_error", 503, "Mairie ne répond pas"),
    ],
)
def test_what_the_provider_refuses_is_a_sentence(web, there, error, status, said):
    there.error = error
    answer = came(web)[1]
    assert answer.status_code == status
    assert said in answer.text
    assert 'name="password"' in answer.text  # the other way in is on the same page


def test_an_error_that_nobody_asked_for_is_not_believed(web):
    answer = web.browser().get(f"{HERE}/retour?error=access_denied&state=x")
    assert UNVERIFIED in answer.text


@pytest.mark.parametrize("path", ["/.well-known/openid-configuration", "/keys"])
def test_a_provider_that_is_down_is_said_and_leaves_the_password(web, there, path):
    there.broken = path
    answer = web.browser().get(HERE)
    assert answer.status_code == 503
    assert "Mairie ne répond pas" in answer.text
    there.broken = ""
    assert came(web)[1].location == "/pces"


@pytest.mark.parametrize("path", ["/token", "/userinfo"])
def test_a_provider_that_falls_half_way_is_said(web, there, path):
    there.broken = path
    answer = came(web)[1]
    assert answer.status_code == 503
    assert "Mairie ne répond pas" in answer.text


def test_a_provider_that_is_not_there_is_said(web, there, tmp_path):
    nowhere = Web(
        web.database,
        tmp_path / "var",
        oidc_issuer="http://127.0.0.1:9",
        oidc_client_id=CLIENT,
        oidc_client_secret=SECRET,
    )
    answer = nowhere.browser().get(HERE)
    assert answer.status_code == 503
    assert "127.0.0.1 ne répond pas" in answer.text


def test_it_leads_to_our_pages_only(web):
    for target in ("//evil.example", "https://evil.example", "/connexion"):
        assert came(web, target)[1].location == "/"


def test_who_is_in_already_does_not_go_there(web):
    assert web.browser(1).get(f"{HERE}?next=/pces").location == "/pces"


def test_signing_out_offers_to_end_the_session_there_too(web, there):
    browser, _answer = came(web)
    browser.get("/compte")
    answer = browser.post("/deconnexion")
    assert answer.location == "/connexion?sso"
    page = browser.get(answer.location).text
    assert "Me déconnecter aussi de Mairie" in page
    away = browser.get(f"{HERE}/fin").location
    assert away.startswith(f"{there.issuer}/logout?")
    assert followed(away) == "http://localhost/connexion"
    there.broken = "/.well-known/openid-configuration"
    by_password = web.browser(2)
    assert by_password.post("/deconnexion").location == "/connexion"


# --- the second factor ---------------------------------------------------------------------------


@pytest.fixture
def secret(web):
    """Of Alice's application."""
    from tests.api.test_second import begun

    with web.database.transaction() as db:
        hashed = actions.hash_password(PASSWORD)
        db.execute(update(User).where(User.id == 1).values(password_hash=hashed))
    browser = web.browser(1)
    secret = begun(browser)
    form = {"code": pyotp.TOTP(secret).at(web.clock())}
    browser.post("/compte/second-facteur/activation", form)
    web.clock.now += timedelta(minutes=1)
    return secret


def typed(web, secret):
    return {"code": pyotp.TOTP(secret).at(web.clock()), "next": "/pces"}


@pytest.mark.parametrize("amr", [None, ["pwd"], ["pwd", "mfa"]])
def test_the_first_time_the_code_is_asked_whatever_the_provider_says(web, there, secret, amr):
    there.amr = amr
    browser, answer = came(web)
    assert answer.location == "/connexion/code?next=%2Fpces"
    assert browser.get("/compte").status_code == 302
    assert count(web, UserIdentity) == 0
    assert browser.post("/connexion/code", typed(web, secret)).location == "/pces"
    assert count(web, UserIdentity) == 1


def test_then_two_factors_there_are_enough_and_one_is_not(web, there, secret):
    browser, _answer = came(web)
    browser.post("/connexion/code", typed(web, secret))
    there.amr = ["pwd"]
    assert came(web)[1].location.startswith("/connexion/code")
    there.amr = ["pwd", "otp", "mfa"]
    assert came(web)[1].location == "/pces"


def test_who_must_have_two_factors_may_bring_them_from_there(web, there, tmp_path):
    with web.database.transaction() as db:
        db.execute(update(User).where(User.id == 1).values(role=Role.ADMINISTRATOR))
    strict = portal(web.database, tmp_path, there, second_factor="required")
    browser, _answer = came(strict)
    assert browser.get("/pces", **HTML).location == "/compte/second-facteur"
    there.amr = ["mfa"]
    browser, _answer = came(strict)
    assert browser.get("/pces", **HTML).status_code == 200
