"""The API is described from its own code: each route, each code, each answer, in two languages."""

import ast
import json
import re
import shutil
import subprocess
import threading

import jsonschema_rs
import pytest
import schemathesis
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.serving import make_server

from api.adict.errors import NDJSON
from api.adict.openapi.codes import CODES, STATUSES
from api.adict.openapi.document import ALIASES
from api.adict.openapi.operations import operations
from api.adict.periods import FORM, period_in
from api.adict.silence import every
from core.errors import Invalid
from data.identity.accounts.types.security import ApiScope
from data.identity.programs.rules import A_SECRET, AN_ID, commands
from tests.api.adict.program import SECRET, make_credential, program_of
from tests.architecture.sources import ROOT
from tests.data.exports.made import fill
from tests.factories import NOW, make_grant, make_pce
from tests.web import Web

DOCUMENT, PAGE = "/adict/v2/openapi.json", "/documentation-api"
TODAY = NOW.date()


def document_of(web, **headers):
    answer = web.server.test_client(use_cookies=False).get(DOCUMENT, headers=headers)
    assert answer.status_code == 200
    assert answer.mimetype == "application/json"
    return answer.json


@pytest.fixture
def told(web):
    return document_of(web)


def operations_in(told):
    return [
        (method.upper(), path, one)
        for path, methods in told["paths"].items()
        for method, one in methods.items()
    ]


