"""All the PCE of a viewer held against the year before: who sees what, and what a hole changes."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import update

from core.paging import RowBlock
from data.identity.accounts.models import UserTag
from data.metering.consumption import queries
from data.metering.consumption.actions import list_stale_standings, recompute_standings, roll_up
from data.metering.consumption.models import Reading
from data.metering.consumption.rules.fleet import months_of, months_shown
from data.metering.consumption.types import CellState, Face, FleetPeriod, FleetSort, FleetView
from data.metering.pces.models import PceTag
from data.metering.pces.types import Frequency
from tests.choosing import EVERY_WAY
from tests.data.metering.consumption.test_home import add_energies
from tests.factories import NOW, make_grant, make_pce

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)  # of the viewers: the last 12 complete months end in October
BEGIN, UNTIL = date(2024, 11, 1), date(2026, 11, 20)
OCTOBER = date(2026, 10, 1)
YEAR, LAST, CURRENT = (FleetView(period=period) for period in FleetPeriod)


def number(place):
    return f"2160000000000{place}"


def site(db, place, *, this=1000, before=1000, holder=1, without=(), **values):
    """A PCE of *before* Wh a day until October 2025, then of *this*; the days *without* lack."""
    told = {
        day: this if day >= date(2025, 11, 1) else before
        for day in days(BEGIN, UNTIL)
        if day not in without
    }
    pce = make_pce(
        db, number(place), holder_id=holder, data_until=max(told, default=None), **values
    )
    add_energies(db, pce, told)
    roll_up(db, pce.id, BEGIN, UNTIL)
    return pce


def days(first, last):
    return [first + n * DAY for n in range((last - first).days + 1)]


@pytest.fixture(autouse=True)
def _standing(monkeypatch):
    """What is ranked and summed here stands, as it does once the job has run."""
    for name in ("list_fleet", "sum_fleet"):
        monkeypatch.setattr(queries, name, partial(_stood, getattr(queries, name)))


def _stood(read, db, *args, **kwargs):
    db.flush()
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    return read(db, *args, **kwargs)


def order(db, viewer, view=YEAR, **asked):
    return [row.number[-1] for row in queries.list_fleet(db, viewer, view, **asked)]


def test_the_months_are_12_complete_ones_and_the_one_under_way():
    assert months_shown(TODAY)[::12] == (date(2025, 11, 1), date(2026, 11, 1))
    assert months_of(FleetPeriod.YEAR, TODAY) == months_shown(TODAY)[:-1]
    assert months_of(FleetPeriod.LAST, TODAY) == (OCTOBER,)
    assert months_of(FleetPeriod.CURRENT, TODAY) == (date(2026, 11, 1),)


def test_the_ranking_begins_with_what_drifts_most_and_ends_with_what_cannot_be_told(
    db, people, alice
):
    site(db, 0, this=990)
    site(db, 1, this=1100)
    site(db, 2, without=days(BEGIN, date(2025, 10, 31)))
    site(db, 3, this=30_300, before=30_000)
    assert order(db, alice) == ["1", "3", "0", "2"]
    assert order(db, alice, descending=False) == ["0", "3", "1", "2"]
    assert order(db, alice, sort=FleetSort.GAP) == ["3", "1", "0", "2"]
    assert order(db, alice, sort=FleetSort.ENERGY)[0] == "3"
    assert order(db, alice, sort=FleetSort.NUMBER, descending=False) == list("0123")
    assert order(db, alice, sort=FleetSort.ALIAS, descending=False) == list("0123")
    assert order(db, alice, block=RowBlock(2, 1)) == ["3", "0"]
    first, *_others, last = queries.list_fleet(db, alice, YEAR)
    assert (first.face.percent, first.face.gap_wh, first.face.days) == (10, 36_500, 365)
    assert last.face is None
    assert last.energy_wh == 365_000


def test_a_hole_weighs_on_neither_side(db, people, alice):
    """Every other day of last winter is lost: the drift is still the one of the days that stand."""
    lost = [day for day in days(date(2024, 12, 1), date(2025, 2, 28)) if day.day % 2]
    site(db, 0, this=1100, without=lost)
    (row,) = queries.list_fleet(db, alice, YEAR)
    assert row.face.percent == pytest.approx(10)
    assert row.face.days == 365 - len(lost)
    assert row.days_known == row.days_expected == 365


def test_days_of_which_only_a_volume_is_known_are_not_an_energy_of_nothing(db, people, alice, bob):
    """Nor where a grant cuts the month, which is then read by days."""
    pce = site(db, 0, this=None)
    make_grant(db, pce, 2, first_day=date(2026, 10, 3))
    for viewer in (alice, bob):
        (row,) = queries.list_fleet(db, viewer, LAST)
        assert row.days_known > 0
        assert (row.energy_wh, queries.sum_fleet(db, viewer, LAST).energy_wh) == (None, None)


def test_coverage_counts_the_days_that_should_be_there(db, people, alice):
    site(db, 0)
    site(db, 1, without=days(OCTOBER, date(2026, 10, 10)))
    site(db, 2, frequency=Frequency.HALF_YEARLY)
    site(db, 3, ended_on=date(2026, 10, 15))
    site(db, 4, tariff="TB")
    total = queries.sum_fleet(db, alice, LAST)
    assert (total.pces, total.expected, total.complete) == (5, 2, 1)
    assert (total.days_known, total.days_expected) == (52, 62)
    assert order(db, alice, LAST, sort=FleetSort.COVERAGE)[:2] == ["0", "1"]


def test_the_month_under_way_expects_the_days_that_usually_are_in(db, people, alice):
    site(db, 0, this=1200)
    site(db, 1, without=days(date(2026, 11, 11), UNTIL))
    total = queries.sum_fleet(db, alice, CURRENT)
    assert (total.days_known, total.days_expected, total.complete) == (30, 40, 1)
    assert (total.face.days, total.face.this_wh, total.face.before_wh) == (30, 34_000, 34_000)
    assert order(db, alice, CURRENT, sort=FleetSort.UNTIL) == ["0", "1"]


def test_a_day_that_came_early_does_not_stand_for_one_that_is_missing(db, people, alice, bob):
    """Whether the month is read from the roll-up or, where a grant cuts it, by days."""
    early = days(date(2026, 11, 21), date(2026, 11, 22))
    pce = site(db, 0, without=[date(2026, 11, 5)])
    add_energies(db, pce, dict.fromkeys(early, 1000))
    roll_up(db, pce.id, *early)
    pce.data_until = early[-1]
    make_grant(db, pce, 2, first_day=date(2026, 11, 2))
    for viewer, known, expected in ((alice, 21, 22), (bob, 20, 21)):
        (row,) = queries.list_fleet(db, viewer, CURRENT)
        assert (row.days_known, row.days_expected) == (known, expected)


def test_what_drifts_is_counted(db, people, alice):
    for place, this in enumerate((1050, 1051, 2000, 900)):
        site(db, place, this=this)
    total = queries.sum_fleet(db, alice, YEAR)
    assert (total.drifting, total.ranked) == (2, 4)
    assert total.energy_wh == 365 * (1050 + 1051 + 2000 + 900)
    assert total.face.before_wh == 4 * 365_000


def test_a_cell_says_the_gap_or_why_there_is_none(db, people, alice):
    whole = days(OCTOBER, date(2026, 10, 31))
    few = days(date(2025, 9, 1), date(2025, 9, 27))
    site(db, 0, this=1100, without={*whole, *few}, frequency=Frequency.MONTHLY)
    (row,) = queries.list_fleet(db, alice, YEAR)
    states = {month.month: cell.state for month, cell in row.cells.items()}
    assert len(row.cells) == 13
    assert states.pop(10) is CellState.ABSENT
    assert states.pop(9) is CellState.FEW
    assert set(states.values()) == {CellState.TOLD}
    assert row.cells[date(2026, 11, 1)].percent == 0
    assert row.cells[date(2026, 8, 1)].percent == pytest.approx(10)
    make_pce(db, number(1), holder_id=1, frequency=Frequency.HALF_YEARLY)
    nothing = queries.list_fleet(db, alice, YEAR)[1]
    assert {cell.state for cell in nothing.cells.values()} == {CellState.OUT}
    assert (nothing.energy_wh, nothing.face) == (None, None)


def test_nobody_sees_counts_or_ranks_the_pce_of_others(db, people, alice, bob, charlie, dora):
    mine = site(db, 0, this=1100)
    site(db, 1, this=5000, holder=3)
    make_grant(db, mine, 2)
    for viewer, seen in ((alice, "0"), (bob, "0"), (charlie, "1"), (dora, "10")):
        assert order(db, viewer) == list(seen)
        total = queries.sum_fleet(db, viewer, YEAR)
        assert total.energy_wh == 365 * sum({"0": 1100, "1": 5000}[one] for one in seen)
        assert total.pces == len(seen)
    assert queries.list_fleet_cells(db, charlie, [mine.id]) == {}
    assert queries.load_usual_delays(db, charlie, [mine.id]) == {}
    assert set(queries.list_fleet_cells(db, bob, [mine.id])) == {mine.id}


def test_a_grant_sums_and_compares_the_days_that_it_gives(db, people, bob):
    given = site(db, 0, this=1100)
    make_grant(db, given, 2, first_day=date(2025, 9, 2), last_day=date(2026, 10, 30))
    (row,) = queries.list_fleet(db, bob, YEAR)
    assert row.energy_wh == 1100 * 364  # all of October 2026 but its last day
    assert (row.days_known, row.days_expected) == (364, 364)
    assert row.face is None  # 59 days of a year: too few
    assert queries.sum_fleet(db, bob, YEAR).face == Face(29 + 30, 59 * 1100, 59 * 1000)
    assert row.cells[date(2026, 8, 1)].state is CellState.FEW
    assert row.cells[date(2026, 9, 1)].percent == pytest.approx(10)  # from 2 September 2025 on
    assert row.cells[OCTOBER].percent == pytest.approx(10)  # up to the 30th
    db.delete(db.get(type(make_grant(db, site(db, 1), 2)), (given.id, 2, date(2020, 1, 1))))
    db.flush()
    assert order(db, bob) == ["1"]


def test_a_grant_in_pieces_has_no_cell_of_the_months_between_them(db, people, bob):
    given = site(db, 0)
    make_grant(db, given, 2, whole_from=date(2026, 9, 1), holes="d2026-07-01/2026-08-31")
    (row,) = queries.list_fleet(db, bob, YEAR)
    assert row.energy_wh == 1000 * (365 - 31 - 31)
    assert row.days_known == row.days_expected
    months = [date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1)]
    assert [row.cells[month].state for month in months] == [
        CellState.OUT, CellState.OUT, CellState.TOLD,
    ]  # fmt: skip


def test_a_fleet_is_narrowed_by_words_tag_and_holder(db, people, alice, dora):
    school = site(db, 0, alias="École du Verger", this=1100)
    site(db, 1, alias="Piscine", holder=3)
    db.add(PceTag(pce_id=school.id, organisation_id=1, tag="Écoles"))
    db.flush()
    assert order(db, alice, FleetView(tag="Écoles")) == ["0"]
    assert order(db, dora, FleetView(tag="Écoles")) == []
    assert order(db, dora, FleetView(text="pisc")) == ["1"]
    assert order(db, dora, FleetView(holder=1)) == ["0"]
    assert order(db, alice, FleetView(holder=3)) == []
    total = queries.sum_fleet(db, dora, FleetView(holder=3))
    assert (total.pces, total.energy_wh) == (1, 365_000)
    assert queries.sum_fleet(db, dora, FleetView(text="rien")).energy_wh is None
    assert queries.list_fleet(db, dora, FleetView(text="rien")) == []


@pytest.mark.slow
def test_the_calendar_counts_the_pce_that_lack_each_day(db, people, alice, bob):
    site(db, 0)
    hole = site(db, 1, without=days(date(2026, 10, 3), date(2026, 10, 5)))
    site(db, 2, without=[date(2026, 10, 4), *days(date(2026, 11, 18), UNTIL)])
    site(db, 3, frequency=Frequency.HALF_YEARLY, without=days(BEGIN, UNTIL))
    found = queries.count_missing_days(db, alice, YEAR)
    assert found == {
        date(2026, 10, 3): 1,
        date(2026, 10, 4): 2,
        date(2026, 10, 5): 1,
        **dict.fromkeys(days(date(2026, 11, 18), UNTIL), 1),
    }
    assert queries.count_missing_days(db, bob, YEAR) == {}
    make_grant(db, hole, 2, first_day=date(2026, 10, 2), last_day=date(2026, 10, 4))
    given = queries.count_missing_days(db, bob, YEAR)
    assert given == {date(2026, 10, 3): 1, date(2026, 10, 4): 1}
    beside = (*days(OCTOBER, date(2026, 10, 6)), *days(date(2026, 11, 17), UNTIL + DAY))
    for viewer, counted in ((alice, found), (bob, given)):
        for day in days(OCTOBER, UNTIL + DAY) if EVERY_WAY else beside:
            told = queries.find_missing_day(db, viewer, replace(YEAR, day=day))
            assert (told.count, len(told.pces)) == (counted.get(day, 0),) * 2
    (named,) = queries.find_missing_day(db, bob, replace(YEAR, day=date(2026, 10, 4))).pces
    assert named == (number(1), "Lycée des Tilleuls")
    assert queries.find_missing_day(db, alice, replace(YEAR, day=date(2020, 1, 1))) is None
    said_absent = update(Reading).where(Reading.gas_day == date(2026, 10, 20))
    db.execute(said_absent.where(Reading.pce_id == hole.id).values(quality=0))
    roll_up(db, hole.id, OCTOBER, OCTOBER)
    assert queries.count_missing_days(db, alice, YEAR)[date(2026, 10, 20)] == 1


def test_a_month_without_any_row_lacks_all_of_its_days(db, people, alice):
    site(db, 0, without=days(OCTOBER, UNTIL), frequency=Frequency.MONTHLY_LARGE)
    found = queries.count_missing_days(db, alice, YEAR)
    assert list(found) == days(OCTOBER, date(2026, 10, 31))  # of November nothing is due yet


def test_the_delay_of_a_pce_is_learnt_of_its_last_days(db, people, alice, bob):
    pce = site(db, 0)
    for day in days(date(2026, 10, 1), UNTIL):
        learnt = datetime(day.year, day.month, day.day, 8, tzinfo=UTC) + DAY * (2 + day.day % 3)
        db.execute(update(Reading).where(Reading.gas_day == day).values(learnt_at=learnt))
    assert queries.load_usual_delays(db, alice, [pce.id]) == {pce.id: 3}
    make_grant(db, pce, 2, last_day=date(2026, 10, 3), first_day=date(2026, 10, 1))
    assert queries.load_usual_delays(db, bob, [pce.id]) == {pce.id: None}


def test_groups_sum_what_bears_a_tag_and_who_holds_it(db, people, alice, bob, charlie, dora):
    school = site(db, 0, this=1100)
    both = site(db, 1, this=900, without=days(OCTOBER, date(2026, 10, 10)))
    other = site(db, 2, this=5000, holder=3)
    for pce, tag, organisation in (
        (school, "Écoles", 1),
        (both, "Écoles", 1),
        (both, "Piscines", 1),
        (both, "Secret", 3),
    ):
        db.add(PceTag(pce_id=pce.id, organisation_id=organisation, tag=tag))
    make_grant(db, both, 2)
    make_grant(db, other, 2, first_day=date(2026, 1, 1))
    db.flush()
    told = {one.name: one.total for one in queries.list_groups_by_tag(db, alice, YEAR)}
    assert sorted(told) == ["Piscines", "Écoles"]
    assert told["Écoles"] == queries.sum_fleet(db, alice, FleetView(tag="Écoles"))
    assert told["Piscines"] == queries.sum_fleet(db, alice, FleetView(tag="Piscines"))
    assert (told["Écoles"].pces, told["Écoles"].drifting, told["Écoles"].complete) == (2, 1, 1)
    narrowed = queries.list_groups_by_tag(db, alice, FleetView(tag="Piscines"))
    assert {one.name: one.total.pces for one in narrowed} == {"Écoles": 1, "Piscines": 1}
    assert queries.list_groups_by_tag(db, bob, YEAR) == []  # the words of others are theirs
    for viewer in (alice, bob, charlie, dora):
        for group in queries.list_groups_by_holder(db, viewer, YEAR):
            narrow = FleetView(holder=int(group.key))
            assert group.total == queries.sum_fleet(db, viewer, narrow)
    names = {one.key: one.total.pces for one in queries.list_groups_by_holder(db, bob, YEAR)}
    assert names == {"1": 1, "3": 1}
    assert [one.key for one in queries.list_groups_by_holder(db, charlie, YEAR)] == ["3"]
    limited = replace(alice, limited=True)
    assert queries.list_groups_by_tag(db, limited, YEAR) == []
    db.add(UserTag(user_id=1, tag="Écoles", at=NOW))
    db.flush()
    assert [one.name for one in queries.list_groups_by_tag(db, limited, YEAR)] == ["Écoles"]
