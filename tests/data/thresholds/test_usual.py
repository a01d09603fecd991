"""Alerts of months and years: none of what is over under its limit, none at the usual pace."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from data.metering.consumption.models import Reading
from data.thresholds import actions
from data.thresholds.rules.evaluated_days import period_end
from data.thresholds.rules.evaluation import evaluate_segments, segments_in_force
from data.thresholds.rules.pace import estimated
from data.thresholds.rules.usual import UsualShares, is_ahead
from data.thresholds.types import Ending, EpisodeState, ThresholdPeriod, Version
from tests.data.thresholds.making import KWH, at, draft, on, stories, tell, told, viewer_on
from tests.data.thresholds.making import judge as evaluate

EVER = [(date.min, date.max)]
BEGIN = date(2024, 1, 1)
DAY = timedelta(days=1)
COLD = (310, 260, 220, 120, 40, 10, 5, 5, 20, 90, 150, 130)  # kWh a day, by month


def days_of(levels, last, factor=1.0, since=date(2026, 1, 1)):
    """A day a date from BEGIN to *last*, by month; times *factor* from *since* on."""
    count = (last - BEGIN).days + 1
    dates = [BEGIN + n * DAY for n in range(count)]
    return [
        (day, int(levels[day.month - 1] * KWH * (factor if day >= since else 1)), 3, 2)
        for day in dates
    ]


def run(days, today, *, period=ThresholdPeriod.YEAR, **values):
    segments = segments_in_force([Version(date(2026, 1, 1), draft(period=period, **values))], EVER)
    return evaluate_segments(days, segments, until=days[-1][0], today=today)


def year_of(days, year):
    return sum(wh for day, wh, *_rest in days if day.year == year)


def test_a_year_at_its_usual_pace_is_not_warned_of():
    """82 % of an annual limit on 28 November, where a usual year has 90 % by then."""
    last = date(2026, 11, 28)
    days = days_of(COLD, last)
    limit = round(year_of(days, 2026) / 0.82)
    assert year_of(days, 2025) < limit
    assert run(days, last + DAY, values_wh=(limit,)) == []
    (warned,) = run(days_of(COLD, last, 1.15), last + DAY, values_wh=(limit,))
    assert warned.state is EpisodeState.WARNED


def test_a_month_that_ends_under_its_limit_is_not_told_to_exceed_it_soon():
    """October, 7.5 % under: it stood « bientôt dépassé » for as long as no later day came."""
    last = date(2026, 10, 31)
    days = [(day, wh * (3 if day.day < 20 else 1), *rest) for day, wh, *rest in days_of(COLD, last)]
    october = sum(wh for day, wh, *_rest in days if day >= date(2026, 10, 1))
    limits = (round(october / 0.925),) * 12
    found = run(days, date(2026, 11, 2), period=ThresholdPeriod.MONTH, values_wh=limits)
    assert not [one for one in found if one.ended_on is None]


def test_a_warning_of_a_month_that_is_over_ends_though_days_lack():
    days = days_of(COLD, date(2026, 10, 27), 2.0, date(2026, 10, 1))
    limits = (5500 * KWH,) * 12
    *_before, open_ = run(days, date(2026, 10, 30), period=ThresholdPeriod.MONTH, values_wh=limits)
    assert (open_.state, open_.ended_on) == (EpisodeState.WARNED, None)
    *_before, over = run(days, date(2026, 11, 1), period=ThresholdPeriod.MONTH, values_wh=limits)
    assert (over.ended_on, over.ending) == (date(2026, 10, 31), Ending.PERIOD)


levels = st.lists(st.integers(0, 400), min_size=12, max_size=12)


@given(
    levels,
    st.floats(0.3, 3),
    st.integers(0, 400),
    st.sampled_from([ThresholdPeriod.MONTH, ThresholdPeriod.YEAR]),
    st.integers(1, 120_000),
    st.integers(0, 60),
)
def test_what_is_open_and_only_warned_is_of_a_period_that_may_still_exceed(
    levels, factor, place, period, limit, late
):
    last = date(2026, 1, 1) + place * DAY
    days = days_of(levels, last, factor)
    today = last + DAY * (1 + late)
    values = (limit * KWH,) * (12 if period is ThresholdPeriod.MONTH else 1)
    for exceedance in run(days, today, period=period, values_wh=values):
        if exceedance.state is not EpisodeState.WARNED:
            continue
        end = period_end(period, exceedance.first)
        assert end >= today
        assert end > last
        share = UsualShares(days, period, exceedance.last).on(exceedance.last)
        assert is_ahead(exceedance.last_wh * 100, exceedance.last_limit_wh * 95, share)


@given(
    levels, st.integers(1, 120_000), st.sampled_from([ThresholdPeriod.MONTH, ThresholdPeriod.YEAR])
)
def test_the_same_year_again_is_warned_of_only_where_it_reaches_the_limit(levels, limit, period):
    days = [one for one in days_of(levels, date(2026, 12, 31)) if one[0].year > 2024]  # leap
    values = (limit * KWH,) * (12 if period is ThresholdPeriod.MONTH else 1)
    for found in run(days, date(2027, 1, 5), period=period, values_wh=values):
        inside = [wh for day, wh, *_rest in days if day.year == 2026 and
                  (period is ThresholdPeriod.YEAR or day.month == found.first.month)]  # fmt: skip
        assert sum(inside) >= limit * KWH


def test_the_usual_share_is_of_the_years_before_that_are_known():
    days = days_of(COLD, date(2026, 6, 30))
    share = UsualShares(days, ThresholdPeriod.YEAR, date(2026, 6, 30)).on(date(2026, 6, 30))
    half = sum(COLD[n] * (31, 28, 31, 30, 31, 30)[n] for n in range(6))
    assert share[1] == year_of(days, 2024) + year_of(days, 2025)
    assert share[0] == (2 * half + COLD[1]) * KWH  # 2024 had a 29 February
    some = [one for one in days if one[0] >= date(2025, 3, 1)]  # no year is known enough
    assert UsualShares(some, ThresholdPeriod.YEAR, date(2026, 6, 30)).on(date(2026, 6, 30)) is None
    assert UsualShares(some, ThresholdPeriod.YEAR, date(2026, 6, 30)).on(date(2026, 12, 31)) == (
        1,
        1,
    )
    assert UsualShares([], ThresholdPeriod.MONTH, date(2026, 6, 1)).on(date(2026, 6, 15)) == (
        15,
        30,
    )
    late = [(date(2025, 6, n), KWH, 3, 2) for n in range(4, 31)]  # 27 of 30
    assert UsualShares(late, ThresholdPeriod.MONTH, date(2026, 6, 1)).on(date(2026, 6, 3)) == (
        0,
        27 * KWH,
    )
    assert is_ahead(1, 100, None)


def test_the_end_is_estimated_as_usual():
    last = date(2026, 11, 28)
    days = days_of(COLD, last, 1.3)
    (exceedance,) = run(days, last + DAY, values_wh=(round(year_of(days, 2026) / 0.9),))
    share = UsualShares(days, ThresholdPeriod.YEAR, last).on(last)
    assert estimated(exceedance, share) == exceedance.last_wh * share[1] // share[0]
    assert estimated(exceedance, None) > exceedance.last_wh
    assert estimated(exceedance, (0, 5)) == estimated(exceedance, None)


def test_a_warning_is_judged_again_once_its_month_is_over(db, pce):
    """Nothing came since: what stands ends by the calendar alone."""
    month = draft(period=ThresholdPeriod.MONTH)
    actions.create(db, viewer_on(on(0)), month, now=at(on(0)))
    tell(db, pce.id, {on(n): 100 for n in range(1, 9)})
    evaluate(db, at(on(9)))
    assert stories(db) == [(EpisodeState.WARNED, on(8), None, None)]
    evaluate(db, at(on(30)))
    assert stories(db) == [(EpisodeState.WARNED, on(8), None, None)]
    evaluate(db, at(date(2026, 11, 1)))
    assert stories(db) == [(EpisodeState.NORMAL, on(8), None, date(2026, 10, 31))]
    tell(db, pce.id, {on(n): 100 for n in range(9, 20)})  # late, and it exceeded
    evaluate(db, at(date(2026, 11, 3)))
    assert stories(db) == [(EpisodeState.EXCEEDED, on(8), on(11), None)]
    assert told(db) == ["threshold_warned", "threshold_exceeded"]


def test_a_warning_of_before_the_rule_is_withdrawn_the_next_morning(db, pce):
    """It stands behind its usual share, and no reading has come since."""
    actions.create(db, viewer_on(on(0)), draft(period=ThresholdPeriod.MONTH), now=at(on(0)))
    tell(db, pce.id, {on(n): 100 for n in range(1, 9)})
    evaluate(db, at(on(9)))
    days = Reading.pce_id == pce.id
    db.execute(update(Reading).where(days).values(energy_wh=10 * KWH))  # nothing marks it
    evaluate(db, at(on(10)))
    assert stories(db) == []
