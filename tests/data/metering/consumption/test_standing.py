"""What stands of each PCE is what its raw days say, whatever was stored, taken out or changed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, update

from core.paging import RowBlock
from data.metering.consumption import queries
from data.metering.consumption.actions import (
    find_differing_standings,
    list_stale_standings,
    recompute_standings,
    roll_up,
    store,
)
from data.metering.consumption.models import FleetStanding, Reading
from data.metering.consumption.rules.calendar import same_day
from data.metering.consumption.rules.fleet import days_due, holds, months_of
from data.metering.consumption.types import FleetPeriod, FleetSort, FleetView, Quality
from data.metering.pces.models import Pce
from data.metering.pces.rules import month_of
from data.metering.pces.types import Frequency
from data.provenance import FEED
from tests.choosing import size
from tests.data.metering.consumption.rows import absent, delivery, stated
from tests.data.metering.consumption.test_home import add_days
from tests.factories import make_grant, make_pce

DAY = timedelta(days=1)
TODAY = date(2026, 11, 24)
FIRST = date(2024, 11, 1)
NAMES = ("energy_wh", "known", "due", "shared", "this_wh", "before_wh")

# Sorted by `list_fleet_by`, from figures that surfaces give.
BY_FIGURES = {FleetSort.INTENSITY, FleetSort.PLACE}


def told_by_days(db, pce, period, today):
    """The same from the rows of days alone, one by one."""
    known = {
        day: (energy, quality)
        for day, energy, quality in db.execute(
            select(Reading.gas_day, Reading.energy_wh, Reading.quality).where(
                Reading.pce_id == pce.id
            )
        )
    }
    energy, some, kept, due, face = 0, False, 0, 0, [0, 0, 0]
    for month in months_of(period, today):
        days = [day for day in known if day.replace(day=1) == month]
        valued = [day for day in days if known[day][1] > Quality.ABSENT]
        ends = month_of(month, 1) - DAY
        over = pce.tariff == "TB" or (pce.ended_on is not None and pce.ended_on < ends)
        owed = 0 if over else days_due(month, pce.frequency, today)
        due += owed
        kept += min(owed, len(valued))
        some |= bool(valued)
        energy += sum(known[day][0] or 0 for day in days) if valued else 0
        for day in days:
            before = known.get(same_day(day, 1), (None, 0))[0]
            if known[day][0] is not None and before is not None:
                for place, part in enumerate((1, known[day][0], before)):
                    face[place] += part
    return (energy if some else None, kept, due, *face)


def file_of(energies):
    """{place: Wh, or None where it is absent} as a file says it, without indexes."""
    days = []
    for place, wh in energies.items():
        day = absent(0) if wh is None else stated(0, energy_wh=wh, volume_dm3=wh // 11)
        bare = replace(day, index_start_dm3=None, index_end_dm3=None)
        days.append(replace(bare, gas_day=FIRST + DAY * place))
    return delivery(*days)


def stood(db, pce, period):
    row = FleetStanding
    found = select(*(getattr(row, name) for name in NAMES)).where(
        row.pce_id == pce.id, row.period == period
    )
    return tuple(db.execute(found).one())


def agree(db, pces, viewer):
    """Every row that stands, and what the page reads, against the raw days."""
    today = viewer.today
    db.expire_all()
    assert not find_differing_standings(db, [pce.id for pce in pces], today)
    for period in FleetPeriod:
        told = {pce.number: told_by_days(db, pce, period, today) for pce in pces}
        assert {pce.number: stood(db, pce, period) for pce in pces} == told
        rows = queries.list_fleet(db, viewer, FleetView(period=period))
        assert {row.number: (row.energy_wh, row.days_known) for row in rows} == {
            number: sums[:2] for number, sums in told.items()
        }
        total = queries.sum_fleet(db, viewer, FleetView(period=period))
        face = total.face
        assert (face.days, face.this_wh, face.before_wh) == tuple(
            sum(sums[place] for sums in told.values()) for place in (3, 4, 5)
        )


EXAMPLES = max(1, size("PORTAL_EXAMPLES", 40) // 8)
numbers = count(1)
spread = st.integers(0, 758)  # days since FIRST: up to three days after TODAY
energies = st.one_of(st.none(), st.integers(0, 60_000))
moves = st.one_of(
    st.tuples(st.just("store"), st.integers(0, 1), st.dictionaries(spread, energies, max_size=30)),
    st.tuples(st.just("delete"), st.integers(0, 1), st.sets(spread, max_size=30)),
    st.tuples(st.just("turn"), st.integers(0, 40), st.none()),
    st.tuples(st.just("frequency"), st.integers(0, 1), st.sampled_from(Frequency)),
    st.tuples(st.just("ended_on"), st.integers(0, 1), spread),
)


@settings(
    max_examples=EXAMPLES,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(told=st.lists(moves, min_size=1, max_size=4))
def test_what_stands_is_what_the_raw_days_say(db, people, alice, told):
    pces = [make_pce(db, f"{next(numbers):014d}", holder_id=1) for _place in range(2)]
    viewer = alice
    for what, which, value in told:
        today = viewer.today
        if what == "store" and value:
            now = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
            store(db, pces[which].id, file_of(value), as_of=today, now=now, provenance=FEED)
        elif what == "delete":
            gone = [FIRST + DAY * day for day in value] or [FIRST]
            db.execute(
                delete(Reading).where(Reading.pce_id == pces[which].id, Reading.gas_day.in_(gone))
            )
            roll_up(db, pces[which].id, min(gone), max(gone), today=today)
        elif what == "turn":
            viewer = replace(viewer, today=today + DAY * which)
        elif what in {"frequency", "ended_on"}:
            change = {what: value if what == "frequency" else FIRST + DAY * value}
            db.execute(update(Pce).where(Pce.id == pces[which].id).values(**change))
        views = [FleetView(period=period) for period in FleetPeriod]
        before = [queries.list_fleet(db, viewer, view) for view in views]  # not all of it stands
        recompute_standings(db, list_stale_standings(db, viewer.today), viewer.today)
        assert [queries.list_fleet(db, viewer, view) for view in views] == before
        agree(db, pces, viewer)
    db.execute(update(Pce).values(holder_id=3))  # the next example has its own


@pytest.fixture
def fleet(db, people):
    """Three PCE of two years, the second above the first, of which bob was granted two."""
    pces = []
    for place, step in enumerate((50, 200, 100)):
        pce = make_pce(db, f"2160000000000{place}", holder_id=1, data_until=TODAY - 4 * DAY)
        add_days(db, pce, FIRST, 365, 1000)
        add_days(db, pce, FIRST + 365 * DAY, 385, 1000 + step)
        roll_up(db, pce.id, FIRST, TODAY)
        pces.append(pce)
    make_grant(db, pces[0], 2)
    make_grant(db, pces[1], 2, first_day=date(2025, 2, 10))
    return pces


def test_a_new_pce_and_one_that_changes_are_not_believed(db, fleet, alice):
    assert list_stale_standings(db, TODAY) == [pce.id for pce in fleet]
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    assert not list_stale_standings(db, TODAY)
    late = make_pce(db, "21600000000009", holder_id=1)
    assert list_stale_standings(db, TODAY) == [late.id]
    fleet[1].ended_on = date(2026, 10, 3)
    db.flush()
    assert list_stale_standings(db, TODAY) == [fleet[1].id, late.id]
    assert queries.sum_fleet(db, alice, FleetView()).days_expected == 3 * 365 + 334
    fleet[0].alias = "Piscine"  # tells nothing of its days
    db.flush()
    assert list_stale_standings(db, TODAY) == [fleet[1].id, late.id]


def test_what_a_grant_cuts_is_worked_out_and_the_rest_is_read(db, fleet, alice, bob):
    worked_out = queries.list_fleet(db, bob, FleetView())
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    assert queries.list_fleet(db, bob, FleetView()) == worked_out
    assert [row.face and row.face.days for row in worked_out] == [245 + 19, 365]  # from 10 February
    db.execute(update(FleetStanding).values(this_wh=7, before_wh=5))
    told = {row.number[-1]: row.face for row in queries.list_fleet(db, bob, FleetView())}
    assert (told["0"].this_wh, told["1"].this_wh) == (7, (245 + 19) * 1200)
    read = {row.number[-1]: row.face.this_wh for row in queries.list_fleet(db, alice, FleetView())}
    assert read == {"0": 7, "1": 7, "2": 7}


def test_the_day_after_nothing_is_read_that_was_true_the_day_before(db, fleet, alice):
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    view = FleetView(period=FleetPeriod.CURRENT)
    assert queries.sum_fleet(db, alice, view).days_expected == 60
    tomorrow = replace(alice, today=TODAY + DAY)
    assert queries.sum_fleet(db, tomorrow, view).days_expected == 63
    assert len(list_stale_standings(db, TODAY + DAY)) == 3
    assert queries.sum_fleet(db, replace(alice, today=TODAY - DAY), view).days_expected == 60


@pytest.mark.sampled
@pytest.mark.parametrize("sort", [sort for sort in FleetSort if sort not in BY_FIGURES])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.sampled
def test_pages_follow_each_other_and_end_with_what_has_no_figure(
    db, fleet, alice, dora, monkeypatch, sort, descending
):
    """By an index, by sorting, and where something is worked out: the same lines."""
    for place in (7, 8):
        make_pce(db, f"2160000000000{place}", holder_id=1)
    found = []
    for few, stand in ((1000, False), (1000, True), (-1, True)):
        monkeypatch.setattr("data.metering.consumption.queries.standings.MANY", few)
        monkeypatch.setattr(
            "data.metering.consumption.queries.standings.SPARSE", 0 if few > 0 else 10
        )
        if stand:
            recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
        for viewer in (alice, dora):
            pages = [
                queries.list_fleet(
                    db, viewer, FleetView(), sort=sort, descending=descending, block=RowBlock(2, at)
                )
                for at in (0, 2, 4, 6)
            ]
            found.append([row.number[-1] for page in pages for row in page])
    assert all(one == found[0] for one in found)
    assert sorted(found[0]) == list("01278")
    if sort in {FleetSort.PERCENT, FleetSort.GAP}:
        assert found[0][:3] == (["1", "2", "0"] if descending else ["0", "2", "1"])


@pytest.mark.parametrize("frequency", Frequency)
@pytest.mark.parametrize("period", FleetPeriod)
def test_what_holds_holds_all_along_and_no_longer(frequency, period):
    def due(day):
        return [(month, days_due(month, frequency, day)) for month in months_of(period, day)]

    for n in range(0, 400, 7):
        today = date(2027, 12, 20) + n * DAY
        first, last = holds(months_of(period, today), frequency, today)
        assert first <= today <= last
        assert {tuple(due(first + DAY * n)) for n in range((last - first).days + 1)} == {
            tuple(due(today))
        }
        assert due(last + DAY) != due(today)
        assert due(first - DAY) != due(today)
