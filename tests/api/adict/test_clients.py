"""Other people's client, as it is published, against a portal that serves: only addresses change.

`lowatt-grdf` sleeps a second between two calls of one object; each command makes one of its own.
"""

import json
import logging
import threading

import pytest
import requests
import structlog
from click.testing import CliRunner
from lowatt_grdf import api as lowatt
from lowatt_grdf import models
from lowatt_grdf.main import main
from sqlalchemy import null, select
from werkzeug.serving import make_server

from data.controls.models import Control
from data.metering.consumption.actions import store
from data.metering.consumption.files import read
from data.metering.consumption.types import PceDelivery
from data.provenance import FEED
from data.rights.actions import answer_by_link
from data.rights.models import AccessRight, RightLetterRow
from data.rights.types import ConsentEvidence, ProofState, RightRole, RightState, RightTrigger
from tests.api.adict.program import SECRET, make_credential
from tests.data.controls.files.pieces import pdf
from tests.data.controls.proofs import asked
from tests.data.exports.made import bills, fill
from tests.data.metering.consumption.files.making import injected, ndjson
from tests.factories import NOW, PCE, make_grant, make_pce, make_right

CLIENT = "ec_lowatt"
SITE = "GI999602"
FEBRUARY = {
    "date_debut_injection": "2025-02-01T06:00:00+01:00",
    "date_fin_injection": "2025-03-01T06:00:00+01:00",
    "energie": 5,
}
DECLARED = {
    "pce": PCE,
    "code-postal": "99123",
    "courriel-titulaire": "alice@tilleuls.example",
    "raison-sociale": "Lycée des Tilleuls",
    "date-debut-droit-acces": "2026-09-01",
    "date-fin-droit-acces": "2028-08-31",
    "perim-donnees-conso-debut": "2023-09-01",
    "perim-donnees-conso-fin": "2028-08-31",
}


