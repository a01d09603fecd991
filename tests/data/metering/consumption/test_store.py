"""Storing what files say: on both databases, counted, corrected, rebuilt, rolled up."""

from datetime import date, timedelta

import pytest
from sqlalchemy import delete, select, update

from core.errors import NotFound
from data.metering.consumption.actions import differing_months, last_pce, store
from data.metering.consumption.files import read
from data.metering.consumption.models import (
    ConsumptionPeriod,
    MonthlyConsumption,
    Reading,
    ReadingChange,
    ReadingMark,
    ReadingRevision,
)
from data.metering.consumption.types import (
    Flag,
    PeriodKind,
    PeriodStatement,
    Quality,
    Status,
    StoreOutcome,
)
from data.metering.pces.models import Pce, PceEventRow
from data.metering.pces.types import EventKind
from data.provenance import FEED
from tests.conftest import FILES
from tests.data.metering.consumption.rows import (
    NOW,
    absent,
    delivery,
    everything,
    on,
    reading,
    rows,
    stated,
)
from tests.factories import make_pce

pytestmark = pytest.mark.dialect

SHEET = "Donnees_informatives_PCE_DAILY.xlsx"
WEB = "donnees_informatives.json"
AS_OF = date(2026, 11, 20)


def load(db, pce_id: int, name: str) -> StoreOutcome:
    file = read(name, (FILES / name).read_bytes())
    (only,) = file.deliveries
    return store(db, pce_id, only, as_of=file.as_of, now=NOW, provenance=FEED)


def put(db, pce, *days, as_of: date = AS_OF) -> StoreOutcome:
    return store(db, pce.id, delivery(*days), as_of=as_of, now=NOW, provenance=FEED)


def seen_revisions(db, pce_id: int) -> list[tuple]:
    """What a person sees as revisions: another energy or volume than the one in force."""
    force = {row["gas_day"]: row for row in rows(db, Reading, pce_id)}
    return [
        (row["gas_day"], row["energy_wh"], force[row["gas_day"]]["energy_wh"])
        for row in rows(db, ReadingRevision, pce_id)
        if (row["energy_wh"], row["volume_dm3"])
        != (force[row["gas_day"]]["energy_wh"], force[row["gas_day"]]["volume_dm3"])
    ]


def test_the_daily_sheet_gives_its_363_days(db):
    pce = make_pce(db)
    outcome = load(db, pce.id, SHEET)
    assert outcome == StoreOutcome(
        days=363, absent=3, volume_dm3=2_100_000, energy_wh=23_181_000, new=363
    )


def test_the_informative_json_gives_its_years(db):
    pce = make_pce(db)
    assert load(db, pce.id, WEB).days == 1096
    years = {}
    for row in rows(db, MonthlyConsumption, pce.id):
        years[row["month"].year] = years.get(row["month"].year, 0) + row["energy_wh"]
    assert years[2020] == 21_160_000
    assert years[2021] == 23_148_000
    assert years[2022] == 14_380_000


def test_both_files_in_either_order_end_identical(db):
    one, other = make_pce(db), make_pce(db, "09999999910002")
    assert load(db, one.id, SHEET).new == 363
    second = load(db, one.id, WEB)
    assert (second.new, second.changed, second.same) == (735, 13, 348)
    assert load(db, other.id, WEB).new == 1096
    late = load(db, other.id, SHEET)
    assert (late.new, late.changed, late.same, late.older, late.blank) == (0, 0, 348, 13, 2)
    assert everything(db, one.id) == everything(db, other.id)
    assert not differing_months(db, 0, last_pce(db))


@pytest.mark.parametrize("order", [(SHEET, WEB), (WEB, SHEET)])
def test_the_fifteen_restated_days_are_kept_as_revisions(db, order):
    pce = make_pce(db)
    for name in order:
        load(db, pce.id, name)
    revisions = seen_revisions(db, pce.id)
    corrected = [(day, old, new) for day, old, new in revisions if old is not None]
    assert len(revisions) == 15
    assert len(corrected) == 13
    assert all(old - new == 1000 for _, old, new in corrected)
    filled = {day: new for day, old, new in revisions if old is None}
    assert filled == {date(2021, 11, 11): 135_000, date(2021, 11, 16): 102_000}


