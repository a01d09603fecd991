"""The cases of the distributor's test set, as the API answers in the demo (domain.md §4.10)."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from data.identity.accounts.models import User
from data.metering.pces.models import Pce
from jobs.demo.cases import CaseAnswer
from jobs.demo.loading import load
from tests.api.adict.program import Program, lines_in, make_credential
from tests.data.rights.declarations import GOOD
from tests.jobs.test_demo import NOW, PLAN
from tests.web import Web, fresh_database

YEAR = {"date_debut": "2025-12-01", "date_fin": "2026-11-23"}
INFORMATIVE, PUBLISHED = "donnees_consos_informatives", "donnees_consos_publiees"
INJECTED = "donnees_injections_publiees"
CONTRACT, METER = "donnees_contractuelles", "donnees_techniques"
EACH = (INFORMATIVE, PUBLISHED, CONTRACT, METER)


@pytest.fixture(scope="module")
def thermia(sqlite_template, tmp_path_factory):
    """The program of the demo's third party."""
    folder = tmp_path_factory.mktemp("demo")
    database = fresh_database(sqlite_template, folder)
    load(database, replace(PLAN, years=2), NOW)
    web = Web(database, folder / "var", api_calls_a_minute=0)
    with database.transaction() as db:
        person = db.scalars(select(User).where(User.email == "nadia@thermia.example")).one()
        row = make_credential(db, NOW, person.organisation_id, created_by=person.id)
        client_id = row.client_id
    yield Program(web, client_id).enter()
    database.close()


def asked(thermia, number, what=INFORMATIVE):
    query = {} if what in {CONTRACT, METER} else YEAR
    return thermia.get(f"/pce/{number}/{what}", **query)


def code(thermia, number, what=INFORMATIVE):
    """Why nothing more is given, on the last line; None when it is."""
    told = lines_in(asked(thermia, number, what))[-1]["statut_restitution"]
    return told and told["code"]


def declared(thermia, number):
    """What a declaration of *number* is answered, by its holder's name and postal code."""
    with thermia.web.database.reading() as db:
        pce = db.scalars(select(Pce).where(Pce.number == number)).one()
    body = {
        name: getattr(GOOD, name)
        for name in GOOD.__dataclass_fields__
        if name != "id_pce" and getattr(GOOD, name)
    }
    changes = {
        "code_postal": pce.postal_code,
        "raison_sociale": pce.holder_name or "Ville de Val-des-Tilleuls",
    }
    answer = thermia.call("PUT", f"/pce/{number}/droit_acces", json=body | changes)
    return answer.status_code, answer.json["code_statut_traitement"]


@pytest.mark.parametrize(
    ("number", "answer"),
    [
        ("GI999092", CaseAnswer.LEFT),
        ("09999999930215", CaseAnswer.EXPIRED),
        ("09999999900112", CaseAnswer.NO_RIGHT),
        ("GI999150", CaseAnswer.NO_RIGHT),
        ("09999999932770", CaseAnswer.REVOKED),
        ("09999999970626", CaseAnswer.RENOUNCED),
    ],
)
def test_what_is_not_open_says_why_whatever_is_asked(thermia, number, answer):
    assert {code(thermia, number, what) for what in EACH} == {answer.value}


@pytest.mark.parametrize("number", ["09999999900001", "09999999900617", "09999999928289"])
def test_a_monthly_meter_has_days_and_periods(thermia, number):
    assert len(lines_in(asked(thermia, number))) > 350
    assert len(lines_in(asked(thermia, number, PUBLISHED))) > 20
    assert {code(thermia, number, what) for what in EACH} == {None}


@pytest.mark.parametrize("number", ["GI999055", "GI999159"])
def test_a_meter_read_each_day_publishes_its_days(thermia, number):
    lines = lines_in(asked(thermia, number, PUBLISHED))
    assert len(lines) > 350
    assert lines[0]["consommation"]["journee_gaziere"] == "2025-12-01"
    feigned = {"GI999055": CaseAnswer.UNCONTRACTED}
    assert code(thermia, number) == feigned.get(number, CaseAnswer.NO_DATA)


def test_of_two_large_meters_one_has_days(thermia):
    assert code(thermia, "GI999947") == CaseAnswer.NO_DATA
    assert code(thermia, "GI999947", PUBLISHED) is None
    assert len(lines_in(asked(thermia, "GI151947"))) > 300


def test_perimeters_leave_sorts_out(thermia):
    assert code(thermia, "09999999975102") == CaseAnswer.NOT_INFORMATIVE
    assert code(thermia, "09999999975102", CONTRACT) == "9000010"
    assert code(thermia, "09999999975102", PUBLISHED) is None
    assert code(thermia, "GI999055", METER) == "9000011"


def test_a_site_that_injects_is_known_to_inject(thermia):
    lines = lines_in(asked(thermia, "GI999602", INJECTED))
    assert len(lines) == 11  # the months that end from December 2025 on
    assert {line["injection"]["sens_flux_gaz"] for line in lines} == {"Production"}
    assert code(thermia, "GI999602", PUBLISHED) == "1000009"
    assert code(thermia, "GI999159", INJECTED) == "9000012"


def test_the_holder_of_a_contract_of_injection_reads_its_own(thermia):
    assert code(thermia, "GI999150", INJECTED) == CaseAnswer.NO_RIGHT
    with thermia.web.database.transaction() as db:
        person = db.scalars(select(User).where(User.email == "paul@armoise.example")).one()
        row = make_credential(
            db, NOW, person.organisation_id, created_by=person.id, client_id="armoise"
        )
        client_id = row.client_id
    armoise = Program(thermia.web, client_id).enter()
    assert len(lines_in(asked(armoise, "GI999150", INJECTED))) == 11


def test_the_service_fails_where_it_is_feigned_to(thermia):
    assert {asked(thermia, "GI999888", what).status_code for what in EACH} == {500}
    lines = lines_in(asked(thermia, "GI999054"))
    assert len(lines) > 100
    assert lines[-1]["statut_restitution"]["code"] == CaseAnswer.BROKEN_OFF


def test_declarations_of_what_has_ended_or_is_there_are_refused(thermia):
    assert declared(thermia, "09999999988256") == (409, CaseAnswer.ENDED.value)
    assert declared(thermia, "GI999159") == (409, "1000000003")


def test_days_begin_with_the_service(thermia):
    with thermia.web.database.reading() as db:
        query = select(Pce.commissioned_on).where(Pce.number == "09999999900617")
        assert db.scalar(query) == date(2021, 8, 2)
