"""The rules alone: points, spells, versions, reconciliation, silence, pace."""

from datetime import date, timedelta

import pytest

from data.metering.consumption.types import Quality, Status
from data.metering.pces.types import Frequency
from data.thresholds.rules.amounts import Unclear, wh_of
from data.thresholds.rules.checks import problems_in
from data.thresholds.rules.evaluated_days import period_end, period_start
from data.thresholds.rules.evaluation import (
    evaluate_segments,
    first_day_to_evaluate,
    first_reading_day,
    segments_in_force,
)
from data.thresholds.rules.evaluators import (
    EVALUATORS,
    Prefilter,
    evaluator_of,
    floors_of,
    next_period,
)
from data.thresholds.rules.lines import limits_in, line_of
from data.thresholds.rules.pace import expected_on, over_percent
from data.thresholds.rules.proposals import propose, propose_return_margin
from data.thresholds.rules.reconcile import EpisodeNotice, StoredEpisode, reconcile
from data.thresholds.rules.serializer import packed, unpacked
from data.thresholds.rules.silence import known_at_worst, silent_since
from data.thresholds.types import (
    Ending,
    EpisodeState,
    Exceedance,
    LimitStep,
    Proposal,
    ReturnMargin,
    ThresholdKind,
    ThresholdPeriod,
    ThresholdScope,
    Version,
    WeekLimits,
)
from tests.data.thresholds.making import KWH, draft, on

EVER = [(date.min, date.max)]
LATER = date(2027, 1, 1)
START = on(0)
FIXED, RELATIVE, LOW, MISSING, WEATHER = ThresholdKind
DAY, MONTH, YEAR = ThresholdPeriod


def days(values: dict, quality=Quality.MEASURED, status=Status.DEFINITIVE):
    return [(day, kwh * KWH, int(quality), int(status)) for day, kwh in sorted(values.items())]


def run(values, *versions, until=None, today=LATER, begin=None, spans=EVER):
    told = days(values) if isinstance(values, dict) else values
    segments = segments_in_force(list(versions), spans)
    last = until or (told[-1][0] if told else None)
    return evaluate_segments(told, segments, until=last, today=today, begin=begin)


def version(first=START, active=True, **values) -> Version:
    return Version(first, draft(**values), active)


def shape(exceedances):
    return [(s.first, s.warned_on, s.exceeded_on, s.ended_on, s.ending) for s in exceedances]


def test_exactly_the_limit_is_not_over():
    assert [s.exceeded_on for s in run({on(1): 100}, version())] == [None]
    assert [s.exceeded_on for s in run({on(1): 101}, version())] == [on(1)]


def test_warned_from_the_share_on_and_quietly_over():
    found = run({on(1): 79, on(2): 80, on(3): 76, on(4): 77, on(5): 70}, version())
    assert shape(found) == [(on(2), on(2), None, on(3), Ending.CLEARED)]


def test_without_a_warning_only_the_limit_counts():
    assert run({on(1): 99}, version(warn_at=None)) == []


def test_a_flapping_series_is_one_spell():
    values = {on(n): 101 if n % 2 else 97 for n in range(1, 20)} | {on(20): 94}
    (exceedance,) = run(values, version())
    assert (exceedance.first, exceedance.exceeded_on, exceedance.ended_on) == (on(1), on(1), on(20))
    assert (exceedance.excess_wh, exceedance.peak_wh, exceedance.last) == (
        10 * KWH,
        101 * KWH,
        on(19),
    )


def test_after_a_spell_a_warning_waits_for_a_value_under_its_level():
    found = run({on(1): 120, on(2): 90, on(3): 90, on(4): 50, on(5): 90}, version())
    assert [s.first for s in found] == [on(1), on(5)]
    again = run({on(1): 120, on(2): 90, on(3): 120}, version())
    assert [s.exceeded_on for s in again] == [on(1), on(3)]


