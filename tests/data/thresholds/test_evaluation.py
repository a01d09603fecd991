"""The engine on both databases: what changed is found, judged, kept and told once."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from core.errors import Conflict
from data.metering.consumption.models import ReadingMark
from data.metering.consumption.types import Quality, Status
from data.metering.pces.actions import assign_holder, set_tags
from data.thresholds import actions
from data.thresholds.actions.episode_writer import EpisodeStep, write
from data.thresholds.actions.evaluation_loader import WatchedPce
from data.thresholds.models import Episode, ThresholdMember
from data.thresholds.queries import get_back_test
from data.thresholds.queries.versions import read_exceedance
from data.thresholds.rules.evaluators import (
    EVALUATORS,
    KindEvaluator,
    Prefilter,
    compare_with_limit,
)
from data.thresholds.rules.reconcile import ReconcileStep, StoredEpisode
from data.thresholds.types import (
    Ending,
    EpisodeState,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
)
from tests.data.thresholds.making import (
    KWH,
    NOW,
    at,
    draft,
    judge,
    on,
    stated,
    stories,
    tell,
    told,
    viewer_on,
)
from tests.factories import PCE, make_grant, make_pce, make_people

WARNED, EXCEEDED, NORMAL = EpisodeState.WARNED, EpisodeState.EXCEEDED, EpisodeState.NORMAL
SET = on(0)  # the thresholds of these tests are set on that day


def set_up(db, **values):
    return actions.create(db, viewer_on(SET), draft(**values), now=at(SET))


def test_an_exceedance_is_told_once_and_its_end_once(db, pce):
    set_up(db)
    tell(db, pce.id, {on(1): 50, on(2): 101, on(3): 97})
    assert judge(db) == (1, 1)
    assert stories(db) == [(EXCEEDED, on(2), on(2), None)]
    assert judge(db) == (0, 0)
    tell(db, pce.id, {on(4): 95})
    judge(db)
    assert stories(db) == [(NORMAL, on(2), on(2), on(4))]
    assert told(db) == ["threshold_exceeded", "threshold_normal"]


def test_nothing_is_left_to_judge(db, pce):
    set_up(db)
    tell(db, pce.id, {on(1): 150})
    assert db.scalar(select(ReadingMark.first_day)) == on(1)
    judge(db)
    assert db.scalar(select(ReadingMark.pce_id)) is None


def test_a_warning_rises_to_an_exceedance(db, pce):
    set_up(db, period=ThresholdPeriod.MONTH, values_wh=(1000_000,) * 12)
    tell(db, pce.id, {on(n): 100 for n in range(1, 9)})
    judge(db, at(on(9)))
    assert stories(db) == [(WARNED, on(8), None, None)]
    tell(db, pce.id, {on(n): 101 for n in range(9, 12)})
    judge(db, at(on(12)))
    assert stories(db) == [(EXCEEDED, on(8), on(10), None)]
    assert told(db) == ["threshold_warned", "threshold_exceeded"]
    row = db.scalars(select(Episode)).one()
    assert (row.excess_wh, row.peak_wh, row.peak_on) == (103_000, 1_103_000, on(11))


def test_a_month_ends_when_a_day_of_the_next_is_published(db, pce):
    set_up(db, period=ThresholdPeriod.MONTH)
    tell(db, pce.id, {on(n): 100 for n in range(12)})
    judge(db)
    tell(db, pce.id, {date(2026, 11, 1): 10})
    judge(db)
    assert stories(db) == [(NORMAL, on(7), on(10), date(2026, 10, 31))]
    assert db.scalars(select(Episode.ending)).one() is Ending.PERIOD


def test_a_correction_withdraws_what_was_told(db, pce):
    set_up(db)
    tell(db, pce.id, {on(2): 150})
    judge(db)
    tell(db, pce.id, {on(2): 50}, as_of=date(2026, 11, 21))
    judge(db)
    assert stories(db) == []
    assert told(db) == ["threshold_exceeded", "threshold_withdrawn"]


def test_a_correction_of_the_correction_is_told_again(db, pce):
    set_up(db)
    for turn, kwh in enumerate([150, 50, 150]):
        tell(db, pce.id, {on(2): kwh}, as_of=date(2026, 11, 20 + turn))
        judge(db)
    assert stories(db) == [(EXCEEDED, on(2), on(2), None)]
    assert told(db) == ["threshold_exceeded", "threshold_withdrawn", "threshold_exceeded"]


def test_late_data_say_when_they_were_learnt(db, pce):
    set_up(db)
    tell(db, pce.id, {on(2): 150})
    judge(db)
    assert db.scalars(select(Episode.learnt_on)).one() == NOW.date()
    tell(db, pce.id, {NOW.date() - timedelta(days=3): 150, on(3): 1})
    judge(db)
    assert db.scalars(select(Episode.learnt_on).order_by(Episode.id)).all() == [NOW.date(), None]


def test_the_days_before_the_threshold_are_not_judged(db, pce):
    tell(db, pce.id, {on(-2): 500})
    set_up(db)
    tell(db, pce.id, {on(-1): 500, on(1): 20})
    judge(db)
    assert stories(db) == []


def test_the_days_before_count_in_the_month(db, pce):
    day = on(12)
    tell(db, pce.id, {on(n): 100 for n in range(12)})
    actions.create(db, viewer_on(day), draft(period=ThresholdPeriod.MONTH), now=at(day))
    judge(db)
    assert stories(db) == []
    tell(db, pce.id, {day: 1})
    judge(db)
    assert stories(db) == [(EXCEEDED, day, day, None)]


def test_past_days_keep_the_limit_of_their_day(db, pce):
    key = set_up(db)
    later = on(10)
    actions.change(db, viewer_on(later), key, draft(values_wh=(300_000,)), now=at(later))
    tell(db, pce.id, {on(5): 200, on(6): 20, on(11): 200})
    judge(db)
    assert stories(db) == [(NORMAL, on(5), on(5), on(6))]


def test_pausing_ends_what_is_open_untold(db, pce):
    key = set_up(db)
    tell(db, pce.id, {on(2): 150})
    judge(db)
    actions.pause(db, viewer_on(on(5)), [key], now=at(on(5)))
    judge(db)
    assert stories(db) == [(NORMAL, on(2), on(2), on(4))]
    assert told(db) == ["threshold_exceeded"]
    actions.resume(db, viewer_on(on(8)), [key], now=at(on(8)))
    tell(db, pce.id, {on(6): 150, on(9): 150})
    judge(db)
    assert stories(db)[1:] == [(EXCEEDED, on(9), on(9), None)]


def test_a_removed_threshold_judges_nothing(db, pce):
    key = set_up(db)
    tell(db, pce.id, {on(2): 150})
    judge(db)
    actions.remove(db, viewer_on(on(5)), [key], now=at(on(5)))
    judge(db)
    tell(db, pce.id, {on(3): 10, on(7): 500})
    judge(db)
    assert stories(db) == [(NORMAL, on(2), on(2), on(4))]


def test_a_restored_threshold_judges_from_that_day_on(db, pce):
    key = set_up(db)
    actions.remove(db, viewer_on(on(5)), [key], now=at(on(5)))
    tell(db, pce.id, {on(6): 150})
    judge(db)
    assert stories(db) == []
    actions.restore(db, viewer_on(on(8)), [key], now=at(on(8)))
    tell(db, pce.id, {on(7): 150, on(9): 150})
    judge(db)
    assert stories(db) == [(EXCEEDED, on(9), on(9), None)]


def test_validity_bounds_the_days_judged(db, pce):
    set_up(db, valid_from=on(3), valid_to=on(5))
    tell(db, pce.id, {on(2): 150, on(4): 150, on(7): 150})
    judge(db, at(on(5)))
    assert stories(db) == [(EXCEEDED, on(4), on(4), None)]
    judge(db)
    assert stories(db) == [(NORMAL, on(4), on(4), on(5))]


def test_a_pce_that_gets_the_tag_later_is_watched_from_then(db, pce):
    set_up(db, scope=ThresholdScope(tag="Sport"))
    judge(db, at(SET))
    joined = on(5)
    set_tags(db, viewer_on(joined), [PCE], add=["Sport"], now=NOW)
    judge(db, at(joined))
    tell(db, pce.id, {on(3): 150, on(4): 20, on(6): 150})
    judge(db)
    assert stories(db) == [(EXCEEDED, on(6), on(6), None)]
    set_tags(db, viewer_on(on(9)), [PCE], remove=["Sport"], now=NOW)
    judge(db, at(on(9)))
    assert stories(db) == [(NORMAL, on(6), on(6), on(8))]
    assert db.scalars(select(ThresholdMember.until)).one() == on(8)


def test_a_grant_bounds_the_days_judged(db, pce, bob):
    make_grant(db, pce, 2, first_day=on(3), last_day=on(6))
    actions.create(db, replace(bob, today=SET), draft(recipients=()), now=at(SET))
    tell(db, pce.id, {on(2): 150, on(4): 150, on(8): 10})
    judge(db)
    assert stories(db) == [(NORMAL, on(4), on(4), on(6))]
    assert db.scalars(select(Episode.ending)).one() is Ending.STOPPED


@pytest.mark.parametrize(
    ("days", "judged"),
    [
        ({"first_day": on(1), "last_day": on(6), "whole_from": on(4)}, [on(4)]),
        ({"first_day": date.max, "last_day": date.min}, []),
    ],
    ids=["days apart: the last run", "no day at all"],
)
def test_only_days_that_may_be_read_are_judged(db, pce, bob, days, judged):
    make_grant(db, pce, 2, holes=f"d{on(2)}/{on(3)}", **days)
    actions.create(db, replace(bob, today=SET), draft(recipients=()), now=at(SET))
    tell(db, pce.id, {on(2): 150, on(3): 10, on(4): 150, on(5): 10})
    judge(db)
    assert [first for _state, first, *_ in stories(db)] == judged


def test_losing_the_pce_stops_what_is_open_and_keeps_it(db, pce, dora):
    set_up(db)
    tell(db, pce.id, {on(2): 150})
    judge(db)
    assign_holder(db, dora, [PCE], "3", now=NOW)
    judge(db)
    assert stories(db) == [(NORMAL, on(2), on(2), NOW.date() - timedelta(days=1))]
    assert told(db) == ["threshold_exceeded"]


def test_a_measured_zero_is_low_and_an_absent_day_never(db, pce):
    set_up(db, kind=ThresholdKind.LOW)
    days = [stated(on(1), None), stated(on(2), 0, quality=Quality.ESTIMATED), stated(on(3), 5)]
    tell(db, pce.id, days)
    judge(db)
    assert stories(db) == []
    tell(db, pce.id, {on(4): 0, on(5): 3})
    judge(db)
    assert stories(db) == [(NORMAL, on(4), on(4), on(5))]


def test_relative_to_the_same_days_a_year_before(db, pce):
    set_up(db, kind=ThresholdKind.RELATIVE, period=ThresholdPeriod.MONTH, percent=10)
    year = timedelta(days=365)
    tell(db, pce.id, {on(n) - year: 100 for n in range(1, 12) if n != 4})
    tell(db, pce.id, {on(n): 112 for n in range(1, 8)} | {on(4): 5000})
    judge(db)
    assert stories(db) == []  # six days published in both years tell nothing yet
    tell(db, pce.id, {on(8): 112, on(9): 112})
    judge(db)
    ((state, _first, exceeded, _ended),) = stories(db)
    assert (state, exceeded) == (EXCEEDED, on(8))


def test_a_kind_that_comes_later_is_a_function_and_a_line(db, pce, monkeypatch):
    """Nothing of the engine, of the notices nor of the back-test knows which kind it judges."""

    def corrected(days, draft, first, last):
        """Half the limit on the days of a mild week, as a correction by the weather might say."""
        for day in days:
            if first <= day[0] <= last:
                mild = on(4) <= day[0] <= on(10)
                yield compare_with_limit(draft, day, day[1], 50 * KWH if mild else 100 * KWH, None)

    line = (ThresholdKind.RELATIVE, ThresholdPeriod.DAY)
    monkeypatch.setitem(EVALUATORS, line, KindEvaluator(corrected, Prefilter.ALWAYS))
    set_up(db, kind=line[0], period=line[1], warn_at=None)
    tell(db, pce.id, {on(1): 60, on(3): 101, on(5): 60, on(11): 60})
    judge(db)
    assert stories(db) == [(NORMAL, on(3), on(3), on(11))]
    tell(db, pce.id, {on(3): 60}, as_of=date(2026, 11, 21))
    judge(db)
    assert stories(db) == [(NORMAL, on(5), on(5), on(11))]
    trial = get_back_test(db, viewer_on(on(12)), draft(kind=line[0], period=line[1]), PCE)
    assert [(one.first, one.ended_on) for one in trial.exceedances] == [(on(5), on(11))]


def test_consecutive_published_days_are_needed(db, pce):
    set_up(db, consecutive=3, warn_at=None)
    tell(db, pce.id, [stated(on(1), 150), stated(on(2), None), stated(on(3), 150)])
    judge(db)
    assert stories(db) == []
    tell(db, pce.id, {on(4): 150})
    judge(db)
    assert stories(db) == [(EXCEEDED, on(1), on(4), None)]
    assert db.scalars(select(Episode.excess_wh)).one() == 150_000


def test_silence_is_told_after_its_delay_and_its_end_too(db, pce):
    set_up(db, kind=ThresholdKind.MISSING, delay=2)
    tell(db, pce.id, {on(1): 10})
    judge(db, at(on(7)))  # expected by on(5), two days of delay
    assert stories(db) == []
    judge(db, at(on(8)))
    assert stories(db) == [(EXCEEDED, on(2), on(2), None)]
    assert judge(db, at(on(9))) == (0, 0)
    tell(db, pce.id, {on(3): 10, on(4): 10, on(5): 10})
    judge(db, at(on(9)))
    assert stories(db) == [(NORMAL, on(2), on(2), on(3))]
    assert told(db) == ["data_missing", "data_back"]


def test_a_gap_inside_the_data_is_no_silence(db, pce):
    set_up(db, kind=ThresholdKind.MISSING, delay=0)
    tell(db, pce.id, {on(1): 10, on(9): 10})
    judge(db, at(on(12)))
    assert stories(db) == []


def test_provisional_is_said(db, pce):
    set_up(db)
    tell(db, pce.id, [stated(on(2), 150, status=Status.PROVISIONAL)])
    judge(db)
    assert db.scalars(select(Episode.provisional)).one()


def test_two_evaluations_of_the_same_change_write_once(database):
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, holder_id=1)
        set_up(db)
        tell(db, pce.id, {on(2): 150})
        judge(db)
        row = db.scalars(select(Episode)).one()
        exceedance = read_exceedance(row)
        stale = StoredEpisode(row.id, EpisodeState.WARNED, exceedance)
        site = WatchedPce(row.threshold_id, 1, pce.id, PCE, "", pce.frequency, None, None)
        case = EpisodeStep(site, draft(), ReconcileStep(stale, exceedance, EpisodeState.NORMAL))
        with pytest.raises(Conflict):
            write(db, [case], NOW)
