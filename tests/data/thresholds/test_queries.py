"""What screens read of thresholds and episodes, and who may."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from core.access import Role
from core.errors import Forbidden, NotFound
from core.paging import RowBlock
from data.metering.pces.actions import set_tags
from data.notifications.types import Severity
from data.thresholds import actions, queries
from data.thresholds.types import (
    EpisodeState,
    LimitStep,
    ThresholdChange,
    ThresholdFilter,
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
    tell,
    viewer_on,
)
from tests.factories import PCE, make_grant, make_pce

OTHER = "09999999910002"
SET = on(0)


@pytest.fixture
def pces(db, people):
    one = make_pce(db, holder_id=1, alias="Gymnase Nord")
    two = make_pce(db, OTHER, holder_id=1, alias="École des Ormes")
    return one, two


@pytest.fixture
def key(db, pces):
    """A daily threshold on the first, set on the first day."""
    return actions.create(db, viewer_on(SET), draft(severity=Severity.URGENT), now=at(SET))


def test_a_list_names_its_sites_and_counts_its_episodes(db, pces, key, alice):
    monthly = draft(name="Écoles", period=ThresholdPeriod.MONTH, scope=ThresholdScope((PCE, OTHER)))
    actions.create(db, viewer_on(SET), monthly, now=at(SET))
    tell(db, pces[0].id, {on(1): 150})
    tell(db, pces[1].id, {on(n): 100 for n in range(9)})
    judge(db, at(on(9)))
    rows, total = queries.list_thresholds(db, alice)
    assert total == 2
    assert [(row.name, row.warned, row.exceeded) for row in rows] == [
        ("Chaufferie", 0, 1),
        ("Écoles", 1, 0),
    ]
    assert (rows[1].pces, rows[1].sites) == (2, ("École des Ormes", "Gymnase Nord"))
    assert (rows[0].severity, rows[0].mine, rows[0].organisation) == (Severity.URGENT, True, "")
    assert queries.list_thresholds(db, alice, block=RowBlock(1, 1))[0] == rows[1:]


def test_filters_and_counts(db, pces, key, alice, charlie):
    actions.create(db, alice, draft(name="Nuit", kind=ThresholdKind.LOW), now=NOW)
    tagged = actions.create(
        db, alice, draft(name="Sport", scope=ThresholdScope(tag="Sport")), now=NOW
    )
    actions.pause(db, alice, [tagged], now=NOW)
    tell(db, pces[0].id, {on(1): 150})
    judge(db)

    def names(**wanted):
        return [
            row.name for row in queries.list_thresholds(db, alice, ThresholdFilter(**wanted))[0]
        ]

    assert names(text="nuit") == ["Nuit"]
    assert names(text="gymnase nord") == ["Chaufferie", "Nuit"]
    assert names(text=PCE) == ["Chaufferie", "Nuit"]
    assert names(text="rien de tel") == []
    assert names(kind=ThresholdKind.LOW) == ["Nuit"]
    assert names(paused=True) == ["Sport"]
    assert names(open=True) == ["Chaufferie"]
    assert names(open=False) == ["Nuit", "Sport"]
    assert names(pce=PCE) == ["Chaufferie", "Nuit"]
    counts = queries.count_thresholds(db, alice)
    assert (counts.total, counts.paused, counts.open) == (3, 1, 1)
    assert counts.by_kind[ThresholdKind.FIXED] == 2
    assert counts.by_kind[ThresholdKind.MISSING] == 0
    actions.remove(db, alice, [key], now=NOW)
    assert names(removed=True) == ["Chaufferie"]
    counts = queries.count_thresholds(db, alice, ThresholdFilter(removed=True))
    assert (counts.total, counts.removed) == (2, 1)
    assert queries.count_thresholds(db, charlie).removed == 0
    assert "Chaufferie" not in names()


def test_an_episode_is_told_by_the_kind_of_its_day(db, pces, key, alice):
    tell(db, pces[0].id, {on(1): 150})
    judge(db)
    actions.change(db, alice, key, draft(kind=ThresholdKind.LOW), now=NOW)
    judge(db)
    assert queries.get_threshold(db, alice, key).row.kind is ThresholdKind.LOW
    (row,) = queries.list_episodes(db, alice).rows
    assert (row.first, row.kind) == (on(1), ThresholdKind.FIXED)
    assert queries.get_episode(db, alice, row.id).kind is ThresholdKind.FIXED


def test_one_threshold_whole_and_its_history(db, pces, key, alice):
    detail = queries.get_threshold(db, alice, key)
    assert (detail.draft, detail.version) == (draft(severity=Severity.URGENT), 1)
    later = draft(values_wh=(5,))
    actions.change(db, alice, key, later, version=1, now=NOW)
    actions.pause(db, alice, [key], now=NOW)
    rows = queries.list_threshold_history(db, alice, key)
    assert [row.change for row in rows] == [
        ThresholdChange.PAUSED,
        ThresholdChange.CHANGED,
        ThresholdChange.CREATED,
    ]
    assert (rows[1].before, rows[1].after) == (detail.draft, later)
    assert (rows[2].before, rows[2].who, rows[2].first) == (None, "Alice", SET)


def test_other_organisations_thresholds_stay_hidden(db, pces, key, alice, bob, charlie, dora):
    make_grant(db, pces[0], 2)
    tell(db, pces[0].id, {on(1): 150})
    judge(db)
    (episode,) = queries.list_episodes(db, alice).rows
    for viewer in (bob, charlie):
        assert queries.list_thresholds(db, viewer) == ([], 0)
        assert queries.list_episodes(db, viewer).rows == ()
        for ask in (queries.get_threshold, queries.list_threshold_history):
            with pytest.raises(NotFound):
                ask(db, viewer, key)
        with pytest.raises(NotFound):
            queries.get_episode(db, viewer, episode.id)
    assert queries.list_limit_lines(db, bob, PCE, on(0), on(9)) == ()
    assert queries.list_pce_episodes(db, bob, PCE, on(0), on(9)) == ()
    with pytest.raises(NotFound):
        queries.list_limit_lines(db, charlie, PCE, on(0), on(9))
    assert queries.load_episode_chips(db, charlie, [PCE]) == {}
    (row,), _total = queries.list_thresholds(db, dora)
    assert (row.organisation, row.mine) == ("Organisation de alice", False)
    assert queries.get_episode(db, dora, episode.id).pce == PCE
    for wrong in (0, 99, 2**40):
        with pytest.raises(NotFound):
            queries.get_episode(db, alice, wrong)
        with pytest.raises(NotFound):
            queries.get_threshold(db, alice, wrong)


def test_a_client_reads_and_may_not_change(db, pces, key, alice):
    client = replace(alice, role=Role.CLIENT)
    (row,), _total = queries.list_thresholds(db, client)
    assert not row.mine


def test_episodes_are_listed_open_first(db, pces, key, alice):
    actions.create(
        db,
        viewer_on(SET),
        draft(name="Mois", period=ThresholdPeriod.MONTH, scope=ThresholdScope((OTHER,))),
        now=at(SET),
    )
    tell(db, pces[0].id, {on(1): 150, on(2): 10, on(5): 160})
    tell(db, pces[1].id, {on(n): 100 for n in range(9)})
    judge(db, at(on(9)))

    def firsts(pce="", **wanted):
        return [row.first for row in queries.list_episodes(db, alice, pce, **wanted).rows]

    assert firsts() == [on(5), on(7), on(1)]
    assert firsts(closed=False) == [on(5), on(7)]
    assert firsts(OTHER) == [on(7)]
    assert firsts(size=1) == [on(5)]
    assert firsts(size=1, page=2) == [on(7)]
    assert firsts(size=1, page=9) == [on(1)]
    (month,) = queries.list_episodes(db, alice, OTHER).rows
    assert (month.expected_on, month.open, month.alias) == (None, True, "École des Ormes")
    (month,) = queries.list_episodes(db, replace(alice, today=on(9)), OTHER).rows
    assert month.expected_on == on(10)
    tell(db, pces[0].id, {on(5): 10}, as_of=NOW.date())
    judge(db, at(on(9)))
    assert firsts(PCE) == [on(1)]  # what was withdrawn does not stand


def test_a_chart_has_its_limits_and_its_episodes(db, pces, key, alice):
    actions.change(db, viewer_on(on(10)), key, draft(values_wh=(200 * KWH,)), now=at(on(10)))
    actions.create(db, alice, draft(kind=ThresholdKind.RELATIVE), now=NOW)
    tell(db, pces[0].id, {on(2): 150, on(4): 1, on(20): 1})
    judge(db)
    (line,) = queries.list_limit_lines(db, alice, PCE, on(-5), on(15))
    assert line.limits == (
        LimitStep(on(0), on(9), 100 * KWH),
        LimitStep(on(10), on(15), 200 * KWH),
    )
    assert [row.first for row in queries.list_pce_episodes(db, alice, PCE, on(3), on(9))] == [on(2)]
    assert queries.list_pce_episodes(db, alice, PCE, on(5), on(9)) == ()


def test_home_tells_what_is_open_else_for_how_long_none_was(db, pces, alice):
    assert queries.get_home_episodes(db, alice).days_without is None
    viewer = viewer_on(SET)
    actions.create(db, viewer, draft(), now=at(SET))
    home = queries.get_home_episodes(db, alice)
    assert (home.rows, home.thresholds, home.days_without) == ((), 1, (alice.today - SET).days)
    tell(db, pces[0].id, {on(2): 150})
    judge(db)
    home = queries.get_home_episodes(db, alice)
    assert (home.awake, home.snoozed, home.days_without) == ((1, 0, 0), 0, None)
    assert home.rows[0].state is EpisodeState.EXCEEDED
    actions.snooze(db, alice, home.rows[0].id, alice.today + timedelta(days=7), now=NOW)
    home = queries.get_home_episodes(db, alice)
    assert (home.rows, home.awake, home.snoozed, home.days_without) == ((), (0, 0, 0), 1, 0)
    tell(db, pces[0].id, {on(5): 10})
    judge(db)
    assert queries.count_days_without_exceedance(db, alice) == (alice.today - on(5)).days


def test_home_counts_silences_apart_and_what_was_seen_as_done(db, pces, alice):
    actions.create(db, viewer_on(SET), draft(), now=at(SET))
    silence = draft(
        kind=ThresholdKind.MISSING, name="Silence", delay=1, scope=ThresholdScope((OTHER,))
    )
    actions.create(db, viewer_on(SET), silence, now=at(SET))
    tell(db, pces[0].id, {on(2): 150})
    tell(db, pces[1].id, {on(0): 10})
    judge(db)
    home = queries.get_home_episodes(db, alice)
    assert (home.awake, home.seen, home.to_do, home.open) == ((1, 1, 0), (0, 0, 0), (1, 1, 0), 2)
    assert home.late == 1  # one stale PCE of two is told of by an alert
    for row in home.rows:
        actions.acknowledge(db, alice, row.id, now=NOW)
    home = queries.get_home_episodes(db, alice)
    assert (home.rows, home.to_do, home.seen, home.late) == ((), (0, 0, 0), (1, 1, 0), 0)
    assert (home.awake, home.open) == ((1, 1, 0), 2)


def test_to_have_seen_a_warning_says_nothing_of_the_exceedance(db, pces, alice):
    actions.create(db, viewer_on(SET), draft(period=ThresholdPeriod.MONTH), now=at(SET))
    tell(db, pces[0].id, {on(1): 850})
    judge(db, at(on(9)))
    (row,) = queries.get_home_episodes(db, alice).rows
    actions.acknowledge(db, alice, row.id, now=NOW)
    assert not any(queries.get_home_episodes(db, alice).to_do)
    tell(db, pces[0].id, {on(2): 200})
    judge(db, at(on(9)))
    (again,) = queries.get_home_episodes(db, alice).rows
    assert (again.id, again.acknowledged_at, again.acknowledged_by) == (row.id, None, "")


def test_a_row_brings_its_latest_figure(db, pces, alice):
    actions.create(db, viewer_on(SET), draft(period=ThresholdPeriod.MONTH), now=at(SET))
    tell(db, pces[0].id, {on(place): 400 for place in range(4)})
    judge(db)
    (row,) = queries.get_home_episodes(db, alice).rows
    assert (row.exceeded_on, row.value_wh) == (on(2), 1200 * KWH)
    assert (row.last, row.last_wh, row.last_limit_wh) == (on(3), 1600 * KWH, 1000 * KWH)


def test_chips_tell_the_worst(db, pces, key, alice):
    actions.create(db, viewer_on(SET), draft(name="Tôt", warn_at=50), now=at(SET))
    tell(db, pces[0].id, {on(2): 150})
    judge(db)
    found = queries.load_episode_chips(db, alice, [PCE, OTHER, "inconnu"])
    assert list(found) == [PCE]
    assert (found[PCE].state, found[PCE].open) == (EpisodeState.EXCEEDED, 2)
    assert found[PCE].severity is Severity.URGENT


def test_people_are_those_of_the_organisation(db, people, alice):
    assert queries.list_notifiable_people(db, alice) == ((1, "Alice", "alice@tilleuls.example"),)


def test_a_scope_names_what_it_holds(db, pces, alice, charlie):
    set_tags(db, alice, [OTHER], add=["Sport"], now=NOW)
    both = queries.load_scope_members(db, alice, ThresholdScope((PCE, "0 9999999910002"), "Sport"))
    assert set(both) == {PCE, OTHER}
    assert list(queries.load_scope_members(db, alice, ThresholdScope(tag="Sport"))) == [OTHER]
    assert queries.load_scope_members(db, alice, ThresholdScope(tag="Rien")) == {}
    assert queries.load_scope_members(db, charlie, ThresholdScope((PCE,))) == {}


def test_what_a_pce_has_already_is_found_by_kind_and_period(db, pces, alice, charlie):
    key = actions.create(db, alice, draft(), now=NOW)
    found = queries.find_similar_thresholds(db, alice, draft(values_wh=(7,)), [PCE, OTHER])
    assert {pce: (one.id, one.name) for pce, one in found.items()} == {PCE: (key, "Chaufferie")}
    assert queries.find_similar_thresholds(db, alice, draft(), [PCE], but=key) == {}
    assert (
        queries.find_similar_thresholds(db, alice, draft(period=ThresholdPeriod.MONTH), [PCE]) == {}
    )
    assert queries.find_similar_thresholds(db, charlie, draft(), [PCE]) == {}
    actions.remove(db, alice, [key], now=NOW)
    assert queries.find_similar_thresholds(db, alice, draft(), [PCE]) == {}


@pytest.fixture
def history_(db, pces):
    """Three years, ten times the month's number a day; May 2026 doubled."""
    first, last = date(2023, 10, 1), date(2026, 11, 20)
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    tell(
        db,
        pces[0].id,
        [
            stated(day, 10 * day.month * (2 if (day.year, day.month) == (2026, 5) else 1))
            for day in days
        ],
    )


