"""Programs come in by a token of four hours, and call so often and no more."""

from base64 import b64encode, urlsafe_b64decode
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from data.identity.accounts.models import ApiCredential
from data.identity.programs.models import ProgramUse
from tests.api.adict.program import BASE, SECRET, Program, make_credential, program_of
from tests.web import Web

LIST = f"{BASE}/droits_acces"


def test_a_credential_is_worth_a_token_of_four_hours(web, bobs):
    answer = bobs.ask_token()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    told = answer.json
    assert (told["token_type"], told["expires_in"]) == ("Bearer", 14400)
    assert told["scope"] == "/adict/v2"
    signature = told["access_token"].rpartition(".")[2]
    assert len(urlsafe_b64decode(f"{signature}=")) == 32  # SHA-256
    assert bobs.get("/droits_acces").status_code == 200
    web.clock.now += timedelta(seconds=14399)
    assert bobs.get("/droits_acces").status_code == 200
    web.clock.now += timedelta(seconds=1)
    over = bobs.get("/droits_acces")
    assert over.status_code == 401
    assert over.json["code_statut_traitement"] == "9000000401"


@pytest.mark.parametrize(
    "path",
    ["/oauth2/token", "/oauth2/abc/v1/token", "/openam/oauth2/realms/externe/access_token"],
)
def test_clients_of_each_age_find_where_tokens_are(bobs, path):
    assert bobs.ask_token(path).status_code == 200


def test_the_secret_may_come_in_the_header(bobs):
    word = b64encode(f"{bobs.client_id}:{SECRET}".encode()).decode()
    form = {"grant_type": "client_credentials", "scope": "/adict/v2"}
    head = {"Authorization": f"Basic {word}"}
    assert bobs.client.post("/oauth2/token", data=form, headers=head).status_code == 200


@pytest.mark.parametrize(
    "word", ["//8=", b64encode(b"id:\xff").decode(), b64encode(b"i%00d:x").decode(), "é", "", "eA"]
)
def test_a_header_that_cannot_be_read_is_no_credential(bobs, word):
    head = {"Authorization": f"Basic {word}".encode().decode("latin-1")}
    form = {"grant_type": "client_credentials"}
    answer = bobs.client.post("/oauth2/token", data=form, headers=head)
    assert (answer.status_code, answer.json["error"]) == (401, "invalid_client")


def test_the_scope_may_be_left_out(bobs):
    assert bobs.ask_token(scope="").json["scope"] == "/adict/v2"


@pytest.mark.parametrize(
    ("form", "status", "error"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client"),
        ({"client_secret": ""}, 401, "invalid_client"),
        ({"client_id": "nobody"}, 401, "invalid_client"),
        ({"client_id": "x" * 5000}, 401, "invalid_client"),
        ({"scope": "/adict/bas/v6"}, 400, "invalid_scope"),
        ({"grant_type": "password"}, 400, "unsupported_grant_type"),
        ({"grant_type": ""}, 400, "unsupported_grant_type"),
    ],
)
def test_what_is_no_credential_is_refused_in_json(bobs, form, status, error):
    answer = bobs.ask_token(**form)
    assert (answer.status_code, answer.json["error"]) == (status, error)
    assert "Set-Cookie" not in answer.headers


def test_a_wrong_secret_is_refused_in_a_plain_sentence(bobs):
    answer = bobs.ask_token(client_secret="wrong")
    said = answer.json["error_description"]
    assert said == "Ce client_id et ce client_secret ne vont pas ensemble, ou ne valent plus."
    assert said in answer.headers["WWW-Authenticate"]


@pytest.mark.parametrize("sent", [{"json": {"grant_type": "client_credentials"}}, {}, {"data": {}}])
def test_what_is_no_form_is_told_which_one_is_wanted(bobs, sent):
    answer = bobs.client.post("/oauth2/token", **sent)
    assert answer.json["error"] == "unsupported_grant_type"
    assert "application/x-www-form-urlencoded" in answer.json["error_description"]


def test_another_grant_or_scope_is_told_the_one_there_is(bobs):
    for form in ({"grant_type": "password"}, {"scope": "/adict/v1"}):
        (name,) = form
        said = bobs.ask_token(**form).json["error_description"]
        assert said.startswith(f"{name} doit valoir ")


def test_guesses_of_a_secret_are_counted(web, bobs):
    for _time in range(10):
        assert bobs.ask_token(client_secret="wrong").status_code == 401
    refused = bobs.ask_token()
    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "900"
    assert bobs.ask_token().json["error"] == "temporarily_unavailable"
    assert bobs.get("/droits_acces").status_code == 200  # what has its token goes on


@pytest.mark.parametrize("value", ["revoked_at", "expires_at"])
def test_a_credential_that_ends_ends_its_tokens(web, bobs, value):
    with web.database.transaction() as db:
        db.execute(update(ApiCredential).values({value: web.clock()}))
    assert bobs.get("/droits_acces").status_code == 401
    assert bobs.ask_token().status_code == 401


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (None, 401),
        ("", 401),
        ("Bearer", 400),
        ("bearer x", 400),
        ("Bearers x", 400),
        ("Basic eDp5", 400),
        ("Bearer x", 401),
        ("Bearer x.y", 401),
        ("Bearer WzEsMl0.xxxx", 401),
    ],
)
def test_nothing_answers_without_a_token(bobs, header, status):
    head = {} if header is None else {"Authorization": header}
    answer = bobs.client.get(LIST, headers=head)
    assert answer.status_code == status
    assert answer.is_json
    assert answer.json["message_retour_traitement"]
    assert answer.headers.get("WWW-Authenticate") == ("Bearer" if status == 401 else None)


