"""Limits over the bars of a chart, and the view where an episode stands."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from core.access import Role
from core.errors import NotFound
from data.metering.consumption.rules.view import read_view
from data.metering.consumption.types import Preset, SeriesStep, Unit, View
from data.thresholds import actions
from data.thresholds.models import Threshold
from data.thresholds.queries.chart_series import load_limits_series
from data.thresholds.rules.chart import MOST, are_drawn, view_at, with_ceilings
from data.thresholds.types import LimitLine, LimitStep, ThresholdKind, ThresholdPeriod
from tests.components.consumption.conftest import make_series
from tests.components.notifications.made import an_episode
from tests.conftest import TODAY
from tests.data.thresholds import making
from tests.factories import PCE, make_pce, make_people, make_user

LAST = date(2026, 12, 31)


def a_line(*limits, **values):
    facts = {
        "threshold_id": 1,
        "name": "Chauffage",
        "kind": ThresholdKind.FIXED,
        "period": ThresholdPeriod.MONTH,
        "severity": 2,
    }
    return LimitLine(**facts | values, limits=limits)


def always(limit, **values):
    return a_line(LimitStep(date(2025, 1, 1), LAST, limit), **values)


def test_each_bar_has_the_limit_of_its_last_day():
    may = date(2026, 5, 10)
    line = a_line(
        LimitStep(date(2026, 3, 1), may, 100), LimitStep(date(2026, 5, 11), date(2026, 8, 31), 200)
    )
    (ceiling,) = with_ceilings(make_series(), [line]).ceilings
    assert ceiling.values == (*[None] * 4, 100, 100, *[200] * 4, None, None, None)


def test_only_fixed_limits_of_the_bars_own_period_are_drawn():
    lines = [
        always(1, period=ThresholdPeriod.DAY),
        always(2, kind=ThresholdKind.LOW),
        always(3, period=ThresholdPeriod.YEAR),
    ]
    assert with_ceilings(make_series(), lines).ceilings == ()
    assert [step for step in SeriesStep if not are_drawn(step)] == [SeriesStep.WEEK]


def test_a_line_outside_the_bars_is_not_drawn():
    old = a_line(LimitStep(date(2020, 1, 1), date(2020, 12, 31), 5))
    assert with_ceilings(make_series(), [old]).ceilings == ()


def test_the_lowest_comes_first_and_no_more_than_a_chart_can_bear():
    lines = [always(limit, name=str(limit)) for limit in (400, 100, 300, 200)]
    names = [one.name for one in with_ceilings(make_series(), lines).ceilings]
    assert names == ["100", "200", "300"][:MOST]


def test_in_cubic_metres_a_limit_follows_the_coefficient_of_its_bar():
    series = make_series((3, {"coefficient_e4": 100_000}), (4, {"coefficient_e4": None}))
    series = replace(series, view=replace(series.view, unit=Unit.M3))
    (ceiling,) = with_ceilings(series, [always(1_110_000)]).ceilings
    assert ceiling.values[3] == 111_000
    assert ceiling.values[4] == 100_000  # that of the year
    bare = replace(
        series,
        year=None,
        total=None,
        buckets=tuple(replace(bar, coefficient_e4=None) for bar in series.buckets),
    )
    assert with_ceilings(bare, [always(1_110_000)]).ceilings == ()


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (
            {
                "period": ThresholdPeriod.DAY,
                "first": date(2026, 3, 23),
                "ended_on": date(2026, 3, 25),
            },
            View(
                preset=Preset.FREE,
                first=date(2026, 3, 1),
                last=date(2026, 3, 31),
                step=SeriesStep.DAY,
            ),
        ),
        (
            {
                "period": ThresholdPeriod.DAY,
                "first": date(2026, 3, 2),
                "ended_on": date(2026, 4, 3),
            },
            View(
                preset=Preset.FREE,
                first=date(2026, 2, 1),
                last=date(2026, 4, 3),
                step=SeriesStep.DAY,
            ),
        ),
        (
            {"period": ThresholdPeriod.DAY, "first": date(2026, 3, 23)},
            View(
                preset=Preset.FREE,
                first=date(2026, 3, 1),
                last=date(2026, 5, 31),
                step=SeriesStep.DAY,
            ),
        ),
        ({"first": date(2025, 11, 8)}, View(preset=Preset.MONTHS12)),
        ({"first": date(2024, 11, 8)}, View(preset=Preset.YEARS3)),
        (
            {"first": date(2020, 11, 8)},
            View(preset=Preset.FREE, first=date(2020, 5, 1), last=date(2021, 5, 31)),
        ),
        (
            {"period": ThresholdPeriod.YEAR, "first": date(2025, 6, 1)},
            View(preset=Preset.YEARS3, step=SeriesStep.YEAR),
        ),
        (
            {"period": ThresholdPeriod.YEAR, "first": date(2020, 6, 1)},
            View(preset=Preset.FREE, first=date(2020, 6, 1), last=TODAY, step=SeriesStep.YEAR),
        ),
    ],
)
def test_an_episode_is_shown_among_its_bars(values, expected):
    found = view_at(View(pce=PCE, unit=Unit.M3), an_episode(**values), TODAY)
    assert found == replace(expected, pce=PCE, unit=Unit.M3, episode=12)


@pytest.fixture
def watched(db, people):
    pce = make_pce(db, holder_id=1)
    start = making.on(0)
    actions.create(db, making.viewer_on(start), making.draft(), now=making.at(start))
    making.tell(db, pce.id, {making.on(1): 50, making.on(2): 140})
    pce.data_until = making.on(2)
    making.judge(db)
    db.flush()


DAYS = {"pce": PCE, "from": "2026-10-01", "to": "2026-10-20"}


def test_a_chart_has_its_limits_and_episodes(db, watched, alice):
    series, episodes = load_limits_series(db, alice, read_view(DAYS, alice.today))
    assert [row.first for row in episodes] == [making.on(2)]
    assert {value for one in series.ceilings for value in one.values} == {100_000}
    by_week, episodes = load_limits_series(
        db, alice, read_view(DAYS | {"step": "week"}, alice.today)
    )
    assert by_week.ceilings == ()
    assert len(episodes) == 1


def test_the_buttons_of_an_episode_are_those_of_who_looks(database, alice):
    """What is kept between two requests is kept for one person."""
    with database.transaction() as db:
        make_people(db)
        pce = make_pce(db, holder_id=1)
        other = make_user(db, organisation_id=1, email="adele@tilleuls.example")
        told = replace(alice, role=Role.CLIENT)
        untold = replace(told, user_id=other.id)
        actions.create(db, making.viewer_on(making.on(0)), making.draft(), now=making.NOW)
        making.tell(db, pce.id, {making.on(2): 150})
        making.judge(db)
    view = read_view(DAYS, alice.today)
    found = []
    for viewer in (told, untold, told):
        with database.reading() as db:
            _series, (episode,) = load_limits_series(db, viewer, view)
        found.append(episode.answerable)
    assert found == [True, False, True]


def test_others_see_neither(db, watched, alice, charlie, dora):
    with pytest.raises(NotFound):
        load_limits_series(db, charlie, read_view(DAYS, alice.today))
    series, episodes = load_limits_series(db, dora, read_view(DAYS, alice.today))
    assert (series.ceilings, episodes) == ((), ())
    assert db.scalar(select(Threshold.organisation_id)) == 1


def test_a_limit_of_energy_is_not_drawn_over_euros():
    shown = make_series()
    line = a_line(LimitStep(date(2026, 3, 1), date(2026, 8, 31), 100))
    in_euros = replace(shown, view=replace(shown.view, unit=Unit.EUR))
    assert with_ceilings(in_euros, [line]).ceilings == ()