def test_a_back_test_replays_the_real_rules(db, history_, alice):
    values = tuple(n * 330 * KWH for n in range(1, 13))
    found = queries.get_back_test(
        db, alice, draft(period=ThresholdPeriod.MONTH, values_wh=values), PCE
    )
    assert (found.first, found.last) == (date(2023, 12, 1), date(2026, 11, 20))
    assert [
        exceedance.exceeded_on for exceedance in found.exceedances if exceedance.exceeded_on
    ] == [date(2026, 5, 17)]
    assert (found.exceeded, found.warned) == (1, 1)  # the others stay at 94 % of theirs
    assert len(found.bars) == 36
    assert (found.bars[0].energy_wh, found.bars[0].limit_wh) == (3720 * KWH, 3960 * KWH)
    assert (found.bars[-1].current, found.alias) == (True, "Gymnase Nord")
    assert len(queries.get_back_test(db, alice, draft(), PCE).bars) == 92
    assert len(queries.get_back_test(db, alice, draft(period=ThresholdPeriod.YEAR), PCE).bars) == 4


def test_a_back_test_of_a_year_before_and_of_nothing(db, history_, alice):
    relative = draft(
        kind=ThresholdKind.RELATIVE, period=ThresholdPeriod.MONTH, percent=50, warn_at=None
    )
    found = queries.get_back_test(db, alice, relative, PCE)
    assert [exceedance.exceeded_on for exceedance in found.exceedances] == [date(2026, 5, 7)]
    assert {bar.limit_wh for bar in found.bars} == {None}
    empty = queries.get_back_test(db, alice, draft(), OTHER)
    assert (empty.exceedances, empty.exceeded) == ((), 0)
    wrong = queries.get_back_test(db, alice, draft(values_wh=()), PCE)
    assert (wrong.exceedances, wrong.bars) == ((), ())


