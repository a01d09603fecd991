"""Works are declared, changed, removed and restored, and measured on readable days."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.metering.consumption.models import Reading
from data.metering.prices.actions import add as add_price
from data.metering.prices.types import PriceDraft, PriceKind, PriceUnit
from data.money.retrofits import actions, queries
from data.money.retrofits.rules.totals import sum_savings
from data.money.retrofits.types import RetrofitDraft, RetrofitKind, SavingsRefusal
from tests.data.metering.consumption.test_queries import reading
from tests.data.money.retrofits.test_savings import FINISHED, PERIODS, STARTED, site
from tests.factories import NOW, PCE, make_grant, make_pce

DAY = timedelta(days=1)
WORKS = RetrofitDraft(PCE, RetrofitKind.BOILER, "Chaudière", STARTED, FINISHED, 5_000_000)
pytestmark = pytest.mark.usefixtures("people")


def days_of_site(pce):
    """The readings of a site whose works saved a fifth."""
    past = site()
    days = zip(past.energy.tolist(), past.temperature.tolist(), strict=True)
    return [
        reading(pce, past.first + place * DAY, round(wh), temperature_c100=round(degrees * 100))
        for place, (wh, degrees) in enumerate(days)
    ]


@pytest.fixture
def pce(db):
    """Alice's; Bob may only read the days after the works."""
    row = make_pce(db, holder_id=1)
    db.execute(Reading.__table__.insert(), days_of_site(row))
    make_grant(db, row, 2, first_day=FINISHED, last_day=None)
    return row


def test_works_are_measured_in_kwh_and_euros_with_their_interval(db, pce, alice):
    gas = PriceDraft("Gaz", PriceKind.VARIABLE, PriceUnit.EUR_MWH, 1_000_000, date(2020, 1, 1))
    key = actions.add(db, alice, WORKS, now=NOW)
    unpriced = queries.get_measured(db, alice, key)
    add_price(db, alice, gas, now=NOW)
    measured = queries.get_measured(db, alice, key)
    total = sum_savings([measured, measured])

    assert unpriced.value is None
    assert measured.savings.share == pytest.approx(0.2, abs=0.01)
    assert measured.savings.periods.reporting_last == PERIODS.reporting_last
    assert measured.value.cents == pytest.approx(measured.savings.saved_wh / 10_000, abs=1)
    assert measured.value.half_cents == pytest.approx(measured.savings.half_wh / 10_000, abs=1)
    yearly = measured.value.cents * 365 / measured.savings.days
    assert measured.value.payback_years == pytest.approx(5_000_000 / yearly)
    assert total.saved_wh == 2 * measured.savings.saved_wh
    assert total.half_wh == pytest.approx(2**0.5 * measured.savings.half_wh, abs=1)
    assert total.cents == 2 * measured.value.cents


def test_works_are_measured_on_readable_days_alone_and_are_of_their_organisation(
    db, pce, alice, bob, charlie
):
    own = actions.add(db, alice, WORKS, now=NOW)
    theirs = actions.add(db, bob, WORKS, now=NOW)

    assert queries.get_measured(db, bob, theirs).refusal is SavingsRefusal.FEW_DAYS_BEFORE
    for viewer in (bob, charlie):
        with pytest.raises(NotFound):
            queries.get_measured(db, viewer, own)
        with pytest.raises(NotFound):
            actions.remove(db, viewer, (own, 1), now=NOW)
    assert queries.list_measured(db, charlie, queries.list_retrofits(db, charlie)) == []
    with pytest.raises(NotFound):
        actions.add(db, charlie, WORKS, now=NOW)


def test_a_client_reads_works_and_the_sole_person_of_an_organisation_declares_them(db, pce, alice):
    client = replace(alice, role=Role.CLIENT)

    assert queries.list_retrofits(db, client) == ()
    with pytest.raises(Forbidden):
        actions.add(db, client, WORKS, now=NOW)
    assert actions.add(db, replace(client, alone=True), WORKS, now=NOW)


def test_removed_works_return_within_a_day(db, pce, alice):
    key = actions.add(db, alice, WORKS, now=NOW)
    actions.change(db, alice, (key, 1), replace(WORKS, name="Isolation"), now=NOW)
    with pytest.raises(Conflict):
        actions.remove(db, alice, (key, 1), now=NOW)
    actions.remove(db, alice, (key, 2), now=NOW)

    assert queries.list_retrofits(db, alice) == ()
    assert queries.RETROFITS.find_removed(db, alice, str(key)) == key
    for _twice in range(2):
        actions.restore(db, alice, key, now=NOW)
    assert queries.get_retrofit(db, alice, key).draft.name == "Isolation"
    actions.remove(db, alice, (key, 3), now=NOW)
    with pytest.raises(NotFound):
        actions.restore(db, alice, key, now=NOW + 2 * DAY)
    actions.add(db, alice, WORKS, now=NOW + 2 * DAY)
    assert queries.RETROFITS.find_removed(db, alice, str(key)) == 0


@pytest.mark.parametrize(
    ("started", "finished", "field"),
    [
        (date(1999, 1, 1), FINISHED, "started"),
        (FINISHED, STARTED, "finished"),
        (STARTED, date(2027, 1, 1), "finished"),
        (date(2020, 1, 1), FINISHED, "finished"),
    ],
)
@pytest.mark.alike
def test_days_that_cannot_be_are_refused_on_their_field(db, pce, alice, started, finished, field):
    draft = replace(WORKS, started_on=started, finished_on=finished)
    with pytest.raises(Invalid) as caught:
        actions.add(db, alice, draft, now=NOW)

    assert caught.value.params["field"] == field


def test_a_site_has_few_works(db, pce, alice):
    for _each in range(actions.MOST):
        actions.add(db, alice, WORKS, now=NOW)
    with pytest.raises(Conflict):
        actions.add(db, alice, WORKS, now=NOW)
    make_pce(db, "09999999910002", holder_id=1)
    elsewhere = actions.add(db, alice, replace(WORKS, pce="09999999910002"), now=NOW)
    with pytest.raises(Conflict):
        actions.change(db, alice, (elsewhere, 1), WORKS, now=NOW)