def test_n_days_over_must_follow_each_other_as_published():
    three = version(consecutive=3, warn_at=None)
    assert run({on(1): 120, on(2): 120, on(3): 90, on(4): 120}, three) == []
    (exceedance,) = run({on(1): 120, on(3): 130, on(7): 120, on(8): 99}, three)
    assert (exceedance.first, exceedance.exceeded_on, exceedance.excess_wh) == (
        on(1),
        on(7),
        70 * KWH,
    )
    (warned,) = run({on(1): 85, on(2): 120, on(3): 120, on(4): 120}, version(consecutive=3))
    assert (warned.first, warned.warned_on, warned.exceeded_on) == (on(1), on(1), on(4))


def test_a_month_is_a_running_total_that_begins_anew():
    values = {date(2026, 10, 1) + timedelta(days=n): 100 for n in range(45)}
    found = run(values, version(period=MONTH))
    assert shape(found) == [
        (on(7), on(7), on(10), date(2026, 10, 31), Ending.PERIOD),
        (date(2026, 11, 8), date(2026, 11, 8), date(2026, 11, 11), None, None),
    ]
    assert found[0].excess_wh == 2100 * KWH
    assert found[0].state is EpisodeState.NORMAL


def test_a_month_is_over_only_once_a_later_day_is_published():
    values = {on(n): 100 for n in range(31)}
    assert run(values, version(period=MONTH))[0].ended_on is None
    assert run(values, version(period=MONTH), until=date(2026, 11, 1))[0].ended_on == on(30)


def test_a_year_and_its_own_limit():
    values = {date(2026, 12, 20) + timedelta(days=n): 1000 for n in range(20)}
    found = run(values, version(period=YEAR, first=date(2026, 1, 1)))
    assert [s.exceeded_on for s in found] == [date(2026, 12, 30), None]
    assert found[0].ended_on == date(2026, 12, 31)


def test_relative_counts_only_days_of_both_years_and_no_leap_day():
    first, leap = date(2024, 2, 20), date(2024, 2, 29)
    before = {first.replace(year=2023) + timedelta(days=n): 100 for n in range(9)}
    now = {first + timedelta(days=n): 105 for n in range(9)} | {leap: 9000}
    month = version(first=date(2024, 1, 1), kind=RELATIVE, period=MONTH, percent=10)
    assert [s.exceeded_on for s in run(before | now, month)] == [None]
    harder = version(first=date(2024, 1, 1), kind=RELATIVE, period=MONTH, percent=4, warn_at=None)
    (exceedance,) = run(before | now, harder)
    assert (exceedance.exceeded_on, exceedance.value_wh, exceedance.limit_wh) == (
        date(2024, 2, 26), 735 * KWH, 728 * KWH,
    )  # fmt: skip


def test_relative_by_day_and_a_year_ago_of_nothing():
    day = version(kind=RELATIVE, percent=50)
    before = {on(n) - timedelta(days=365): 100 for n in range(5)} | {on(5) - timedelta(days=365): 0}
    found = run(before | {on(1): 120, on(2): 151, on(3): 100, on(5): 900}, day)
    assert shape(found) == [(on(1), on(1), on(2), on(3), Ending.CLEARED)]


def test_low_is_measured_and_ends_above():
    low = version(kind=LOW, values_wh=(10 * KWH,), hysteresis=10)
    (exceedance,) = run({on(1): 11, on(2): 10, on(3): 4, on(4): 11, on(5): 12}, low)
    assert (exceedance.first, exceedance.ended_on, exceedance.peak_wh, exceedance.peak_on) == (
        on(2), on(5), 4 * KWH, on(3),
    )  # fmt: skip
    assert (exceedance.warned_on, exceedance.excess_wh) == (None, 0)
    assert run(days({on(1): 0}, quality=Quality.ESTIMATED), version(kind=LOW)) == []
    assert evaluator_of(draft(kind=LOW, values_wh=())).prefilter is Prefilter.DAY_BELOW