def test_a_back_test_stays_within_what_may_be_read(db, pces, history_, bob):
    make_grant(db, pces[0], 2, first_day=date(2026, 6, 1), last_day=date(2026, 8, 31))
    found = queries.get_back_test(
        db, bob, draft(period=ThresholdPeriod.MONTH, values_wh=(1,) * 12), PCE
    )
    assert found.last == date(2026, 8, 31)
    assert [exceedance.first for exceedance in found.exceedances] == [
        date(2026, month, 1) for month in (6, 7, 8)
    ]
    with pytest.raises(NotFound):
        queries.get_back_test(db, bob, draft(), OTHER)


def test_a_back_test_leaves_out_what_is_before_days_that_may_not_be_read(db, pces, history_, bob):
    hole = f"d{date(2026, 6, 1)}/{date(2026, 6, 30)}"
    make_grant(db, pces[0], 2, first_day=date(2026, 5, 1), last_day=date(2026, 8, 31), holes=hole)
    found = queries.get_back_test(
        db, bob, draft(period=ThresholdPeriod.MONTH, values_wh=(1,) * 12), PCE
    )
    assert [exceedance.first for exceedance in found.exceedances] == [
        date(2026, month, 1) for month in (7, 8)
    ]


def test_values_are_proposed(db, history_, alice):
    found = queries.get_proposal(db, alice, ThresholdKind.FIXED, ThresholdPeriod.MONTH, PCE)
    assert len(found.values_wh) == 12
    assert found.values_wh[0] == 340 * KWH
    assert queries.get_proposal(
        db, alice, ThresholdKind.LOW, ThresholdPeriod.DAY, PCE
    ).values_wh == (0,)
    assert (
        queries.get_proposal(db, alice, ThresholdKind.MISSING, ThresholdPeriod.DAY, PCE).values_wh
        == ()
    )


