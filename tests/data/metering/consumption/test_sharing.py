"""Periods that stand for days: kept with what they are made of, read whole by a right or not."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select

from data.metering.consumption import queries
from data.metering.consumption.actions import (
    differing_months,
    differing_shares,
    store,
    store_period_shares,
    withdraw,
)
from data.metering.consumption.models import MonthlyConsumption, PeriodDay
from data.metering.consumption.rules.days import StoredPeriod
from data.metering.consumption.rules.shared import shares_of
from data.metering.consumption.types import (
    FleetPeriod,
    FleetView,
    PeriodKind,
    PeriodStatement,
    Preset,
    Quality,
    SeriesStep,
    Status,
    TogetherView,
    View,
)
from data.metering.pces.rules import NOTHING
from data.metering.pces.types import Frequency
from data.metering.prices.types import EVERY, PriceTarget
from data.money.budgets.queries import count_apart_pces
from data.provenance import FEED, DataSource, Provenance
from tests.data.metering.consumption.rows import NOW, delivery, stated
from tests.factories import make_grant, make_pce

pytestmark = pytest.mark.dialect

AS_OF = date(2026, 11, 20)
MAY, JUNE, OCTOBER = date(2026, 5, 1), date(2026, 6, 1), date(2026, 10, 1)
NUMBERS = "21600000000001", "21600000000002"


def period(first, last, kwh=100, kind=PeriodKind.PUBLISHED):
    return PeriodStatement(
        kind, first, last, kwh * 1000, kwh * 90, *(None,) * 3, Quality.MEASURED, Status.UNKNOWN
    )


def put(db, pce, *periods, days=(), provenance=FEED):
    store(db, pce.id, delivery(*days, periods=periods), as_of=AS_OF, now=NOW, provenance=provenance)


def months(db, pce):
    row = MonthlyConsumption
    found = select(row.month, row.energy_wh).where(row.pce_id == pce.id).order_by(row.month)
    return {month: energy for month, energy in db.execute(found) if energy}


def half_yearly(db, number=NUMBERS[0], **values):
    return make_pce(db, number, holder_id=1, frequency=Frequency.HALF_YEARLY, **values)


def test_a_published_period_is_in_the_months_of_its_days(db, people, alice):
    pce = half_yearly(db)
    put(db, pce, period(date(2026, 5, 22), date(2026, 10, 28), 160))
    assert months(db, pce) == {
        MAY: 10_000, JUNE: 30_000, date(2026, 7, 1): 31_000, date(2026, 8, 1): 31_000,
        date(2026, 9, 1): 30_000, OCTOBER: 28_000,
    }  # fmt: skip
    (row,) = queries.list_fleet(db, alice, FleetView())
    figures = queries.get_home_figures(db, alice)
    year = queries.sum_fleet(db, alice, FleetView())
    assert row.energy_wh == year.energy_wh == 160_000
    # As on its page: October is not whole, so that September is told.
    assert figures.data_until == date(2026, 10, 28)
    assert figures.months[figures.headline].month == date(2026, 9, 1)
    assert differing_months(db, 0, pce.id) == differing_shares(db, 0, pce.id) == []


def test_days_take_the_place_of_published_periods_and_leave_it(db, people):
    """The second file is withdrawn: nothing but periods is left."""
    pce, own = half_yearly(db), Provenance(DataSource.DISTRIBUTOR, 7)
    put(db, pce, period(date(2026, 5, 22), date(2026, 10, 28), 160))
    put(db, pce, days=[stated(0)], provenance=own)
    assert months(db, pce) == {OCTOBER: 108_000}
    assert db.scalars(select(PeriodDay)).all() == []
    withdraw(db, pce.id, 7, now=NOW)
    assert months(db, pce)[MAY] == 10_000


def test_lines_of_sheets_fill_what_days_leave(db, people):
    """A week over two months of which one has a line is not taken from that line."""
    pce = make_pce(db, NUMBERS[0], holder_id=1)
    weeks = [period(date(2026, 9, 28), date(2026, 10, 4), 7, PeriodKind.WEEK)]
    weeks.append(period(date(2026, 8, 31), date(2026, 9, 6), 7, PeriodKind.WEEK))
    put(db, pce, period(OCTOBER, date(2026, 10, 31), 1000, PeriodKind.MONTH), *weeks)
    put(db, pce, days=[stated(0), stated(1)])
    assert months(db, pce) == {date(2026, 8, 1): 1000, date(2026, 9, 1): 6000, OCTOBER: 1_000_000}
    first = select(PeriodDay.first_day, PeriodDay.billed).where(PeriodDay.gas_day == OCTOBER)
    assert db.execute(first).one() == (OCTOBER, False)


def test_nothing_is_shared_of_nothing():
    assert list(shares_of([], [], [])) == []
    known = StoredPeriod(JUNE, JUNE, 5, 5, 4, 2)
    twice = shares_of([], [known, known._replace(energy_wh=9)], [])
    assert [one.energy_wh for one in twice] == [5]


def test_what_is_kept_otherwise_is_found_and_shared_out_again(db, people):
    pce = half_yearly(db)
    put(db, pce, period(date(2026, 5, 22), date(2026, 10, 28), 160))
    db.execute(delete(PeriodDay).where(PeriodDay.gas_day.between(MAY, date(2026, 6, 4))))
    assert differing_shares(db, 0, pce.id) == [pce.id]
    store_period_shares(db, pce.id)
    assert months(db, pce)[MAY] == 10_000
    assert differing_shares(db, 0, pce.id) == []


@pytest.mark.parametrize(
    ("right", "said"),
    [
        ({"first_day": date(2026, 4, 26)}, 186_000),
        ({"first_day": date(2026, 4, 27)}, 160_000),  # a day too late for the first one
        ({"first_day": date(2026, 5, 22), "last_day": date(2026, 10, 27)}, None),
        ({"published_first_day": date(2026, 5, 22), "first_day": NOTHING[0]}, 160_000),
    ],
)
def test_a_right_reads_whole_periods(db, people, alice, bob, right, said):
    """The same on home, on the page of the fleet, on its own and among several."""
    pce = half_yearly(db)
    first = period(date(2026, 4, 26), date(2026, 5, 21), 26)
    put(db, pce, first, period(date(2026, 5, 22), date(2026, 10, 28), 160))
    make_grant(db, pce, 2, **right)
    make_grant(db, make_pce(db, NUMBERS[1], holder_id=1), 2)
    rows = {row.number: row.energy_wh for row in queries.list_fleet(db, bob, FleetView())}
    page = queries.load_series(db, bob, View(pce=pce.number))
    many = queries.sum_selection(db, bob, TogetherView(numbers=NUMBERS, view=View()))
    assert rows[pce.number] == said
    assert page.total.energy_wh == many.total.value == said
    assert queries.sum_fleet(db, bob, FleetView()).energy_wh == said
    by_day = View(preset=Preset.FREE, step=SeriesStep.DAY, first=MAY, last=date(2026, 10, 31))
    alone = queries.load_series(db, bob, replace(by_day, pce=pce.number)).total.energy_wh
    assert queries.sum_selection(db, bob, TogetherView(NUMBERS, view=by_day)).total.value == alone


def test_published_periods_beside_days_are_said_to_be_apart(db, people, alice, bob):
    """Of who may read no day: they are on the page of the PCE alone."""
    pce = make_pce(db, NUMBERS[0], holder_id=1)
    put(db, pce, period(JUNE, date(2026, 6, 30)), days=[stated(0)])
    first, last = NOTHING
    right = {"published_first_day": JUNE, "published_last_day": AS_OF}
    make_grant(db, pce, 2, first_day=first, last_day=last, **right)
    view = FleetView(period=FleetPeriod.YEAR)
    assert queries.sum_fleet(db, alice, view).apart == 0
    assert queries.sum_fleet(db, bob, view).apart == 1
    assert queries.load_series(db, bob, View(pce=pce.number)).total.energy_wh == 100_000
    assert queries.sum_selection(db, bob, TogetherView((pce.number,), view=View())).apart == 1
    for target, apart in ((EVERY, 1), (PriceTarget(pce.number), 1), (PriceTarget(NUMBERS[1]), 0)):
        assert count_apart_pces(db, bob, target) == apart


def test_lines_of_sheets_are_said_not_to_be_counted_by_day(db, people, alice):
    pce = make_pce(db, NUMBERS[0], holder_id=1)
    put(db, pce, period(OCTOBER, date(2026, 10, 31), 1000, PeriodKind.MONTH))
    make_pce(db, NUMBERS[1], holder_id=1)
    span = {"preset": Preset.FREE, "first": OCTOBER, "last": OCTOBER + timedelta(days=30)}
    found = {
        step: queries.sum_selection(db, alice, TogetherView(NUMBERS, view=View(step=step, **span)))
        for step in (SeriesStep.DAY, SeriesStep.MONTH)
    }
    assert [one.sheets for one in found.values()] == [1, 0]
    assert [one.total.value for one in found.values()] == [None, 1_000_000]