@pytest.fixture
def served(web):
    """The portal on a port of its own, with a site of alice's and one that injects."""
    quiet = structlog.make_filtering_bound_logger(logging.CRITICAL)  # commands print too
    structlog.configure(wrapper_class=quiet)
    with web.database.transaction() as db:
        make_credential(db, web.clock(), client_id=CLIENT)
        pce = make_pce(db, holder_id=1, holder_name="LYCEE DES TILLEULS", reference_kwh=64_000)
        fill(db, pce, periods=bills())
        injects = make_pce(db, SITE, tariff="TB")
        make_right(db, injects, 2, role=RightRole.AUTHORISED_INJECTION)
        shut = {"first_day": NOW.date(), "last_day": NOW.date()}
        make_grant(db, injects, 2, **shut, injection_first_day=null(), injection_last_day=null())
        told = read("a file", ndjson(injected(), injected(**FEBRUARY))).deliveries[0].injections
        store(
            db,
            injects.id,
            PceDelivery(None, (), (), injections=told),
            as_of=NOW.date(),
            now=NOW,
            provenance=FEED,
        )
    server = make_server("127.0.0.1", 0, web.server, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def grdf(served, monkeypatch):
    """The client, its two addresses ours."""
    monkeypatch.setattr(lowatt, "NEW_AUTH_ENDPOINT", f"{served}/oauth2/token")
    monkeypatch.setattr(lowatt.API, "api", f"{served}/adict/v2")
    monkeypatch.delenv("CLIENT_ID", raising=False)
    return lowatt.API(CLIENT, SECRET)


def command(*words, **options):
    """What `lowatt-grdf` prints, read as JSON where it is."""
    named = [part for name, value in options.items() for part in (f"--{name}", value)]
    flags = [f"--perim-donnees-{one}" for one in FLAGS] if words[0] == "declare-acces" else []
    words = [*words, "--client-id", CLIENT, "--client-secret", SECRET, *named, *flags]
    found = CliRunner().invoke(main, words, standalone_mode=False, catch_exceptions=False)
    assert found.exception is None
    return json.loads(found.stdout) if found.stdout.strip() else None


FLAGS = ("contractuelles", "techniques", "informatives", "publiees")


def accepted(web):
    """The holder follows the link of the letter."""
    with web.database.transaction() as db:
        token = db.scalars(select(RightLetterRow.token).where(RightLetterRow.token != "")).one()
        evidence = ConsentEvidence("192.0.2.7", "2026-11")
        answer_by_link(db, token, RightTrigger.ACCEPTED, evidence=evidence, now=NOW)
        return db.scalars(select(AccessRight.uid).where(AccessRight.number == PCE)).one()


def test_the_command_line_lives_the_whole_life_of_a_right(web, grdf):
    command("declare-acces", **DECLARED)
    *lines, last = command("droits-acces", PCE)
    assert last["code_statut_traitement"] == "0000000000"
    assert [line["etat_droit_acces"] for line in lines] == ["A valider"]
    uid = accepted(web)
    told = command("droits-acces-specifiques", "--etat", "Active", PCE)
    assert [line.get("id_droit_acces") for line in told] == [uid, None]
    assert len(command("droits-acces")) == 3
    assert command("droits-acces", "--check") is None
    january = {"from-date": "2026-01-01", "to-date": "2026-01-31"}
    days = command("donnees-consos-informatives", PCE, **january)
    assert len(days) == 31
    assert {day["pce"]["id_pce"] for day in days} == {PCE}
    year = {"from-date": "2026-01-01", "to-date": "2026-11-24"}
    assert len(command("donnees-consos-publiees", PCE, **year)) == 7
    before = {"from-date": "2025-01-01", "to-date": "2025-12-31"}
    fed = command("donnees-injections-publiees", SITE, **before)
    assert [line["injection"]["energie"] for line in fed] == [1_250_402, 5]
    assert {line["injection"]["sens_flux_gaz"] for line in fed} == {"Production"}
    (nothing,) = command("donnees-injections-publiees", SITE, **year)
    assert nothing["statut_restitution"]["code"] == "1000008"
    contract = command("donnees-contractuelles", PCE)
    assert contract["donnees_contractuelles"]["car"]["car_actuelle"] == 64000
    meter = command("donnees-techniques", PCE)
    assert meter["donnees_techniques"]["situation_compteur"]["code_postal"] == "99123"
    (done,) = command("revoke-acces", uid)
    assert done["code_statut_traitement"] == "0000000000"
    (line,) = command("donnees-consos-informatives", PCE, **january)
    assert line["statut_restitution"]["code"] == "9000004"


def test_the_library_declares_filters_proves_and_revokes(web, grdf, dora, caplog):
    fields = {name.replace("-", "_"): text for name, text in DECLARED.items()}
    flags = {f"perim_donnees_{name}": True for name in FLAGS}
    grdf.declare_acces(models.DeclareAccess(**fields, **flags))
    uid = accepted(web)
    with web.database.transaction() as db:
        (control,) = asked(db, dora, [uid])
    with pytest.raises(RuntimeError, match="validation issues"), caplog.at_level(logging.INFO):
        grdf.check_consent_validation([PCE])
    assert "'Preuve en attente'" in caplog.text
    assert f"Access to <PCE {PCE} from Lycée des Tilleuls" in caplog.text
    (sent,) = grdf.transmettre_preuves(uid, (("mandat.pdf", pdf()), ("autre.pdf", pdf())))
    assert sent["code_statut_traitement"] == "0000000000"
    with web.database.reading() as db:
        state = db.scalar(select(Control.state).where(Control.uid == control))
        assert state is ProofState.UNDER_CHECK
    every = grdf.droits_acces_specifiques()
    assert {line.get("id_pce") for line in every} == {PCE, SITE, None}
    checked = grdf.droits_acces_specifiques(
        proof_control_status=("Preuve en cours de vérification",)
    )
    assert [line.get("id_droit_acces") for line in checked] == [uid, None]
    (done,) = grdf.revoke_acces(uid)
    assert done["message_retour_traitement"] == "Opération réussie."
    with web.database.reading() as db:
        state = db.scalar(select(AccessRight.state).where(AccessRight.uid == uid))
        assert state is RightState.REVOKED


def test_the_client_is_told_what_is_refused(grdf, caplog):
    with pytest.raises(requests.HTTPError, match="404"):
        grdf.revoke_acces("00000000-0000-0000-0000-000000000001")
    assert "'code_statut_traitement': '1000000001'" in caplog.text
    with pytest.raises(requests.HTTPError, match="401"):
        lowatt.API(CLIENT, "wrong").droits_acces()
    assert "invalid_client" in caplog.text


def test_old_clients_find_their_own_address(served, monkeypatch, web):
    monkeypatch.setattr(
        lowatt, "OLD_AUTH_ENDPOINT", f"{served}/openam/oauth2/realms/externe/access_token"
    )
    monkeypatch.setattr(lowatt.API, "api", f"{served}/adict/v2")
    with web.database.transaction() as db:
        make_credential(db, web.clock(), client_id="thermia_grdf")
    assert len(lowatt.API("thermia_grdf", SECRET).droits_acces()) == 2