def test_days_are_judged_by_the_version_of_their_day():
    versions = [version(), version(first=on(5), values_wh=(200 * KWH,)),
                version(first=on(5), values_wh=(300 * KWH,))]  # fmt: skip
    found = run({on(1): 150, on(6): 250, on(7): 301}, *versions)
    assert shape(found) == [
        (on(1), None, on(1), on(6), Ending.CLEARED),
        (on(7), None, on(7), None, None),
    ]


def test_a_change_of_kind_stops_what_is_open():
    found = run({on(1): 150, on(9): 0}, version(), version(first=on(5), kind=LOW))
    assert shape(found)[0][3:] == (on(4), Ending.STOPPED)
    assert [s.first for s in found] == [on(1), on(9)]


def test_paused_and_invalid_days_are_not_judged():
    paused = [version(), version(first=on(3), active=False), version(first=on(6))]
    found = run({on(1): 150, on(4): 150, on(7): 150}, *paused)
    assert [(s.first, s.ended_on) for s in found] == [(on(1), on(2)), (on(7), None)]
    valid = version(valid_from=on(3), valid_to=on(4))
    assert [s.first for s in run({on(1): 150, on(3): 150, on(5): 150}, valid)] == [on(3)]
    assert run({on(1): 150}, version(), spans=[(on(2), on(3))]) == []
    assert run({on(1): 150}, version(first=on(1)), spans=[(on(-3), on(0))]) == []


@pytest.mark.parametrize("kind", [FIXED, RELATIVE, LOW])
def test_each_version_judges_its_own_days_only(kind):
    versions = [version(kind=kind, percent=-90), version(on(5), kind=kind, percent=-90)]
    values = {on(n): n % 2 * 150 for n in range(10)}
    before = {day - timedelta(days=365): 100 for day in values}
    found = run(values | before, *versions, spans=[(on(0), on(7))])
    assert {s.first for s in found} <= {on(n) for n in range(8)}
    assert found


def test_a_total_stopped_within_its_month_does_not_end_with_it():
    values = {on(n): 100 for n in range(40)}
    stopped = [version(period=MONTH), version(first=on(20), period=MONTH, active=False)]
    (exceedance,) = run(values, *stopped)
    assert (exceedance.ended_on, exceedance.ending) == (on(19), Ending.STOPPED)


def test_the_days_before_the_threshold_count_in_its_total():
    values = {on(n): 100 for n in range(15)}
    (exceedance,) = run(values, version(first=on(12), period=MONTH))
    assert (exceedance.first, exceedance.value_wh) == (on(12), 1300 * KWH)


def test_a_replay_from_a_period_finds_what_the_whole_finds():
    values = {on(n): 100 for n in range(90)}
    segments = segments_in_force([version(period=MONTH)], EVER)
    begin = first_day_to_evaluate(segments, on(50))
    assert begin == date(2026, 11, 1)
    whole, part = (
        run(values, version(period=MONTH)),
        run(values, version(period=MONTH), begin=begin),
    )
    assert part == [s for s in whole if s.first >= begin]
    assert first_reading_day(segments, begin) == begin - 2 * timedelta(days=366)  # usual years
    assert first_day_to_evaluate(segments_in_force([version()], EVER), on(50)) is None
    assert first_day_to_evaluate([], on(3)) is None
    past = segments_in_force([version(period=MONTH), version(first=on(40), period=MONTH)], EVER)
    late = date(2026, 12, 1)
    assert evaluate_segments(days(values), past, until=on(89), today=LATER, begin=late) == [
        s for s in run(values, *[version(period=MONTH)]) if s.first >= late
    ]
    assert first_reading_day(past, late) == late - 2 * timedelta(days=366)
    relative = segments_in_force([version(kind=RELATIVE, period=MONTH)], EVER)
    assert first_reading_day(relative, begin) < date(2025, 11, 2)


def test_provisional_is_that_of_the_day_that_tells():
    (exceedance,) = run(days({on(1): 150}, status=Status.PROVISIONAL), version())
    assert exceedance.provisional