def test_a_token_of_another_portal_opens_nothing(web, bobs, tmp_path):
    other = Web(web.database, tmp_path / "other", secret_key="o" * 48)
    assert other.server.test_client().get(LIST, headers={"Authorization": f"Bearer {bobs.token}"})
    answer = Program(other, bobs.client_id).client.get(
        LIST, headers={"Authorization": f"Bearer {bobs.token}"}
    )
    assert answer.status_code == 401


def test_a_session_is_no_token_and_a_token_no_session(web, bobs):
    browser = web.browser(2)
    assert browser.client.get(LIST).status_code == 401
    head = {"Authorization": f"Bearer {bobs.token}"}
    for path in ("/compte", "/droits", "/_dash-layout", "/export"):
        assert bobs.client.get(path, headers=head).status_code == 401


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/nowhere", "/droits_acces", "/droit_acces/x", "/pce/1/x"])
def test_whatever_goes_wrong_is_told_in_json(bobs, method, path):
    answer = bobs.call(method, path)
    assert answer.status_code in {200, 400, 404, 405}
    assert answer.status_code == 200 or answer.is_json
    assert answer.status_code == 200 or answer.json["code_statut_traitement"]
    assert "Set-Cookie" not in answer.headers


def test_a_bug_is_told_in_json_without_a_trace(bobs, monkeypatch):
    def breaks(*_args, **_named):
        raise RuntimeError("secret of the house")

    monkeypatch.setattr("api.adict.rights.iter_rights", breaks)
    answer = bobs.get("/droits_acces")
    assert answer.status_code == 500
    assert answer.json["code_statut_traitement"] == "2000000001"
    assert "secret" not in answer.text


@pytest.fixture
def paced(web, tmp_path):
    return Web(web.database, tmp_path / "paced", api_calls_a_minute=60, api_calls_a_day=30)


def test_who_calls_too_often_is_told_when_to_come_back(paced):
    program = program_of(paced)
    answers = [program.get("/droits_acces") for _time in range(11)]
    assert [one.status_code for one in answers] == [200] * 10 + [429]
    assert answers[-1].headers["Retry-After"] == "1"
    paced.clock.now += timedelta(seconds=1)
    assert program.get("/droits_acces").status_code == 200
    assert program.get("/droits_acces").status_code == 429


def test_a_call_a_second_is_never_too_often(paced):
    program = program_of(paced)
    for _time in range(30):
        assert program.get("/droits_acces").status_code == 200
        paced.clock.now += timedelta(seconds=1)


def test_a_day_has_so_many_calls_for_all_the_programs_of_an_organisation(paced):
    program = program_of(paced)
    with paced.database.transaction() as db:
        make_credential(db, paced.clock(), client_id="ec_second")
    second = Program(paced, "ec_second").enter()
    for turn in range(30):
        assert (program, second)[turn % 2].get("/droits_acces").status_code == 200
        paced.clock.now += timedelta(seconds=1)
    refused = second.get("/droits_acces")
    assert refused.status_code == 429
    # 9 o'clock and half a minute in Paris: fifteen hours of that day are left.
    assert int(refused.headers["Retry-After"]) == 15 * 3600 - 30
    paced.clock.now += timedelta(seconds=15 * 3600 - 30)
    assert second.enter().get("/droits_acces").status_code == 200


def test_another_organisation_has_calls_of_its_own(paced):
    bobs, charlies = program_of(paced), program_of(paced, 3)
    for _time in range(11):
        bobs.get("/droits_acces")
    assert charlies.get("/droits_acces").status_code == 200


def test_calls_leave_their_count_and_the_last_use_of_the_credential(web, bobs):
    web.clock.now += timedelta(minutes=5)
    bobs.get("/droits_acces")
    with web.database.reading() as db:
        assert db.scalar(select(ProgramUse.calls)) == 1
        assert db.scalar(select(ApiCredential.last_used_at)) == web.clock()
        assert db.scalar(select(func.count(ProgramUse.organisation_id))) == 1


@pytest.mark.parametrize(
    ("method", "path", "scope"),
    [
        ("GET", "/droits_acces", "rights.read"),
        ("POST", "/droits_acces", "rights.read"),
        ("PUT", "/pce/GI999001/droit_acces", "rights.write"),
        ("PATCH", "/droit_acces/x", "rights.write"),
        ("PUT", "/droit_acces/x/preuves", "controls.write"),
        ("GET", "/pce/GI999001/donnees_consos_informatives", "consumption.read"),
        ("GET", "/pce/GI999001/donnees_consos_publiees", "consumption.read"),
        ("GET", "/pce/GI999001/donnees_injections_publiees", "consumption.read"),
        ("GET", "/pce/GI999001/donnees_contractuelles", "pces.read"),
        ("GET", "/pce/GI999001/donnees_techniques", "pces.read"),
    ],
)
def test_each_part_of_the_api_asks_for_its_scope(web, method, path, scope):
    every = {"rights.read", "rights.write", "controls.write", "consumption.read", "pces.read"}
    wider = {"rights.read": {"rights.write"}}.get(scope, set())
    without = program_of(web, scopes=sorted(every - {scope} - wider))
    assert without.call(method, path, json={}).status_code == 403
    within = program_of(web, client_id="ec_within", scopes=[scope])
    assert within.call(method, path, json={}).status_code != 403


@pytest.mark.parametrize("path", ["/oauth2/token", LIST])
def test_a_body_that_is_too_long_is_refused_without_a_word_of_files(bobs, path):
    answer = bobs.client.post(
        path,
        headers={"Authorization": f"Bearer {bobs.token}"},
        data=b"x",
        content_type="application/x-www-form-urlencoded",
        environ_overrides={"CONTENT_LENGTH": "999999999"},
    )
    assert answer.status_code == 413
    assert "trop lourd" in str(answer.json)
    assert "fichiers" not in str(answer.json)
