"""The figures of the home page: of the same days as the pages behind it."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import and_, insert, update

from data.metering.consumption import queries
from data.metering.consumption.actions import roll_up
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.fleet import headline_rank
from data.metering.consumption.types import Face, FleetMonth, FleetView, Quality, Status
from data.metering.pces.rules import holes_text
from data.provenance import DataSource
from tests.factories import NOW, make_grant, make_pce

BEGIN = date(2024, 11, 1)
UNTIL = date(2026, 11, 21)
LAST_YEAR = date(2025, 11, 1)
DAY = timedelta(days=1)


def add_days(db, pce, first, count, energy=1000):
    add_energies(db, pce, dict.fromkeys((first + n * DAY for n in range(count)), energy))


def add_energies(db, pce, energies):
    """Days of *pce* and what it took, in one statement: one a day is most of some tests' time."""
    row = {
        "pce_id": pce.id,
        "volume_dm3": 100,
        "quality": int(Quality.MEASURED),
        "status": int(Status.DEFINITIVE),
        "learnt_at": NOW,
    }
    days = [row | {"gas_day": day, "energy_wh": energy} for day, energy in energies.items()]
    if days:
        db.execute(insert(Reading), days)


def site(db, number, until, *, holder=1, without=(), **values):
    """A PCE of 1 kWh a day until October 2025, then of 1.1 kWh, up to *until*."""
    pce = make_pce(db, f"2150000000000{number}", holder_id=holder, data_until=until, **values)
    days = [BEGIN + n * DAY for n in range((until - BEGIN).days + 1)]
    energies = {day: 1100 if day >= LAST_YEAR else 1000 for day in days if day not in without}
    add_energies(db, pce, energies)
    roll_up(db, pce.id, BEGIN, until)
    return pce


def on(viewer, day):
    return replace(viewer, today=day)


def test_a_month_that_is_not_whole_is_compared_on_the_days_it_has(db, people, alice):
    """On 1 December, data to 28 November: it was called complete, and could not be compared."""
    site(db, 0, date(2026, 11, 28))
    found = queries.get_home_figures(db, on(alice, date(2026, 12, 1)))
    november = found.months[found.headline]
    assert (november.month, november.face.days) == (date(2026, 11, 1), 28)
    assert november.face == Face(28, 28 * 1100, 28 * 1100)


def test_a_deposit_of_one_pce_does_not_end_the_month_of_the_others(db, people, alice):
    """Home called November whole, to the last day of one PCE of which somebody deposited two."""
    until, today = date(2026, 11, 28), date(2026, 12, 1)
    early = site(db, 0, today - DAY)
    deposited = and_(Reading.pce_id == early.id, Reading.gas_day > until)
    db.execute(update(Reading).where(deposited).values(source=DataSource.DEPOSIT))
    roll_up(db, early.id, until, today)
    assert queries.get_home_figures(db, on(alice, today)).data_until == today - DAY
    site(db, 1, until)
    assert queries.get_home_figures(db, on(alice, today)).data_until == until


def test_each_pce_is_compared_on_its_own_days(db, people, alice):
    site(db, 0, UNTIL, without={UNTIL - DAY, LAST_YEAR})
    site(db, 1, UNTIL - DAY)
    site(db, 2, UNTIL, without=[LAST_YEAR + n * DAY for n in range(30)])
    found = queries.get_home_figures(db, alice).months[-1]
    assert found.face == Face(19 + 20, 39 * 1100, 39 * 1100)
    assert (found.pces, found.days, found.energy_wh) == (3, 20 + 20 + 21, 61 * 1100)


def test_the_year_is_that_of_the_fleet_page_and_the_sum_of_its_months(db, people, alice):
    site(db, 0, UNTIL, without={date(2026, 2, 3), date(2025, 7, 14)})
    year = queries.sum_fleet(db, alice, FleetView())
    told = queries.get_home_figures(db, alice).months[:-1]
    assert sum(month.face.gap_wh for month in told) == year.face.gap_wh
    assert sum(month.energy_wh for month in told) == year.energy_wh


def test_a_grant_compares_only_the_days_that_it_gives(db, people, bob):
    """A month that it cuts was left out, or faced nothing, where the chart compared its days."""
    given = site(db, 0, UNTIL)
    make_grant(db, given, 2, first_day=date(2025, 11, 11), last_day=UNTIL - DAY)
    found = queries.get_home_figures(db, bob)
    assert found.months[-1].face == Face(10, 10 * 1100, 10 * 1100)
    assert found.months[0].energy_wh == 20 * 1100
    assert (found.months[0].face.days, found.data_until) == (0, UNTIL - DAY)


def test_a_grant_in_two_pieces_gives_the_days_of_both(db, people, bob):
    """Only those of the last one were summed, where its chart drew both."""
    given = site(db, 0, UNTIL)
    hole = date(2026, 2, 10), date(2026, 3, 5)
    pieces = {"whole_from": hole[1] + DAY, "holes": holes_text((hole,), (hole,))}
    make_grant(db, given, 2, first_day=date(2025, 1, 1), **pieces)
    found = queries.get_home_figures(db, bob)
    known = [(month.days_known, month.days_due, month.energy_wh) for month in found.months[2:6]]
    assert known == [(days, days, days * 1100) for days in (31, 9, 26, 30)]
    assert found.months[3].face == Face(9, 9 * 1100, 9 * 1000)
    assert found.months[4].face == Face(26, 26 * 1100, 26 * 1000)
    (row,) = queries.list_fleet(db, bob, FleetView())
    assert (row.energy_wh, row.days_known) == ((365 - 24) * 1100, 365 - 24)


def test_nobody_without_pce_has_figures(db, people, charlie):
    found = queries.get_home_figures(db, charlie)
    assert (found.pces, found.data_until) == (0, None)
    assert {month.energy_wh for month in found.months} == {None}


def a_month(first, days, pces=1):
    return FleetMonth(first, pces=pces, days=days)


@pytest.mark.parametrize(
    ("until", "days", "pces", "place"),
    [
        (date(2026, 12, 4), (31, 30, 4), 1, 1),  # fewer than five days tell too little
        (date(2026, 12, 5), (31, 30, 5), 1, 2),
        (date(2026, 12, 9), (310, 300, 9), 10, 1),  # of one PCE of ten
        (date(2026, 12, 4), (31, 0, 4), 1, 2),  # the one before tells less
        (date(2026, 10, 4), (4, 0, 0), 1, 0),
        (date(2026, 11, 28), (31, 28, 0), 1, 1),
        (date(2026, 11, 30), (31, 3, 0), 1, 1),  # it is over
        (date(2027, 1, 3), (31, 30, 31), 1, 2),
        (date(2026, 9, 30), (0, 0, 0), 0, 2),
        (None, (0, 0, 0), 0, 2),
    ],
)
def test_the_month_told_first_is_the_last_that_tells_enough(until, days, pces, place):
    firsts = (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    months = [a_month(first, count, pces) for first, count in zip(firsts, days, strict=True)]
    assert headline_rank(months, until) == place