def test_floors_are_the_least_that_may_change_something():
    assert floors_of(draft()) == {0: 80 * KWH}
    assert floors_of(draft(warn_at=None)) == {0: 100 * KWH}
    assert floors_of(draft(period=MONTH))[12] == 800 * KWH
    assert floors_of(draft(kind=LOW)) == {0: 0}
    assert floors_of(draft(kind=LOW, values_wh=())) == {0: 0}
    assert floors_of(draft(kind=RELATIVE)) == {}
    assert floors_of(draft(kind=MISSING)) == {}
    missing = EVALUATORS[MISSING, DAY]
    assert list(missing.evaluate_days([], draft(kind=MISSING), on(0), on(1))) == []


def test_periods():
    assert period_start(YEAR, on(3)) == date(2026, 1, 1)
    assert period_end(YEAR, on(3)) == date(2026, 12, 31)
    assert (period_start(DAY, on(3)), period_end(DAY, on(3))) == (on(3), on(3))
    assert next_period(DAY, on(3)) == on(4)
    assert next_period(MONTH, on(3)) == date(2026, 11, 1)
    assert next_period(YEAR, on(3)) == date(2027, 1, 1)


def exceedance(first=1, exceeded=None, ended=None, ending=Ending.CLEARED, **values) -> Exceedance:
    return Exceedance(
        **{
            "first": on(first),
            "warned_on": on(first),
            "exceeded_on": None if exceeded is None else on(exceeded),
            "value_wh": 90,
            "limit_wh": 100,
            "peak_wh": 90,
            "peak_on": on(first),
            "excess_wh": 0,
            "last": on(first),
            "ended_on": None if ended is None else on(ended),
            "ending": None if ended is None else ending,
        }
        | values
    )


def kept(key, one: Exceedance, turn=0) -> StoredEpisode:
    return StoredEpisode(key, one.state, one, turn)


def steps(before, after):
    return [
        (step.episode.id if step.episode else None, step.state.value, step.turn, step.transitions)
        for step in reconcile(before, after)
    ]


NEW = [
    (exceedance(), "warned", (EpisodeNotice.WARNED,)),
    (exceedance(ended=3), "normal", ()),
    (exceedance(exceeded=2), "exceeded", (EpisodeNotice.EXCEEDED,)),
    (exceedance(exceeded=2, ended=3), "normal", (EpisodeNotice.EXCEEDED, EpisodeNotice.NORMAL)),
    (exceedance(exceeded=2, ended=3, ending=Ending.STOPPED), "normal", (EpisodeNotice.EXCEEDED,)),
]


@pytest.mark.parametrize(("one", "state", "told"), NEW)
def test_what_is_new_is_told(one, state, told):
    assert steps([], [one]) == [(None, state, 0, told)]


MOVED = [
    (exceedance(), exceedance(), []),
    (exceedance(), exceedance(peak_wh=95), [(7, "warned", 0, ())]),
    (exceedance(), exceedance(exceeded=2), [(7, "exceeded", 0, (EpisodeNotice.EXCEEDED,))]),
    (exceedance(), exceedance(ended=4), [(7, "normal", 0, ())]),
    (
        exceedance(exceeded=2),
        exceedance(exceeded=2, ended=4),
        [(7, "normal", 0, (EpisodeNotice.NORMAL,))],
    ),
    (
        exceedance(),
        exceedance(exceeded=2, ended=4),
        [(7, "normal", 0, (EpisodeNotice.EXCEEDED, EpisodeNotice.NORMAL))],
    ),
    (exceedance(exceeded=2), exceedance(first=0, exceeded=2), [(7, "exceeded", 0, ())]),
    (
        exceedance(exceeded=2, ended=4),
        exceedance(exceeded=2, ended=5),
        [(7, "normal", 0, ())],
    ),
    (
        exceedance(exceeded=2, ended=4),
        exceedance(exceeded=2),
        [(7, "exceeded", 1, (EpisodeNotice.EXCEEDED,))],
    ),
    (
        exceedance(exceeded=2),
        exceedance(),
        [(7, "withdrawn", 0, (EpisodeNotice.WITHDRAWN,)), (None, "warned", 0, ())],
    ),
]


