"""Without a contract one prepares, but neither declares nor exports; the distributor needs none."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.access import (
    OrganisationKind,
    Permission,
    Role,
    Viewer,
    is_contracted,
    permissions_of,
)
from core.errors import ContractNeeded, Forbidden
from data.exports import actions as exports
from data.exports.models import Export, ExportSchedule
from data.exports.types import Content, ExportLimits, ExportSpec, ExportState, FileKind
from data.identity.accounts.models import LoginSession, Organisation
from data.identity.accounts.queries import find_open_session, find_person, get_token_digest
from data.identity.accounts.types import SessionLimits
from data.metering.pces.types import PceChoice
from data.rights import actions as rights
from data.rights.types import Delays
from tests.data.rights.declarations import GOOD
from tests.factories import NOW, make_pce

TODAY = date(2026, 11, 24)
DAY = timedelta(days=1)
WANTED = ExportSpec(Content.DAILY, FileKind.CSV, PceChoice(), TODAY - 30 * DAY, TODAY - DAY)
LIMITS = ExportLimits()


@pytest.fixture
def bare(bob):
    return replace(bob, contracted=False)


def acts(db, viewer):
    return {
        "declare": lambda: rights.declare(db, viewer, GOOD, delays=Delays(), now=NOW),
        "declare_many": lambda: rights.declare_many(db, viewer, [GOOD], delays=Delays(), now=NOW),
        "ask": lambda: exports.ask(db, viewer, WANTED, limits=LIMITS, now=NOW),
        "schedule": lambda: exports.schedule(db, viewer, WANTED, day=1, months=1, now=NOW),
    }


@pytest.mark.parametrize("act", ["declare", "declare_many", "ask", "schedule"])
def test_what_a_contract_allows_is_refused_with_the_way_out(db, people, bare, act):
    make_pce(db)
    with pytest.raises(ContractNeeded) as caught:
        acts(db, bare)[act]()
    assert caught.value.params["path"] == "/contrats"
    assert isinstance(caught.value, Forbidden)
    assert caught.value.status == 403


def test_preparing_stays_open(db, people, bare):
    make_pce(db)
    outcome = rights.check(db, bare, GOOD, delays=Delays(), now=NOW)
    assert outcome.http != 403


@pytest.mark.parametrize("role", list(Role))
def test_the_distributor_needs_no_contract(role):
    Viewer(4, 4, OrganisationKind.DISTRIBUTOR, role, TODAY).require_contract()
    for kind in (
        OrganisationKind.COMPANY,
        OrganisationKind.COLLECTIVITY,
        OrganisationKind.THIRD_PARTY,
    ):
        with pytest.raises(ContractNeeded):
            Viewer(1, 1, kind, role, TODAY).require_contract()
        Viewer(1, 1, kind, role, TODAY, contracted=True).require_contract()


def test_the_last_day_counts():
    assert is_contracted(TODAY, TODAY)
    assert not is_contracted(TODAY - DAY, TODAY)
    assert not is_contracted(None, TODAY)
    assert is_contracted(date.max, TODAY)


@pytest.mark.parametrize(
    ("until", "expected"), [(None, False), (TODAY, True), (TODAY - DAY, False)]
)
def test_a_session_and_a_job_read_it_from_the_organisation(db, people, until, expected):
    db.get_one(Organisation, 2).contracted_until = until
    db.add(
        LoginSession(
            token_hash=get_token_digest("token"), user_id=2, started_at=NOW, last_seen_at=NOW
        )
    )
    db.flush()
    opened = find_open_session(db, "token", NOW, SessionLimits())
    assert opened is not None
    assert opened.viewer.contracted is expected
    from data.identity.accounts.models import User

    person = find_person(db, select(User.id).where(User.id == 2), TODAY)
    assert person is not None
    assert person.contracted is expected


def test_a_planned_export_fails_and_says_why_then_goes_on(db, people, bob):
    db.get_one(Organisation, 2).contracted_until = TODAY - DAY
    row = ExportSchedule(
        organisation_id=2, user_id=2, content=Content.DAILY, file=FileKind.CSV, apart=False,
        choice={}, months=1, day=1, next_on=TODAY, created_at=NOW,
    )  # fmt: skip
    db.add(row)
    db.flush()
    made = exports.make_due(db, row.id, limits=LIMITS, now=NOW)
    found = db.get_one(Export, made)
    assert found.state is ExportState.FAILED
    assert "contrat" in found.problem[0]
    db.refresh(row)
    assert row.next_on > TODAY


P = Permission
_STAFF = {P.CONTRACTS_READ, P.CONTRACTS_WRITE, P.CONTRACTS_COUNTERSIGN}
_WRITES = {P.CONTRACTS_READ, P.CONTRACTS_WRITE}


@pytest.mark.parametrize(
    ("role", "kind", "alone", "expected"),
    [
        (Role.CLIENT, OrganisationKind.COMPANY, False, {P.CONTRACTS_READ}),
        (Role.CLIENT, OrganisationKind.COMPANY, True, _WRITES | {P.CONTRACTS_SIGN}),
        (Role.FACILITY_MANAGER, OrganisationKind.COMPANY, False, _WRITES),
        (Role.FACILITY_MANAGER, OrganisationKind.COMPANY, True, _WRITES | {P.CONTRACTS_SIGN}),
        (Role.ADMINISTRATOR, OrganisationKind.COMPANY, False, _WRITES | {P.CONTRACTS_SIGN}),
        (Role.CLIENT, OrganisationKind.DISTRIBUTOR, True, {P.CONTRACTS_READ}),
        (Role.FACILITY_MANAGER, OrganisationKind.DISTRIBUTOR, False, _WRITES),
        (Role.ACCOUNT_MANAGER, OrganisationKind.DISTRIBUTOR, False, _STAFF),
        (Role.ADMINISTRATOR, OrganisationKind.DISTRIBUTOR, True, _STAFF),
    ],
)  # fmt: skip
def test_who_reads_writes_signs_and_countersigns(role, kind, alone, expected):
    found = permissions_of(role, kind, alone=alone)
    assert {one for one in found if one.value.startswith("contracts.")} == expected
