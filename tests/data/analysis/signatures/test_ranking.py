"""The fleet ranked at equal climate: for who may read the days that tell it, at the same cost."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import delete, insert, select, update

from core.paging import RowBlock
from data.analysis.signatures.actions import rank, rank_again
from data.analysis.signatures.models import VerdictRow
from data.analysis.signatures.queries.unscoped import list_unranked
from data.analysis.signatures.types import Reason
from data.metering.consumption import queries
from data.metering.consumption.actions import (
    find_differing_standings,
    list_stale_standings,
    recompute_standings,
    roll_up,
)
from data.metering.consumption.models import FleetStanding, Reading
from data.metering.consumption.types import FleetPeriod, FleetSort, FleetView
from tests.data.metering.consumption.test_fleet import TODAY, UNTIL, site
from tests.factories import make_grant

YEAR = date(2025, 11, 1)
RATIOS = (0.9, None, 1.04, None, 1.02)  # of the fleet: the second is refused, the fourth not judged


def verdict(pce, ratio, **told):
    values = {
        "first_day": date(2024, 11, 1), "until": UNTIL, "base": 16.0, "baseload_wh": 1.0,
        "slope_wh": 1.0, "use": 1.0, "out": 1.0, "weeks": 150, "r2": 0.9, "cvrmse": 0.1,
        "year": YEAR, "difference_wh": 0, "climate_wh": 0, "calendar_wh": 0, "missing_wh": 0,
        "rest_wh": 0, "day_wh": 100_000, "ratio": ratio,
        "refused": Reason.LOOSE if ratio is None else None,
    }  # fmt: skip
    return values | {"pce_id": pce.id} | told


@pytest.fixture
def fleet(db, people):
    """Five sites of alice's, +10, +8, +1, +2 and 0 % as they are."""
    pces = [site(db, place, this=this) for place, this in enumerate((1100, 1080, 1010, 1020, 1000))]
    for place in (0, 1, 2, 4):
        db.execute(insert(VerdictRow).values(verdict(pces[place], RATIOS[place])))
    recompute_standings(db, list_stale_standings(db, TODAY), TODAY)
    rank(db, [pce.id for pce in pces])
    return pces


def order(db, viewer, sort=FleetSort.DRIFT, view=FleetView(), **asked):  # noqa: B008 (frozen)
    db.expire_all()
    rows = queries.list_fleet(db, viewer, view, sort=sort, **asked)
    return "".join(row.number[-1] for row in rows)


def told(db, viewer, view=FleetView()):  # noqa: B008 (frozen)
    db.expire_all()
    rows = queries.list_fleet(db, viewer, view)
    return {row.number[-1]: row.equal and row.equal.gap_wh for row in rows}


EQUAL = {"0": 365 * -10, "1": None, "2": round(365 * 1010 * 1.04) - 365_000, "3": None}
EQUAL["4"] = 365 * 20


def test_it_opens_by_the_gap_at_equal_climate_where_it_can_be_told(db, fleet, alice):
    assert told(db, alice) == EQUAL
    assert order(db, alice) == "12430"  # +8 as it is, +5.04, +2 at equal climate, +2 as it is, −1
    assert order(db, alice, FleetSort.PERCENT) == "01324"
    for sort in (FleetSort.EQUAL, FleetSort.EQUAL_GAP):
        assert order(db, alice, sort) == "24031"  # what cannot be told comes last, either way
        assert order(db, alice, sort, descending=False) == "04213"
        assert order(db, alice, sort, block=RowBlock(2, 2)) == "03"
    for period in (FleetPeriod.LAST, FleetPeriod.CURRENT):
        view = FleetView(period=period)
        assert set(told(db, alice, view).values()) == {None}
        assert order(db, alice, view=view) == order(db, alice, FleetSort.PERCENT, view)


def test_who_may_not_read_each_day_that_tells_it_is_ranked_by_what_they_read(db, fleet, bob):
    make_grant(db, fleet[0], 2, first_day=date(2024, 10, 1), last_day=TODAY)
    make_grant(db, fleet[2], 2, first_day=date(2024, 11, 2))  # a day less: nothing is told
    make_grant(db, fleet[4], 2, last_day=UNTIL - timedelta(days=1))
    make_grant(db, fleet[3], 2)
    assert told(db, bob) == {"0": 365 * -10, "2": None, "3": None, "4": None}
    assert order(db, bob) == "3240"
    assert order(db, bob, FleetSort.EQUAL)[0] == "0"