@pytest.mark.parametrize(("before", "after", "expected"), MOVED)
def test_what_moved_tells_only_what_is_new(before, after, expected):
    assert steps([kept(7, before)], [after]) == expected


def test_what_vanished_is_withdrawn_and_told_if_it_had_exceeded():
    assert steps([kept(7, exceedance(exceeded=2))], []) == [
        (7, "withdrawn", 0, (EpisodeNotice.WITHDRAWN,))
    ]
    assert steps([kept(7, exceedance())], []) == [(7, "withdrawn", 0, ())]


def test_two_that_become_one_are_not_told_again():
    before = [kept(7, exceedance(exceeded=1, ended=3)), kept(8, exceedance(first=5, exceeded=5))]
    after = [exceedance(exceeded=1)]
    assert steps(before, after) == [(8, "withdrawn", 0, ()), (7, "exceeded", 1, ())]


def test_one_that_becomes_two():
    after = [exceedance(exceeded=1, ended=3), exceedance(first=5, exceeded=5)]
    assert steps([kept(7, exceedance(exceeded=1))], after) == [
        (7, "normal", 0, (EpisodeNotice.NORMAL,)),
        (None, "exceeded", 0, (EpisodeNotice.EXCEEDED,)),
    ]


def test_the_same_first_day_goes_before_a_mere_touch():
    before = [kept(7, exceedance(exceeded=1, ended=9)), kept(8, exceedance(first=9, exceeded=9))]
    after = [exceedance(first=9, exceeded=9)]
    assert steps(before, after) == [(7, "withdrawn", 0, ())]


def test_silence():
    today = date(2026, 11, 24)
    assert known_at_worst(Frequency.DAILY, 3, today) == date(2026, 11, 17)
    assert silent_since(None, on(3)) == on(3)
    assert silent_since(on(7), on(3)) == on(8)
    assert silent_since(on(1), on(3)) == on(2)


def running(place, value, limit=1000, **values) -> Exceedance:
    """A warned month of 30 days, its total known up to day *place*."""
    latest = {"last": on(place), "last_wh": value, "last_limit_wh": limit}
    return exceedance(period=MONTH, **latest | values)


def test_pace():
    today = on(20)
    assert expected_on(running(19, 800), FIXED, today) == on(25)
    assert expected_on(running(19, 800), FIXED, on(25)) == on(25)
    assert expected_on(running(19, 800), FIXED, on(26)) is None  # past, whatever came of it
    assert expected_on(running(22, 810), FIXED, today) == on(28)  # slower since it was warned
    assert expected_on(running(19, 800, peak_wh=800, last_wh=None), FIXED, today) is None
    old = running(19, None, peak_wh=800, peak_on=on(19), limit_wh=1000)
    assert expected_on(old, FIXED, today) == on(25)
    assert expected_on(exceedance(period=DAY), FIXED, today) is None
    assert expected_on(running(19, 800, exceeded_on=on(2)), FIXED, today) is None
    assert expected_on(running(19, 800, ended_on=on(2)), FIXED, today) is None
    assert expected_on(running(29, 801), FIXED, today) is None
    assert expected_on(running(19, 0), FIXED, today) is None
    assert expected_on(running(19, 1, limit=10**18), FIXED, today) is None
    assert expected_on(running(19, 1001), FIXED, today) is None
    assert over_percent(46_991, 44_200) == pytest.approx(6.3144796)
    assert (over_percent(90, 100), over_percent(5, 0)) == (-10, None)


def test_a_limit_that_rises_with_last_year_has_no_day_at_which_it_is_passed():
    """At 81 % of it day after day, a total never reaches 130 % of the same days a year before."""
    values = {on(place): 32 for place in range(20)}
    values |= {day.replace(year=2025): 30 for day in values}
    (found,) = run(values, version(kind=RELATIVE, period=MONTH, percent=30), today=on(20))
    assert (found.warned_on, found.exceeded_on, found.ended_on) == (on(6), None, None)
    assert expected_on(found, FIXED, on(20)) is not None
    assert expected_on(found, RELATIVE, on(20)) is None


