"""The readers' log: one line a person, PCE and day, by who reads by somebody else's leave."""

from datetime import date, timedelta

import pytest
from sqlalchemy import null, select, update

from api import access_log
from core.access import Role
from data.identity.accounts.models import User
from data.identity.audit.models import AuditEvent
from data.metering.consumption.actions import store
from data.metering.consumption.files import read
from data.metering.consumption.types import PceDelivery
from data.metering.pces.models import PceGrant
from data.metering.pces.rules import NOTHING
from data.provenance import FEED
from tests.data.exports.made import fill
from tests.data.metering.consumption.files.making import injected, ndjson
from tests.factories import NOW, PCE, make_grant, make_pce

OTHER = "09999999910002"


@pytest.fixture
def shown(web):
    with web.database.transaction() as db:
        pce = make_pce(db, holder_id=1)
        fill(db, pce)
        make_grant(db, pce, 2)
        make_pce(db, OTHER, holder_id=3)


def log(web):
    with web.database.reading() as db:
        query = select(AuditEvent.actor_id, AuditEvent.action, AuditEvent.object_id)
        found = db.execute(
            query.where(AuditEvent.object_type == "pce_data").order_by(AuditEvent.id)
        )
        return [tuple(row) for row in found]


def look(web, user, query=f"?pce={PCE}"):
    return web.browser(user).open("/consommations", query)


def test_a_grantee_is_noted_once_a_day(web, shown):
    for _time in range(3):
        look(web, 2)
    assert log(web) == [(2, "consumption.read", PCE)]
    web.clock.now = NOW + timedelta(days=1)
    look(web, 2)
    assert len(log(web)) == 2


@pytest.fixture
def other_data(web):
    """A right that opens the contract of a PCE, and none of its days."""
    with web.database.transaction() as db:
        pce = make_pce(db, holder_id=1)
        fill(db, pce)
        first, last = NOTHING
        make_grant(db, pce, 2, first_day=first, last_day=last)


@pytest.fixture
def fed(web):
    """A site that injects, by a right of injection alone for bob."""
    with web.database.transaction() as db:
        pce = make_pce(db, holder_id=1, tariff="TB")
        told = read("a file", ndjson(injected())).deliveries[0].injections
        store(
            db,
            pce.id,
            PceDelivery(None, (), (), injections=told),
            as_of=NOW.date(),
            now=NOW,
            provenance=FEED,
        )
        first, last = NOTHING
        make_grant(
            db, pce, 2, first_day=first, last_day=last, injection_first_day=null(),
            injection_last_day=null(),
        )  # fmt: skip
        return pce.id


def test_who_reads_what_a_site_feeds_in_is_noted_as_such(web, fed):
    for user, reads in ((2, True), (1, True), (4, True), (3, False)):
        page = look(web, user).text.replace("\u202f", " ")
        assert ("1 250 402" in page) == reads
    assert log(web) == [(2, "injection.read", PCE)]


def test_a_right_of_supply_shows_nothing_of_what_a_site_feeds_in(web, fed):
    with web.database.transaction() as db:
        shut = {"injection_first_day": date.max, "injection_last_day": date.min}
        db.execute(update(PceGrant).values(**shut, first_day=None, last_day=None))
    page = look(web, 2).text.replace("\u202f", " ")
    assert ("Point d’injection" in page, "1 250 402" in page) == (True, False)
    assert log(web) == []


def test_what_a_right_does_not_cover_is_neither_shown_nor_noted(web, other_data):
    browser = web.browser(2)
    page = browser.open("/consommations", f"?pce={PCE}").text
    assert "Votre droit ne couvre pas les consommations" in page
    assert f"droits?q={PCE}" in page or f"droits\\u003fq={PCE}" in page
    assert "encore arriv" not in page
    assert "hors de votre droit" in page
    assert "rien re" not in page
    assert "finir un seuil" not in page
    browser.get(f"/export/consommations?pce={PCE}&format=csv")
    browser.open("/seuils", f"?new=1&pce={PCE}")
    assert log(web) == []


def test_who_tries_a_threshold_reads_the_pce(web, shown):
    with web.database.transaction() as db:
        db.scalars(select(User).where(User.id == 2)).one().role = Role.FACILITY_MANAGER
    web.browser(2).open("/seuils", f"?new=1&pce={PCE}")
    assert log(web) == [(2, "consumption.read", PCE)]


def test_another_worker_knows_what_is_already_said(web, shown):
    look(web, 2)
    web.server.extensions["readers"] = access_log.RecordedReads()
    look(web, 2)
    assert len(log(web)) == 1


def test_neither_the_holder_nor_the_staff_nor_a_stranger_is_noted(web, shown):
    for user in (1, 3, 4):
        look(web, user)
    assert log(web) == []


def test_an_export_is_said_as_such(web, shown):
    browser = web.browser(2)
    assert browser.get(f"/export/consommations?pce={PCE}&format=csv").status_code == 200
    assert browser.get(f"/export/consommations?pce={OTHER}&format=csv").status_code == 404
    assert log(web) == [(2, "consumption.exported", PCE)]


def test_a_worker_forgets_the_oldest(monkeypatch):
    monkeypatch.setattr(access_log, "_MOST", 2)
    told = access_log.RecordedReads()
    keys = [(1, "consumption.read", str(rank), NOW.date()) for rank in range(3)]
    told.keep(keys)
    assert told.new(keys) == keys[:1]