def test_a_plan_leaves_out_those_that_have_one_and_those_without_a_history(
    db, history_, pces, alice, charlie
):
    monthly = draft(period=ThresholdPeriod.MONTH)
    both = ThresholdScope((PCE, OTHER))
    found = queries.get_group_plan(db, alice, monthly, both)
    assert ([row.number for row in found.rows], found.existing_count, found.short) == ([PCE], 0, 1)
    assert len(found.rows[0].values_wh) == 12
    actions.create(db, alice, monthly, now=NOW)
    left = queries.get_group_plan(db, alice, monthly, both)
    assert (left.rows, left.existing_count, left.short) == ((), 1, 1)
    again = queries.get_group_plan(db, alice, monthly, both, again=True)
    assert (again.rows, again.existing_count) == (found.rows, 0)
    with pytest.raises(NotFound):
        queries.get_group_plan(db, charlie, monthly, both)
    with pytest.raises(Forbidden):
        queries.get_group_plan(db, replace(alice, role=Role.CLIENT), monthly, both)


def test_a_group_is_tried_whole_or_on_a_sample(db, history_, pces, alice, monkeypatch):
    one = draft(values_wh=(90 * KWH,))
    alone = queries.get_back_test(db, alice, one, PCE)
    group = queries.get_group_test(db, alice, one, [PCE, OTHER], own=False)
    assert (group.pces, group.tried, group.alerted) == (2, 2, 1)
    assert group.exceeded == alone.exceeded > 0
    assert group.least_wh == group.most_wh == alone.last_year_wh
    own = queries.get_group_test(db, alice, one, [PCE, OTHER], own=True)
    plan = queries.get_group_plan(db, alice, one, ThresholdScope((PCE,)))
    assert own.exceeded == queries.get_plan_test(db, alice, one, plan).exceeded
    monkeypatch.setattr("data.thresholds.queries.groups.SAMPLE", 1)
    sample = queries.get_group_test(db, alice, one, [PCE, OTHER], own=False)
    assert (sample.pces, sample.tried) == (2, 1)