def test_the_line_of_a_threshold():
    values = tuple(range(1000, 13_000, 1000))
    monthly = draft(period=MONTH, values_wh=values)
    assert list(limits_in(monthly, on(20), date(2026, 11, 5))) == [
        LimitStep(on(20), date(2026, 10, 31), 10_000),
        LimitStep(date(2026, 11, 1), date(2026, 11, 5), 11_000),
    ]
    assert list(limits_in(draft(kind=RELATIVE), on(0), on(9))) == []
    three = [version(), version(first=on(3)), version(first=on(6), values_wh=(5,))]
    two = segments_in_force([*three, version(first=on(20))], EVER)
    assert line_of(two, on(1), on(8)) == (
        LimitStep(on(1), on(5), 100 * KWH),
        LimitStep(on(6), on(8), 5),
    )


WRONG = [
    ({"scope": ThresholdScope(tag="x" * 41)}, "scope"),
    ({"name": "x" * 81}, "name"),
    ({"name": " "}, "name"),
    ({"period": MONTH, "values_wh": (1,)}, "values"),
    ({"values_wh": ()}, "values"),
    ({"values_wh": (-1,)}, "values"),
    ({"kind": RELATIVE, "values_wh": (), "percent": 900}, "percent"),
    ({"kind": LOW, "period": MONTH, "values_wh": (0,)}, "period"),
    ({"week": WeekLimits(-1)}, "week"),
    ({"week": WeekLimits(None, 1, (7,))}, "week"),
    ({"week": WeekLimits(1), "period": YEAR}, "week"),
    ({"delay": 400}, "delay"),
    ({"warn_at": 0}, "warn_at"),
    ({"hysteresis": 51}, "hysteresis"),
    ({"consecutive": 0}, "consecutive"),
    ({"consecutive": 2, "period": MONTH, "values_wh": (1,) * 12}, "consecutive"),
    ({"valid_from": on(2), "valid_to": on(1)}, "valid_to"),
    ({"recipients": draft().recipients * 51}, "recipients"),
    ({"scope": ThresholdScope()}, "scope"),
    ({"scope": ThresholdScope(("x",) * 5001)}, "scope"),
]


@pytest.mark.parametrize(("values", "field"), WRONG)
def test_each_problem_is_said_of_its_field(values, field):
    assert [said[0] for said in problems_in(draft(**values))] == [field]


def test_good_drafts_have_no_problem_and_survive_being_kept():
    for kind, period in EVALUATORS:
        percent = 8 if kind is WEATHER else 0
        scope = ThresholdScope(("1",), "Sport")
        one = draft(
            kind, period, valid_from=on(1), valid_to=on(2), percent=percent, scope=scope, window=14
        )
        assert problems_in(one) == ()
        assert unpacked(packed(one)) == one
    assert unpacked(packed(draft())) == draft()


def three_years(kwh=lambda day: 10 * day.month):
    first = date(2023, 11, 1)
    return days({first + timedelta(days=n): kwh(first + timedelta(days=n)) for n in range(1100)})


def test_months_are_proposed_from_the_median_of_three_years():
    found = propose(MONTH, three_years(), date(2026, 11, 24))
    assert found.years == 3
    assert found.values_wh[0] == 340 * KWH  # 334.8 rounded up
    assert (found.margin, found.first) == (8, date(2023, 11, 1))


def test_a_year_and_a_day_are_proposed():
    (year,) = propose(YEAR, three_years(), date(2026, 11, 24)).values_wh
    assert year % (500 * KWH) == 0
    assert year > 23_000 * KWH
    found = propose(DAY, three_years(), date(2026, 11, 24))
    assert found.margin == 25
    assert found.values_wh == (150 * KWH,)