def test_the_holes_of_the_sheet_are_rebuilt_and_marked_so(db):
    pce = make_pce(db)
    load(db, pce.id, SHEET)
    rebuilt = {
        row["gas_day"]: row["volume_dm3"]
        for row in rows(db, Reading, pce.id)
        if row["quality"] == Quality.RECONSTRUCTED
    }
    assert rebuilt[date(2021, 11, 11)] == 12_000
    assert rebuilt[date(2021, 11, 16)] == 9_000
    assert seen_revisions(db, pce.id) == []


def test_a_file_repeated_changes_nothing(db):
    pce = make_pce(db)
    load(db, pce.id, SHEET)
    load(db, pce.id, WEB)
    before = everything(db, pce.id)
    again = load(db, pce.id, SHEET)
    assert (again.new, again.changed, again.same, again.ignored) == (0, 0, 348, 15)
    assert everything(db, pce.id) == before


def test_days_are_counted_new_changed_or_same(db):
    pce = make_pce(db)
    put(db, pce, stated(0), stated(1), absent(2))
    outcome = put(
        db,
        pce,
        stated(0),
        stated(1, energy_wh=107_000),
        stated(2),
        stated(3),
        as_of=AS_OF + timedelta(days=1),
    )
    assert (outcome.new, outcome.changed, outcome.same) == (2, 1, 1)
    assert outcome.days == 4
    assert outcome.energy_wh == 3 * 108_000 + 107_000


def test_a_day_repeated_in_one_file_counts_its_energy_once(db):
    pce = make_pce(db)
    better = stated(0, status=Status.DEFINITIVE, energy_wh=107_000)
    outcome = put(db, pce, stated(0), better, absent(0), stated(1))
    assert (outcome.days, outcome.absent, outcome.energy_wh) == (4, 1, 215_000)
    assert (outcome.new, outcome.changed, outcome.same) == (2, 0, 0)
    assert (outcome.provisional, outcome.blank, outcome.ignored) == (1, 1, 2)
    assert reading(db, pce.id, 0)["energy_wh"] == 107_000


def test_a_correction_keeps_the_time_each_value_was_learnt(db):
    pce = make_pce(db)
    put(db, pce, stated(0))
    later = NOW + timedelta(days=1)
    restated = delivery(stated(0, energy_wh=107_000))
    store(db, pce.id, restated, as_of=AS_OF + timedelta(days=1), now=later, provenance=FEED)
    kept = db.query(ReadingRevision).order_by(ReadingRevision.learnt_at).all()
    assert [(row.energy_wh, row.learnt_at) for row in kept] == [(108_000, NOW), (107_000, later)]
    assert db.query(Reading).one().learnt_at == later


def test_a_late_delivery_of_an_older_value_is_kept_but_not_in_force(db):
    pce = make_pce(db)
    put(db, pce, stated(0, energy_wh=107_000))
    outcome = put(db, pce, stated(0), as_of=AS_OF - timedelta(days=9))
    assert (outcome.same, outcome.older) == (0, 1)
    assert reading(db, pce.id, 0)["energy_wh"] == 107_000
    assert seen_revisions(db, pce.id) == [(on(0), 108_000, 107_000)]


def test_a_rebuilt_day_yields_to_any_value_and_leaves_no_revision(db):
    pce = make_pce(db)
    put(db, pce, stated(0), stated(2))
    assert reading(db, pce.id, 1)["quality"] == Quality.RECONSTRUCTED
    assert reading(db, pce.id, 1)["as_of"] is None
    outcome = put(db, pce, stated(1, energy_wh=99_000, quality=Quality.ESTIMATED))
    assert outcome.new == 1  # nobody had stated it
    assert reading(db, pce.id, 1)["quality"] == Quality.ESTIMATED
    assert rows(db, ReadingRevision, pce.id) == []


def test_an_absent_day_under_a_reconstruction_is_not_lost(db):
    pce = make_pce(db)
    told = stated(1, energy_wh=None, volume_dm3=None, index_start_dm3=None, index_end_dm3=None,
                  coefficient_e4=None, temperature_c100=640, quality=Quality.ABSENT)  # fmt: skip
    put(db, pce, stated(0), told, stated(2))
    rebuilt = reading(db, pce.id, 1)
    assert rebuilt["quality"] == Quality.RECONSTRUCTED
    assert (rebuilt["volume_dm3"], rebuilt["energy_wh"]) == (10_000, 108_000)
    assert (rebuilt["temperature_c100"], rebuilt["as_of"]) == (640, AS_OF)
    later = AS_OF + timedelta(days=1)
    put(db, pce, stated(2, index_start_dm3=5_000, index_end_dm3=15_000), as_of=later)
    back = reading(db, pce.id, 1)
    assert (back["quality"], back["volume_dm3"], back["temperature_c100"]) == (0, None, 640)


