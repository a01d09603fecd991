"""A client generated from the description, by a tool that knows nothing else, reads each answer."""

import importlib
import io
import json
import subprocess
import sys
from datetime import date

import httpx
import pytest

from api.adict.openapi import examples
from data.rights.types import RightState
from tests.api.adict.program import SECRET
from tests.api.adict.test_proofs import MANDATE
from tests.api.adict.test_rights import sent
from tests.data.controls.proofs import asked
from tests.data.exports.made import bills, fill
from tests.data.rights.declarations import GOOD
from tests.factories import PCE, make_grant, make_pce, make_right

PACKAGE = "adict_client"
SITE = "GI999602"
JANUARY = {"date_debut": date(2026, 1, 1), "date_fin": date(2026, 1, 31)}
STREAMS = {  # by call, how many lines January has, and their shape
    "read_informative_consumption": (31, "ConsommationInformative"),
    "read_published_consumption": (1, "ConsommationPubliee"),
    "read_published_injections": (1, "InjectionPubliee"),
}


class Generated:
    """The generated package: its operations and its models, by the names of the document."""

    def __init__(self, web, token):
        self.web, self.token = web, token

    def call(self, name, *values, **named):
        """The status of an operation called over HTTP, and what the client made of the answer."""
        module = importlib.import_module(f"{PACKAGE}.api.default.{name}")
        client = importlib.import_module(f"{PACKAGE}.client").AuthenticatedClient(
            "http://127.0.0.1:8050",
            self.token,
            httpx_args={"transport": httpx.WSGITransport(app=self.web.server)},
        )
        answer = module.sync_detailed(*values, client=client, **named)
        return int(answer.status_code), answer.parsed

    def model(self, name):
        return getattr(importlib.import_module(f"{PACKAGE}.models"), name)

    def lines(self, name, shape, *values, **named):
        """The lines of a list, each read as the shape that the document says."""
        status, text = self.call(name, *values, **named)
        assert status == 200, text
        return [self.model(shape).from_dict(json.loads(line)) for line in text.splitlines()]


@pytest.fixture
def generated(web, bobs, tmp_path):
    document = web.server.test_client(use_cookies=False).get("/adict/v2/openapi.json").data
    (tmp_path / "openapi.json").write_bytes(document)
    (tmp_path / "config.yaml").write_text("post_hooks: []\n")  # it would format what it writes
    options = ("--path", "openapi.json", "--config", "config.yaml", "--meta", "none")
    ran = subprocess.run(
        [sys.executable, "-m", "openapi_python_client", "generate", "--fail-on-warning", *options],
        cwd=tmp_path,
        capture_output=True,
        check=False,
        timeout=120,
    )
    assert ran.returncode == 0, (ran.stdout + ran.stderr).decode()
    sys.path.insert(0, str(tmp_path))
    yield Generated(web, bobs.token)
    sys.path.remove(str(tmp_path))
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


@pytest.fixture
def rights(web, dora):
    """A site with days and bills, one to declare, a right to prove and one to revoke."""
    with web.database.transaction() as db:
        held = {"holder_id": 1, "holder_name": "LYCEE DES TILLEULS"}
        make_pce(db, **held)
        read = make_pce(db, examples.PCE, reference_kwh=64_000, **held)
        fill(db, read, periods=bills())
        make_grant(db, read, 2)
        proved = make_right(db, read, 2)
        ended = make_right(db, make_pce(db, SITE, holder_id=1), 2, state=RightState.REFUSED)
        asked(db, dora, [proved.uid])
        return proved.uid, ended.uid


@pytest.mark.uncounted
def test_every_operation_answers_a_generated_client(bobs, generated, rights):
    proved, ended = rights
    status, token = generated.call(
        "give_token",
        body=generated.model("DemandeJeton").from_dict(
            {
                "grant_type": "client_credentials",
                "client_id": bobs.client_id,
                "client_secret": SECRET,
            }
        ),
    )
    assert (status, token.expires_in) == (200, 14400)
    assert generated.call("read_description")[0] == 200

    body = generated.model("DemandeAcces").from_dict(sent(GOOD) | {"perim_donnees_publiees": True})
    status, declared = generated.call("declare_right", PCE, body=body)
    assert (status, declared.etat_droit_acces.value) == (201, "A valider")
    assert generated.call("declare_right", PCE, body=body)[1].code_statut_traitement == "1000000003"
    *listed, last = generated.call("list_rights")[1].splitlines()
    shape = generated.model("DroitAcces")
    assert {shape.from_dict(json.loads(line)).id_pce for line in listed} == {
        PCE,
        SITE,
        examples.PCE,
    }
    assert json.loads(last)["code_statut_traitement"] == "0000000000"
    some = generated.model("FiltreDroits").from_dict({"id_pce": [PCE]})
    assert len(generated.call("filter_rights", body=some)[1].splitlines()) == 2

    name, content = MANDATE
    files = importlib.import_module(f"{PACKAGE}.types")
    piece = files.File(payload=io.BytesIO(content), file_name=name, mime_type="application/pdf")
    proofs = generated.model("Preuves")(preuves=[piece])
    assert generated.call("send_proofs", proved, body=proofs)[0] == 200
    assert generated.call("revoke_right", declared.id_droit_acces)[0] == 200
    status, refused = generated.call("revoke_right", ended)
    assert (status, refused.code_statut_traitement) == (404, "1000000001")


@pytest.mark.uncounted
def test_every_reading_and_its_refusal_answer_a_generated_client(generated, rights):
    for name, (count, shape) in STREAMS.items():
        lines = generated.lines(name, shape, examples.PCE, **JANUARY)
        assert len(lines) == count
        status, refused = generated.call(name, examples.PCE, periode="2026-01-01")
        assert (status, refused.statut_restitution.code) == (400, "9000000400")
        assert refused.periode.valeur == "2026-01-01"
    for name, part in (
        ("read_contract", "donnees_contractuelles"),
        ("read_meter", "donnees_techniques"),
    ):
        status, found = generated.call(name, examples.PCE)
        assert status == 200
        assert getattr(found, part) is not None
        status, refused = generated.call(name, "0999")
        assert (status, refused.statut_restitution.code) == (400, "1000000037")