def test_week_ends_and_closed_days_have_limits_of_their_own():
    week = WeekLimits(40 * KWH, 10 * KWH, (0,))  # closed on Mondays
    friday, saturday, monday, tuesday, armistice = on(1), on(2), on(4), on(5), on(41)
    values = {friday: 90, saturday: 50, monday: 11, tuesday: 60, armistice: 12}
    found = run(values, version(week=week, warn_at=None))
    assert [(s.exceeded_on, s.ended_on, s.limit_wh // KWH) for s in found] == [
        (saturday, tuesday, 40), (armistice, None, 10),
    ]  # fmt: skip
    assert found[0].excess_wh == (10 + 1) * KWH
    assert floors_of(draft(week=week)) == {0: 8 * KWH}
    assert [step.limit_wh // KWH for step in limits_in(draft(week=week), friday, tuesday)] == [
        100, 40, 10, 100,
    ]  # fmt: skip
    assert unpacked(packed(draft(week=week))) == draft(week=week)


def test_the_return_margin_that_stops_flips_is_proposed():
    flips = days({on(place): (101, 94)[place % 2] for place in range(60)})

    def replay(draft):
        segments = segments_in_force([Version(on(0), draft)], [(on(0), on(59))])
        return evaluate_segments(flips, segments, until=on(59), today=on(59))

    draft = version(values_wh=(100 * KWH,)).draft
    assert propose_return_margin(draft, replay) == ReturnMargin(8, 0, 5, 29)
    steady = version(values_wh=(200 * KWH,)).draft
    assert propose_return_margin(steady, replay) == ReturnMargin(5, 0, 5, 0)
    flips = days({on(place): 101 if place == 5 else 99 for place in range(60)})
    assert propose_return_margin(draft, replay) == ReturnMargin(0, 0, 5, 0)  # 5 would never clear


def test_little_history_proposes_little():
    nothing = Proposal((), 0, 8, None, None)
    assert propose(MONTH, [], on(0)) == nothing
    assert propose(YEAR, [], on(0)) == nothing
    assert propose(DAY, days({on(1): 3}), on(9)).values_wh == ()
    spring = [day for day in three_years() if day[0] < date(2024, 3, 1)]
    found = propose(MONTH, spring, date(2026, 11, 24))
    assert found.years == 1
    assert all(value > 0 for value in found.values_wh)
    assert propose(YEAR, spring, date(2026, 11, 24)).values_wh == ()
    year = [day for day in three_years() if day[0] < date(2024, 10, 1)]
    assert len(propose(YEAR, year, date(2026, 11, 24)).values_wh) == 1
    silent = propose(MONTH, three_years(lambda _day: 0), date(2026, 11, 24))
    assert silent.values_wh == (0,) * 12


@pytest.mark.parametrize(
    ("typed", "wh"),
    [
        ("1234", 1_234_000),
        (" 1 234,5 ", 1_234_500),
        ("1 234 567", 1_234_567_000),
        ("1\u202f234,25", 1_234_250),
        ("1,234", 1234),
        ("12.5", 12_500),
        ("0.125", 125),
        ("1.2345", 1234),
        ("\u22123", -3000),
    ],
)
def test_kwh_are_typed_as_in_french(typed, wh):
    assert wh_of(typed) == wh


@pytest.mark.parametrize("typed", ["1.234", "12.500", "1234.567"])
def test_a_point_and_three_digits_are_read_in_two_ways(typed):
    with pytest.raises(Unclear) as found:
        wh_of(typed)
    whole, _point, rest = typed.partition(".")
    said = found.value.message.format(**found.value.params)
    assert f"{whole}{rest} ou {whole},{rest}" in said


@pytest.mark.parametrize(
    "typed", ["1e9", "", "x", "1.234,5", "1,2,3", "12 34", "1.234.567", "٣", "9" * 16]
)
def test_what_is_no_number_of_kwh(typed):
    with pytest.raises(Unclear, match="kWh"):
        wh_of(typed)