def test_every_route_of_programs_is_described_and_nothing_else(web, told):
    rules = {
        (method, re.sub(r"<[^>]*>", "{}", rule.rule))
        for rule in web.server.url_map.iter_rules()
        if rule.rule.startswith(("/adict", "/oauth2", "/openam")) and rule.rule not in ALIASES
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert {
        (method, re.sub(r"{[^}]*}", "{}", path)) for method, path, _one in operations_in(told)
    } == rules
    assert len(rules) == 12  # ten of ADICT, the token, this document
    with web.server.test_request_context():
        assert len(operations()) == 12


def test_the_document_is_one_of_openapi(told):
    assert told["openapi"] == "3.1.0"
    assert told["components"]["securitySchemes"]["oauth2"]["flows"] == {
        "clientCredentials": {
            "tokenUrl": "http://127.0.0.1:8050/oauth2/token",
            "scopes": {
                "/adict/v2": "Toute l’API\u202f; ce que l’accès ouvre est choisi quand il est créé."
            },
        }
    }
    schemathesis.openapi.from_dict(told).validate()
    for _method, path, one in operations_in(told):
        with_token = path.startswith("/adict") and path != DOCUMENT
        assert one["security"] == ([{"oauth2": ["/adict/v2"]}] if with_token else [])
        assert ("429" in one["responses"]) == (path != DOCUMENT)


def test_its_examples_are_what_it_says(told):
    seen = 0
    for _method, _path, one in operations_in(told):
        bodies = [answer["content"] for answer in one["responses"].values()]
        bodies.append(one.get("requestBody", {"content": {}})["content"])
        for media in (media for body in bodies for media in body.values() if "example" in media):
            shape = media["schema"] | {"components": told["components"]}
            jsonschema_rs.validator_for(shape, validate_formats=True).validate(media["example"])
            seen += 1
    assert seen == 15  # the proofs are files


def examples_in(told):
    """What an operation shows of the API: each body and parameter, by its place."""
    if isinstance(told, dict):
        here = [told["example"]] if "example" in told else []
        return here + [one for value in told.values() for one in examples_in(value)]
    return [one for value in told for one in examples_in(value)] if isinstance(told, list) else []


def test_its_examples_are_in_the_words_of_the_api_whatever_its_reader_speaks(web, told):
    english = document_of(web, **{"Accept-Language": "en"})
    assert english["info"]["description"] != told["info"]["description"]
    assert english["info"]["title"] == told["info"]["title"] == "ADICT"
    for place in ("paths", "webhooks"):
        assert examples_in(english[place]) == examples_in(told[place])
    assert "Opération réussie." in str(examples_in(english["paths"]))


def test_every_code_that_may_be_answered_is_in_its_table():
    places = [*(ROOT / "api/adict").glob("*.py"), ROOT / "data/controls/files/piece_check.py"]
    names = ("declarations", "fields", "outcomes", "distributor_checks")
    places += [ROOT / f"data/rights/rules/{name}.py" for name in names]
    found = {
        node.value
        for place in places
        for node in ast.walk(ast.parse(place.read_text("utf8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if re.fullmatch(r"[0-9]{7}([0-9]{3})?", node.value)
    } - {"9000000"}  # the beginning of one
    silences = {one.code for one in every()}
    assert len(found) > 50
    assert found - silences == CODES.keys() - {"9000000400"}
    assert len(silences) == len(every())


def test_every_status_that_is_answered_is_told(told):
    for _method, _path, one in operations_in(told):
        assert {int(status) for status in one["responses"]} <= STATUSES.keys() | {200, 201}


def test_each_operation_says_the_scope_that_opens_it(web, told):
    scoped = [one for one in operations_in(told) if "x-scope" in one[2]]
    assert len(scoped) == 10
    for number, (method, path, one) in enumerate(scoped):
        address = re.sub(r"{[^}]*}", "GI999001", path).removeprefix("/adict/v2")
        scope = ApiScope(one["x-scope"])
        ours = {"client_id": f"ec_with_{number}", "scopes": [scope]}
        within = program_of(web, **ours).call(method, address, json={})
        assert within.status_code != 403, (method, path)
        wider = {ApiScope.RIGHTS_READ: {ApiScope.RIGHTS_WRITE}}.get(scope, set())
        others = sorted(set(ApiScope) - {scope} - wider)
        without = program_of(web, client_id=f"ec_without_{number}", scopes=others)
        assert without.call(method, address, json={}).status_code == 403, (method, path)


@given(st.from_regex(FORM, fullmatch=True))
def test_what_a_period_may_be_is_read_as_one(value):
    """But for what no calendar has, and for what is too old or to come."""
    try:
        period_in({"periode": value.strip()}, TODAY, 1500)
    except Invalid as error:
        said = error.message
        short = re.search(r"-(W53|366|000|3[0-9][0-9])$|W00|^P[0-9]+-2", value.strip())
        assert "après aujourd’hui" in said or short, (value, said)


@pytest.mark.parametrize(
    "value", ["2025-13", "2025-00", "2025-W54", "2025-09-01", "P0-2024", "PN-2024", "P2-2024-245"]
)
def test_what_a_period_may_not_be_is_not_described(value):
    assert not re.search(FORM, value)
    with pytest.raises(Invalid):
        period_in({"periode": value}, TODAY, 1500)


def test_it_speaks_the_language_that_is_asked_for(web):
    french, english = document_of(web), document_of(web, **{"Accept-Language": "en-GB,en"})
    path = "/adict/v2/droits_acces"
    assert french["paths"][path]["get"]["summary"] == "Lister ses droits d’accès"
    assert english["paths"][path]["get"]["summary"] == "List your access rights"
    answer = web.server.test_client().get(DOCUMENT)
    assert "Accept-Language" in answer.headers["Vary"]
    page = web.browser().get(PAGE, **{"Accept-Language": "en"}).text
    assert 'lang="en"' in page
    assert "List your access rights" in page


def test_the_page_shows_all_of_the_document(web, told):
    page = web.browser().get(PAGE)
    assert page.status_code == 200
    for method, path, one in operations_in(told):
        assert f"{method} {path}" in page.text
        assert one["summary"] in page.text
        for parameter in one["parameters"]:
            assert parameter["name"] in page.text
    for code in (*CODES, *map(str, STATUSES), *(one.code for one in every())):
        assert f"<code>{code}</code>" in page.text
    for where in ("/compte/api", DOCUMENT, "Sans limite par minute"):
        assert where in page.text
    assert "<script>" not in page.text


def test_the_page_says_the_pace(web, tmp_path):
    page = Web(web.database, tmp_path / "paced").browser().get(PAGE).text
    assert "60 appels par minute au plus" in page
    assert "6\u202f000 appels par jour au plus" in page


def test_only_a_reader_is_answered(web):
    client = web.server.test_client()
    assert client.post(DOCUMENT).status_code == 401  # as any other address of programs
    assert web.browser(2).get(PAGE).status_code == 200


def test_an_address_says_the_methods_that_it_takes(bobs):
    for path, methods in (
        ("/droits_acces", {"GET", "HEAD", "POST", "OPTIONS"}),
        ("/droit_acces/x", {"PATCH", "OPTIONS"}),
    ):
        for method in ("OPTIONS", "DELETE"):
            answer = bobs.call(method, path)
            assert set(answer.headers["Allow"].split(", ")) == methods
    assert bobs.get("/droit_acces/x").status_code == 405
    assert bobs.get("/nowhere").status_code == 404


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("path", ["/adict/v2/nothing", "/oauth2/tokenx", "/openam/x"])
def test_what_answers_no_method_is_nowhere(bobs, method, path):
    head = {"Authorization": f"Bearer {bobs.token}"}
    answer = bobs.client.open(path, method=method, headers=head)
    assert answer.status_code == 404
    assert answer.is_json
    assert "Allow" not in answer.headers


@pytest.fixture
def served(web):
    """The portal on a port of its own, with a site that bob reads."""
    with web.database.transaction() as db:
        make_credential(db, web.clock())
        pce = make_pce(db, "09999999900617", holder_id=1)
        fill(db, pce)
        make_grant(db, pce, 2)
    server = make_server("127.0.0.1", 0, web.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_api_page_has_the_three_commands(language):
    shown = commands("http://127.0.0.1:8050", 2026, "09999999900617")
    page = ROOT / "docs" / language / "build" / "api.md"
    assert "\n".join(shown) in page.read_text("utf8")


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="curl and jq")
def test_the_three_commands_work_as_they_are_typed(served):
    typed = "\n".join(commands(served, 2026, "09999999900617"))
    typed = typed.replace(AN_ID, f"ec_{2:024d}").replace(f"secret={A_SECRET}", f"secret={SECRET}")
    ran = subprocess.run(["/bin/sh", "-ec", typed], capture_output=True, check=True, timeout=60)
    done, *days = [json.loads(line) for line in ran.stdout.splitlines()]
    assert done["code_statut_traitement"] == "0000000000"
    assert len(days) == 300
    assert {day["pce"]["id_pce"] for day in days} == {"09999999900617"}


@pytest.mark.skipif(not (shutil.which("curl") and shutil.which("jq")), reason="curl and jq")
def test_the_three_commands_say_why_they_are_refused(served):
    """The token is then empty, and the calls that follow fail in the words of the API too."""
    typed = commands(served, 2026, "09999999900617")
    ran = subprocess.run(
        ["/bin/sh", "-c", typed[0] + '; echo "[$TOKEN]"'],
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert ran.stdout == b"[]\n"
    assert "client_secret" in ran.stderr.decode()
    ran = subprocess.run(
        ["/bin/sh", "-c", "TOKEN=; " + typed[1]], capture_output=True, check=False, timeout=60
    )
    assert ran.returncode == 22
    assert "jeton" in json.loads(ran.stdout)["message_retour_traitement"]


def test_the_commands_of_the_page_are_whole(web, told):
    page = web.browser().get(PAGE).text
    assert page.count("<pre") == 3 + 2 * len(operations_in(told))
    assert "periode=2026" in page
    assert "-F preuves=@mandat.pdf" in page
    assert NDJSON in page


def test_the_page_says_what_its_commands_need_and_its_statuses_in_order(web):
    page = web.server.test_client(use_cookies=False).get(PAGE).text
    assert "curl et jq" in page
    others = re.findall(r"Autres statuts.{1,3}([0-9, ]+)[.]", page)
    assert len(others) == 12
    for one in others:
        assert one.split(", ") == sorted(one.split(", "))