def test_a_rebuilt_day_that_no_longer_follows_is_removed(db):
    pce = make_pce(db)
    put(db, pce, stated(0), stated(2))
    put(
        db,
        pce,
        stated(2, index_start_dm3=5_000, index_end_dm3=15_000),
        as_of=AS_OF + timedelta(days=1),
    )
    assert reading(db, pce.id, 1) is None
    assert not differing_months(db, 0, last_pce(db))


def test_a_month_without_a_row_has_no_roll_up(db):
    pce = make_pce(db)
    october, december = on(11), on(42)
    assert (october, december) == (date(2026, 10, 31), date(2026, 12, 1))
    put(db, pce, stated(11), stated(42, index_start_dm3=120_000, index_end_dm3=130_000))
    months = [row["month"].month for row in rows(db, MonthlyConsumption, pce.id)]
    assert months == [10, 11, 12]  # nothing went through all November
    put(db, pce, stated(42), as_of=AS_OF + timedelta(days=1))
    months = [row["month"].month for row in rows(db, MonthlyConsumption, pce.id)]
    assert months == [10, 12]
    db.execute(delete(Reading).where(Reading.gas_day == december))
    assert [month for _, month in differing_months(db, 0, last_pce(db))] == [date(2026, 12, 1)]


def test_a_rebuilt_day_follows_the_days_around_it(db):
    pce = make_pce(db)
    bare = [stated(n, coefficient_e4=None) for n in (0, 2)]
    put(db, pce, *bare)
    assert reading(db, pce.id, 1)["energy_wh"] == 108_000
    put(db, pce, stated(0, coefficient_e4=112_000), as_of=AS_OF + timedelta(days=1))
    assert reading(db, pce.id, 1)["energy_wh"] == 112_000


def test_a_hole_feels_a_day_of_a_month_before(db):
    pce = make_pce(db)
    put(db, pce, stated(0, coefficient_e4=None, energy_wh=200_000))
    put(db, pce, stated(25, coefficient_e4=None), stated(27))
    assert reading(db, pce.id, 26)["energy_wh"] == 154_000


def test_a_still_month_closes_when_its_end_arrives_alone(db):
    pce = make_pce(db)
    put(db, pce, stated(0))
    put(db, pce, stated(32, index_start_dm3=10_000, index_end_dm3=20_000))
    assert [reading(db, pce.id, place)["volume_dm3"] for place in range(1, 32)] == [0] * 31


def test_a_meter_change_is_not_rebuilt_across(db):
    pce = make_pce(db)
    db.add(PceEventRow(pce_id=pce.id, day=on(1), kind=EventKind.METER, before="A", after="B"))
    db.flush()
    put(db, pce, stated(0), stated(2))
    assert reading(db, pce.id, 1) is None


def test_a_rollover_uses_the_digits_of_the_counter(db):
    pce = make_pce(db, meter_digits=5)
    put(
        db,
        pce,
        stated(0, volume_dm3=None, index_start_dm3=99_995_000, index_end_dm3=5_000, rollover=True),
    )
    row = reading(db, pce.id, 0)
    assert row["volume_dm3"] == 10_000
    assert row["flags"] == Flag.ROLLOVER | Flag.DEDUCED


def test_a_definitive_status_said_later_is_kept(db):
    pce = make_pce(db)
    put(db, pce, stated(0, status=Status.PROVISIONAL))
    outcome = put(db, pce, stated(0, status=Status.DEFINITIVE), as_of=AS_OF + timedelta(days=9))
    assert outcome.same == 1
    assert reading(db, pce.id, 0)["status"] == Status.DEFINITIVE
    assert rows(db, ReadingRevision, pce.id) == []


def test_the_last_day_with_a_value_is_kept(db):
    pce = make_pce(db)

    def until():
        db.flush()
        db.expire_all()
        return db.get(Pce, pce.id).data_until

    put(db, pce, absent(4))
    assert until() is None
    put(db, pce, stated(3), absent(5))
    assert until() == on(3)
    put(db, pce, stated(1))
    assert until() == on(3)


