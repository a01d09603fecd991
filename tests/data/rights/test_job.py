"""The night: what time or a move has ended is closed, once, and the grants are what rights say."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import delete, select, update

from core.i18n import PARIS
from data.metering.pces.models import Pce, PceGrant
from data.notifications.models import Notification
from data.notifications.types import NotificationKind
from data.rights.models import AccessRight
from data.rights.types import EndSource, RightState
from jobs.rights import settle
from tests.data.rights.conftest import accepted, asking
from tests.data.rights.declarations import asked
from tests.factories import NOW, PCE, make_pce, make_people

OTHER, THIRD = "09999999910002", "09999999910003"


@pytest.fixture
def stage(database, bob):
    """PCE with a right accepted until 31 August 2028, one pending, one to be checked."""
    bob = replace(bob, organisation="Organisation de bob")
    with database.transaction() as db:
        make_people(db)
        for number in (PCE, OTHER, THIRD):
            make_pce(db, number, holder_name="Lycée des Tilleuls")
        accepted(db, bob)
        asking(db, bob, asked(id_pce=OTHER))
        asking(db, bob, asked(id_pce=THIRD, raison_sociale="Mairie"))
    return database


def night(database, day):
    return settle(database, datetime(day.year, day.month, day.day, 0, 5, tzinfo=PARIS))


def rights(database):
    with database.reading() as db:
        query = select(AccessRight.state, AccessRight.source).order_by(AccessRight.id)
        return [tuple(row) for row in db.execute(query)]


def recalled(database):
    with database.reading() as db:
        query = (
            select(Notification.params)
            .where(Notification.kind == NotificationKind.RIGHTS_ENDING)
            .order_by(Notification.id)
        )
        return [(params["days"], params["pces"]) for params in db.scalars(query)]


def test_a_quiet_night_changes_nothing(stage):
    before = rights(stage)
    assert night(stage, date(2026, 11, 25)) == {}
    assert rights(stage) == before


def test_who_does_not_answer_in_time_closes_the_declaration(stage):
    assert night(stage, date(2026, 12, 24)) == {}
    assert night(stage, date(2026, 12, 25)) == {"unanswered": 2}
    assert rights(stage) == [
        (RightState.ACTIVE, None),
        (RightState.OBSOLETE, EndSource.EXPIRY),
        (RightState.OBSOLETE, EndSource.EXPIRY),
    ]
    assert night(stage, date(2026, 12, 25)) == {}


def test_a_right_ends_after_its_last_day_and_its_grant_with_it(stage):
    night(stage, date(2026, 12, 25))
    assert "expired" not in night(stage, date(2028, 8, 31))
    assert night(stage, date(2028, 9, 1)) == {"expired": 1}
    assert rights(stage)[0] == (RightState.OBSOLETE, EndSource.EXPIRY)
    with stage.reading() as db:
        assert db.scalars(select(PceGrant)).all() == []


def test_the_end_is_recalled_60_30_and_7_days_before_once_each(stage):
    night(stage, date(2026, 12, 25))
    ends = date(2028, 8, 31)
    for left in range(65, -1, -1):
        for _ in range(2):
            night(stage, ends - timedelta(days=left))
    assert recalled(stage) == [(60, [PCE]), (30, [PCE]), (7, [PCE])]


def test_a_right_that_is_renewed_is_not_recalled(stage):
    with stage.transaction() as db:
        first, second, _ = db.scalars(select(AccessRight).order_by(AccessRight.id))
        second.renews_id = first.id
        second.answer_due = second.ends_key = date(2029, 1, 1)
    assert "reminded" not in night(stage, date(2028, 8, 1))


def test_a_holder_who_left_takes_the_consents_along(stage):
    with stage.transaction() as db:
        db.execute(update(Pce).values(holder_since=date(2026, 12, 1)))
    assert night(stage, date(2026, 12, 2)) == {"moved": 3}
    assert {source for _, source in rights(stage)} == {EndSource.MOVE}


def test_a_site_out_of_service_too(stage):
    with stage.transaction() as db:
        db.execute(update(Pce).where(Pce.number == PCE).values(ended_on=date(2026, 12, 1)))
    assert night(stage, date(2026, 12, 1)) == {}
    assert night(stage, date(2026, 12, 2)) == {"moved": 1}


def test_grants_that_do_not_say_what_the_rights_do_are_mended(stage):
    with stage.transaction() as db:
        db.execute(update(PceGrant).values(first_day=date(2000, 1, 1)))
    assert night(stage, date(2026, 11, 25)) == {"grants_mended": 1}
    with stage.transaction() as db:
        assert db.scalars(select(PceGrant.first_day)).one() == date(2023, 9, 1)
        db.execute(delete(PceGrant))
    assert night(stage, date(2026, 11, 25)) == {"grants_mended": 1}
    assert night(stage, date(2026, 11, 25)) == {}


def test_now_is_a_day_in_paris(stage):
    late = datetime(2026, 12, 24, 23, 30, tzinfo=NOW.tzinfo)  # already the 25th in Paris
    assert settle(stage, late) == {"unanswered": 2}
