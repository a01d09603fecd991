"""The months of which something has come, as far as the viewer may read."""

from datetime import date

import pytest

from data.metering.consumption.queries import list_available_months
from data.metering.pces.models import Pce
from tests.data.exports.made import bills, fill
from tests.factories import PCE, make_grant, make_pce, make_people


def months(year, *which):
    return {date(year, month, 1) for month in which}


@pytest.fixture
def held(db):
    """Readings from January to October 2026, bills from December 2025 to 2 July 2026."""
    make_people(db)
    pce = make_pce(db, holder_id=1)
    fill(db, pce, periods=bills())
    return pce


def test_the_holder_and_the_staff_see_every_month_that_has_come(db, held, alice, dora):
    every = months(2025, 12) | months(2026, *range(1, 11))
    assert list_available_months(db, alice, PCE) == list_available_months(db, dora, PCE) == every


def test_a_third_party_sees_those_of_its_grant(db, held, bob):
    assert list_available_months(db, bob, PCE) == frozenset()
    grant = make_grant(db, held, 2, first_day=date(2026, 3, 16), last_day=date(2026, 5, 1))
    grant.published_first_day, grant.published_last_day = date(2027, 1, 1), date(2026, 1, 1)
    db.flush()
    assert list_available_months(db, bob, PCE) == months(2026, 3, 4, 5)
    grant.first_day, grant.last_day = date(2027, 1, 1), date(2026, 1, 1)
    grant.published_first_day, grant.published_last_day = date(2026, 1, 3), date(2026, 3, 2)
    db.flush()
    assert list_available_months(db, bob, PCE) == months(2026, 1, 2, 3)


def test_what_does_not_exist_holds_nothing(db, held, alice):
    assert list_available_months(db, alice, "09999999999999") == frozenset()
    assert db.get(Pce, held.id)