def test_days_at_the_ends_of_the_calendar_are_no_trouble(db):
    pce = make_pce(db)
    days = [date.min, date.max - timedelta(days=31)]
    put(db, pce, *(stated(0, gas_day=day, index_end_dm3=None) for day in days))
    assert len(rows(db, Reading, pce.id)) == 2


def test_a_pce_that_does_not_exist_is_not_found(db):
    with pytest.raises(NotFound):
        store(db, 12_345, delivery(stated(0)), as_of=AS_OF, now=NOW, provenance=FEED)


def test_an_empty_delivery_counts_nothing(db):
    pce = make_pce(db)
    assert put(db, pce) == StoreOutcome()


def period(kind=PeriodKind.MONTH, first=0, last=29, **values):
    return PeriodStatement(
        **{
            "kind": kind,
            "first_day": on(first),
            "last_day": on(last),
            "energy_wh": 900_000,
            "volume_dm3": 81_000,
            "index_start_dm3": None,
            "index_end_dm3": None,
            "coefficient_e4": None,
            "quality": Quality.MEASURED,
            "status": Status.UNKNOWN,
        }
        | values
    )


def test_periods_never_become_days(db):
    pce = make_pce(db)
    outcome = store(
        db,
        pce.id,
        delivery(periods=[period(), period(last=6)]),
        as_of=AS_OF,
        now=NOW,
        provenance=FEED,
    )
    assert outcome == StoreOutcome(energy_wh=1_800_000, volume_dm3=162_000, periods=2, new=2)
    assert rows(db, Reading, pce.id) == []
    months = rows(db, MonthlyConsumption, pce.id)
    assert [month["energy_wh"] for month in months] == [900_000]
    assert [month["days_prorated"] for month in months] == [7]  # the longer one has no more


def test_the_latest_statement_of_a_period_wins_in_either_order(db):
    pces = [make_pce(db), make_pce(db, "09999999910002")]
    told = [
        (period(), AS_OF),
        (period(energy_wh=910_000), AS_OF + timedelta(days=1)),
        (period(energy_wh=None, volume_dm3=None), AS_OF + timedelta(days=2)),
    ]
    for pce, order in zip(pces, (told, told[::-1]), strict=True):
        for statement, as_of in order:
            store(db, pce.id, delivery(periods=[statement]), as_of=as_of, now=NOW, provenance=FEED)
    assert everything(db, pces[0].id) == everything(db, pces[1].id)
    assert rows(db, ConsumptionPeriod, pces[0].id)[0]["energy_wh"] == 910_000


def test_periods_are_counted_new_changed_or_same(db):
    pce = make_pce(db)
    store(
        db,
        pce.id,
        delivery(periods=[period(), period(last=6)]),
        as_of=AS_OF,
        now=NOW,
        provenance=FEED,
    )
    told = [period(energy_wh=1), period(last=6), period(last=7), period(last=7)]
    later = AS_OF + timedelta(days=1)
    outcome = store(
        db, pce.id, delivery(stated(0), periods=told), as_of=later, now=NOW, provenance=FEED
    )
    assert (outcome.new, outcome.changed, outcome.same) == (2, 1, 2)
    assert (outcome.days, outcome.periods, outcome.energy_wh) == (1, 4, 108_000)


def test_a_roll_up_that_was_tampered_with_is_seen(db):
    pce = make_pce(db)
    put(db, pce, stated(0), stated(12))
    db.execute(update(MonthlyConsumption).values(energy_wh=MonthlyConsumption.energy_wh + 1))
    assert len(differing_months(db, 0, last_pce(db))) == 2


def left(db) -> tuple[list, list]:
    """What whoever judges readings is told of, since it was last seen to."""
    found = list(db.scalars(select(ReadingMark.first_day))), list(db.scalars(select(ReadingChange)))
    for model in (ReadingMark, ReadingChange):
        db.execute(delete(model))
    return found


def test_days_said_again_are_not_judged_again(db):
    pce = make_pce(db)
    put(db, pce, *(stated(n) for n in range(1, 6)))
    left(db)
    put(db, pce, *(stated(n) for n in range(1, 6)), as_of=AS_OF + timedelta(days=1))
    assert left(db) == ([], [])
    assert {row["as_of"] for row in rows(db, Reading, pce.id)} == {AS_OF + timedelta(days=1)}
    put(db, pce, stated(3), stated(4, energy_wh=90_000), as_of=AS_OF + timedelta(days=2))
    days, changes = left(db)
    assert (days, len(changes)) == ([on(4)], 1)
    assert not differing_months(db, 0, last_pce(db))
