"""The roll-up against the year before: the same dates on both sides, whatever is missing."""

from collections import defaultdict
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from data.metering.consumption.actions import differing_months, last_pce, roll_up
from data.metering.consumption.models import MonthlyConsumption, Reading
from data.metering.consumption.rules.calendar import same_day
from tests.data.metering.consumption.test_home import add_days, add_energies
from tests.factories import make_pce

DAY = timedelta(days=1)
FIRST, LAST = date(2023, 12, 1), date(2025, 3, 31)  # with a 29 February
DAYS = [FIRST + n * DAY for n in range((LAST - FIRST).days + 1)]


def faced(db, pce):
    """{month: (days, this year, year before)} of the months that have a shared day."""
    row = MonthlyConsumption
    found = select(row.month, row.days_shared, row.shared_wh, row.before_wh).where(
        row.pce_id == pce.id
    )
    return {month: tuple(sums) for month, *sums in db.execute(found) if sums[0]}


def told_by(values):
    """The same from the days alone."""
    sums = defaultdict(lambda: [0, 0, 0])
    for day, energy in values.items():
        before = values.get(same_day(day, 1))
        if energy is not None and before is not None:
            for place, part in enumerate((1, energy, before)):
                sums[day.replace(day=1)][place] += part
    return {month: tuple(told) for month, told in sums.items()}


def put(db, pce, values):
    """Put *values* in place of what is known of *pce*, and roll them up."""
    db.execute(delete(Reading).where(Reading.pce_id == pce.id))
    add_energies(db, pce, values)
    roll_up(db, pce.id, FIRST, LAST)


@pytest.fixture
def pce(db):
    return make_pce(db)


energies = st.one_of(st.none(), st.integers(0, 50_000))
histories = st.dictionaries(st.sampled_from(DAYS), energies, max_size=60)
few = settings(
    max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@few
@given(values=histories)
def test_the_roll_up_faces_exactly_the_days_that_both_years_know(db, pce, values):
    put(db, pce, values)
    assert faced(db, pce) == told_by(values)
    assert not differing_months(db, 0, last_pce(db))


@few
@given(
    lost=st.sets(st.sampled_from(DAYS[400:]), max_size=20),
    step=st.sampled_from([-300, -1, 0, 1, 300]),
)
def test_a_day_lost_on_one_side_is_lost_on_both_and_changes_no_sign(db, pce, lost, step):
    before = {day: 1000 + 37 * day.day for day in DAYS}
    values = {
        day: energy + (step if day >= DAYS[366] else 0)
        for day, energy in before.items()
        if day in DAYS[:90] or day in DAYS[360:]
    }
    put(db, pce, {day: wh for day, wh in values.items() if day not in lost})
    now_side = faced(db, pce)
    earlier = {same_day(day, 1) for day in lost}
    put(db, pce, {day: wh for day, wh in values.items() if day not in earlier})
    assert faced(db, pce) == now_side
    put(db, pce, {day: wh for day, wh in values.items() if day not in lost | earlier})
    assert faced(db, pce) == now_side
    signs = {(this > then) - (this < then) for days, this, then in now_side.values()}
    assert signs <= {0, (step > 0) - (step < 0)}


def test_a_leap_day_is_in_neither_sum(db, pce):
    put(db, pce, dict.fromkeys([d for d in DAYS if d.month == 2], 1000))
    assert faced(db, pce) == {date(2025, 2, 1): (28, 28_000, 28_000)}
    more = [date(2023, 2, 1) + n * DAY for n in range(28)]
    put(db, pce, dict.fromkeys([*more, *[d for d in DAYS if d.month == 2]], 1000))
    assert faced(db, pce)[date(2024, 2, 1)] == (28, 28_000, 28_000)


def test_a_month_under_way_stops_at_the_same_day_before(db, pce):
    values = {day: 1000 for day in DAYS if day < date(2025, 3, 22)}
    put(db, pce, values)
    assert faced(db, pce)[date(2025, 3, 1)] == (21, 21_000, 21_000)


def test_a_day_of_the_year_before_that_comes_late_is_faced_at_once(db, pce):
    """And one that goes is not any more: the month a year after is rebuilt with it."""
    add_days(db, pce, date(2025, 1, 10), 1)
    roll_up(db, pce.id, date(2025, 1, 10), date(2025, 1, 10))
    assert faced(db, pce) == {}
    late = date(2024, 1, 10)
    add_days(db, pce, late, 1, 900)
    roll_up(db, pce.id, late, late)
    assert faced(db, pce) == {date(2025, 1, 1): (1, 1000, 900)}
    db.execute(delete(Reading).where(Reading.gas_day == late))
    roll_up(db, pce.id, late, late)
    assert faced(db, pce) == {}


def test_a_face_that_was_tampered_with_is_seen(db, pce):
    put(db, pce, {date(2024, 1, 10): 900, date(2025, 1, 10): 1000})
    db.execute(update(MonthlyConsumption).values(before_wh=MonthlyConsumption.before_wh + 1))
    assert differing_months(db, 0, last_pce(db)) == [
        (pce.id, date(2024, 1, 1)),
        (pce.id, date(2025, 1, 1)),
    ]