def test_all_of_them_are_told_at_equal_climate_over_those_that_tell_it(db, fleet, alice, bob):
    gaps = [gap for gap in EQUAL.values() if gap is not None]
    found = queries.sum_equal_days_gaps(db, alice, FleetView())
    assert found.pces == len(gaps) == 3
    assert found.face.gap_wh == sum(gaps)
    assert found.face.before_wh == 3 * 365_000
    assert queries.sum_equal_days_gaps(db, alice, FleetView(period=FleetPeriod.LAST)) is None
    assert queries.sum_equal_days_gaps(db, bob, FleetView()) is None
    make_grant(db, fleet[0], 2, first_day=date(2024, 10, 1), last_day=TODAY)
    make_grant(db, fleet[2], 2, first_day=date(2024, 11, 2))  # a day less: nothing is told
    db.expire_all()
    assert queries.sum_equal_days_gaps(db, bob, FleetView()).face.gap_wh == EQUAL["0"]


def test_a_hole_of_a_grant_hides_it(db, fleet, bob):
    make_grant(
        db, fleet[0], 2, whole_from=date(2025, 1, 2), holes="d2025-01-01/2025-01-01",
        first_day=date(2024, 1, 1),
    )  # fmt: skip
    assert told(db, bob) == {"0": None}


def test_days_that_come_keep_it_and_the_month_after_it_is_told_no_more(db, fleet, alice):
    pce = fleet[0]
    change = update(Reading).where(Reading.pce_id == pce.id, Reading.gas_day == date(2026, 10, 1))
    db.execute(change.values(energy_wh=2100))
    roll_up(db, pce.id, date(2026, 10, 1), date(2026, 10, 1), today=TODAY)
    assert told(db, alice)["0"] == round((365 * 1100 + 1000) * 0.9) - 365_000
    ids = [pce.id for pce in fleet]
    assert find_differing_standings(db, ids, TODAY) == []
    db.execute(update(FleetStanding).where(FleetStanding.pce_id == pce.id).values(equal_wh=7))
    assert find_differing_standings(db, ids, TODAY) == [pce.id]
    later = replace(alice, today=date(2026, 12, 2))
    assert set(told(db, later).values()) == {None}  # worked out
    recompute_standings(db, ids, later.today)
    assert set(told(db, later).values()) == {None}  # and stood
    rank(db, ids)  # by verdicts of the year before
    assert set(told(db, later).values()) == {None}
    recompute_standings(db, ids, TODAY)
    assert told(db, alice)["2"] == EQUAL["2"]


def test_what_was_put_back_without_it_is_ranked_again(db, fleet, alice):
    assert list_unranked(db) == []
    row = FleetStanding
    db.execute(delete(row).where(row.pce_id == fleet[2].id, row.period == FleetPeriod.YEAR))
    recompute_standings(db, [fleet[2].id], TODAY)
    assert list_unranked(db) == [fleet[2].id]
    assert told(db, alice)["2"] is None
    rank_again(db, list_unranked(db))
    assert told(db, alice) == EQUAL


def test_the_order_of_a_year_is_a_piece_of_an_index(db, fleet):
    if db.connection().dialect.name != "sqlite":
        pytest.skip("PostgreSQL scans so few")
    for key in ("ranked", "equal", "equal_wh"):
        column = getattr(FleetStanding, key)
        query = select(FleetStanding.pce_id).where(FleetStanding.period == FleetPeriod.YEAR)
        query = query.order_by(column.desc(), FleetStanding.pce_id.desc())
        words = str(query.compile(db.connection(), compile_kwargs={"literal_binds": True}))
        plan = [row[3] for row in db.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {words}")]
        assert any(f"ix_fleet_standings_period_{key}_pce_id" in step for step in plan), plan
        assert not any("TEMP B-TREE" in step for step in plan), plan
