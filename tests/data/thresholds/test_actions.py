"""Setting thresholds and acting upon episodes: who may, what is kept, what is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from core.access import Role
from core.errors import Conflict, Forbidden, Invalid, NotFound
from data.identity.audit.models import AuditEvent
from data.notifications.types import Grouping
from data.thresholds import actions, queries
from data.thresholds.models import Episode, Threshold, ThresholdFloor, ThresholdMember
from data.thresholds.rules.evaluators import Prefilter
from data.thresholds.types import EpisodeState, ThresholdKind, ThresholdPeriod, ThresholdScope
from tests.data.thresholds.making import (
    KWH,
    NOW,
    at,
    draft,
    judge,
    on,
    stories,
    tell,
    viewer_on,
)
from tests.factories import PCE, make_pce, make_user

OTHER = "09999999910002"
SET = on(0)


@pytest.fixture
def episode(db, pce):
    """One exceedance, open; its id."""
    actions.create(db, viewer_on(SET), draft(), now=at(SET))
    tell(db, pce.id, {on(2): 150})
    judge(db)
    return db.scalars(select(Episode.id)).one()


def test_a_new_threshold_watches_at_once_and_is_noted(db, pce, alice):
    key = actions.create(db, alice, draft(name="  Chauf   ferie "), now=NOW)
    assert queries.get_threshold(db, alice, key).draft.name == "Chauf ferie"
    assert db.scalars(select(ThresholdMember.since)).all() == [alice.today]
    assert db.scalars(select(AuditEvent.action)).all() == ["thresholds.created"]


def test_it_tells_who_set_it_when_it_names_nobody(db, pce, alice):
    key = actions.create(db, alice, draft(recipients=()), now=NOW)
    (one,) = queries.get_threshold(db, alice, key).draft.recipients
    assert (one.user_id, one.grouping) == (alice.user_id, Grouping.IMMEDIATE)


def test_what_is_wrong_is_refused(db, pce, alice):
    with pytest.raises(Invalid):
        actions.create(db, alice, draft(name=""), now=NOW)
    with pytest.raises(NotFound):
        actions.create(db, alice, draft(scope=ThresholdScope((OTHER,))), now=NOW)


def test_only_managers_of_the_organisation_change_it(db, pce, alice, charlie, dora):
    key = actions.create(db, alice, draft(), now=NOW)
    client = replace(alice, role=Role.CLIENT)
    for act in (actions.pause, actions.resume, actions.remove):
        with pytest.raises(Forbidden):
            act(db, client, [key], now=NOW)
        with pytest.raises(Forbidden):
            act(db, dora, [key], now=NOW)
        with pytest.raises(NotFound):
            act(db, charlie, [key], now=NOW)
        with pytest.raises(NotFound):
            act(db, alice, [2**40], now=NOW)
    actions.remove(db, alice, [key], now=NOW)
    for other, refused in ((client, Forbidden), (dora, Forbidden), (charlie, NotFound)):
        with pytest.raises(refused):
            actions.restore(db, other, [key], now=NOW)
    with pytest.raises(Forbidden):
        actions.create_all(db, client, [], now=NOW)
    with pytest.raises(Forbidden):
        actions.create(db, client, draft(), now=NOW)


def test_two_who_change_it_at_once_are_told(db, pce, alice):
    key = actions.create(db, alice, draft(), now=NOW)
    actions.change(db, alice, key, draft(values_wh=(5,)), version=1, now=NOW)
    with pytest.raises(Conflict):
        actions.change(db, alice, key, draft(values_wh=(6,)), version=1, now=NOW)


def test_what_changes_nothing_is_no_version(db, pce, alice):
    key = actions.create(db, alice, draft(), now=NOW)
    actions.change(db, alice, key, draft(), now=NOW)
    actions.resume(db, alice, [key], now=NOW)
    actions.pause(db, alice, [key], now=NOW)
    actions.pause(db, alice, [key], now=NOW)
    assert queries.get_threshold(db, alice, key).version == 2


def test_missing_data_is_another_threshold(db, pce, alice):
    key = actions.create(db, alice, draft(), now=NOW)
    with pytest.raises(Invalid):
        actions.change(db, alice, key, draft(kind=ThresholdKind.MISSING), now=NOW)
    silent = actions.create(db, alice, draft(kind=ThresholdKind.MISSING), now=NOW)
    with pytest.raises(Invalid):
        actions.change(db, alice, silent, draft(), now=NOW)
    actions.change(db, alice, silent, draft(kind=ThresholdKind.MISSING, delay=9), now=NOW)
    actions.change(db, alice, key, draft(kind=ThresholdKind.LOW), now=NOW)


def test_floors_are_the_lowest_of_all_versions(db, pce, alice):
    key = actions.create(db, alice, draft(), now=NOW)
    actions.change(db, alice, key, draft(values_wh=(500 * KWH,)), now=NOW)
    assert db.scalars(select(ThresholdFloor.floor_wh)).all() == [80 * KWH]
    low = actions.create(db, alice, draft(kind=ThresholdKind.LOW), now=NOW)
    actions.change(db, alice, low, draft(kind=ThresholdKind.LOW, values_wh=(7,)), now=NOW)
    assert db.get(ThresholdFloor, (low, 0)).floor_wh == 7
    actions.change(db, alice, key, draft(period=ThresholdPeriod.MONTH), now=NOW)
    assert db.get(Threshold, key).screen is Prefilter.ALWAYS


def test_a_change_of_scope_moves_who_is_watched(db, pce, alice):
    other = make_pce(db, OTHER, holder_id=1)
    key = actions.create(db, viewer_on(SET), draft(), now=at(SET))
    actions.change(db, alice, key, draft(scope=ThresholdScope((OTHER,))), now=NOW)
    member = ThresholdMember
    rows = db.execute(select(member.pce_id, member.since, member.until).order_by(member.pce_id))
    assert [tuple(row) for row in rows] == [
        (pce.id, SET, alice.today - timedelta(days=1)),
        (other.id, alice.today, None),
    ]


def test_one_that_left_and_came_back_on_a_day_never_left(db, pce, alice):
    make_pce(db, OTHER, holder_id=1)
    key = actions.create(db, alice, draft(), now=NOW)
    actions.change(db, alice, key, draft(scope=ThresholdScope((OTHER,))), now=NOW)
    actions.change(db, alice, key, draft(), now=NOW)
    back = select(ThresholdMember.until).where(ThresholdMember.pce_id == pce.id)
    assert db.scalars(back).all() == [None]


def test_data_known_already_are_judged_when_it_is_set_on_their_day(db, pce):
    tell(db, pce.id, {on(2): 150})
    judge(db)
    actions.create(db, viewer_on(on(2)), draft(), now=at(on(2)))
    judge(db)
    assert stories(db) == [(EpisodeState.EXCEEDED, on(2), on(2), None)]


def each(numbers, **values):
    return [draft(scope=ThresholdScope((number,)), **values) for number in numbers]


def test_many_are_set_in_the_order_asked_or_none(db, pce, alice):
    make_pce(db, OTHER, holder_id=1)
    made = actions.create_all(db, alice, each([OTHER, PCE]), now=NOW)
    scopes = [queries.get_threshold(db, alice, key).draft.scope.pces for key in made]
    assert scopes == [(OTHER,), (PCE,)]
    with pytest.raises(NotFound):
        actions.create_all(db, alice, each([PCE, "09999999910009"]), now=NOW)
    assert queries.list_thresholds(db, alice)[1] == 2


def test_many_are_written_in_a_few_statements(db, pce, alice):
    """Whoever saves holds the one writer: 40 thresholds take no more statements than 2, but one
    each for its id."""
    numbers = [PCE, *(f"099999999{place:05d}" for place in range(39))]
    for number in numbers[1:]:
        make_pce(db, number, holder_id=1)
    asked = []
    engine = db.get_bind().engine
    event.listen(engine, "before_cursor_execute", lambda *told: asked.append(told[2]))
    actions.create_all(db, alice, each(numbers), now=NOW)
    many = len([text for text in asked if not text.startswith("INSERT INTO thresholds ")])
    asked.clear()
    keys = actions.create_all(db, alice, each(numbers[:2], name="Deux"), now=NOW)
    few = len([text for text in asked if not text.startswith("INSERT INTO thresholds ")])
    assert many == few
    asked.clear()
    actions.pause(db, alice, keys, now=NOW)
    assert len(asked) < 20
    assert [len(queries.list_threshold_history(db, alice, key)) for key in keys] == [2, 2]


def test_an_episode_is_acknowledged_assigned_and_put_off(db, episode, alice):
    actions.acknowledge(db, alice, episode, " Chaudière réglée ", now=NOW)
    actions.assign(db, alice, episode, alice.user_id, now=NOW)
    day = alice.today + timedelta(days=7)
    actions.snooze(db, alice, episode, day, now=NOW)
    row = queries.get_episode(db, alice, episode)
    assert (row.acknowledged_by, row.comment) == ("Alice", "Chaudière réglée")
    assert (row.assigned_to, row.snoozed_until) == ("Alice", day)
    actions.assign(db, alice, episode, None, now=NOW)
    actions.snooze(db, alice, episode, None, now=NOW)
    row = queries.get_episode(db, alice, episode)
    assert (row.assigned_to, row.snoozed_until) == ("", None)
    with pytest.raises(Invalid, match="année"):
        actions.snooze(db, alice, episode, alice.today + timedelta(days=367), now=NOW)


def test_acts_upon_an_episode_are_refused_to_others(db, episode, alice, bob):
    with pytest.raises(NotFound):
        actions.acknowledge(db, bob, episode, now=NOW)
    with pytest.raises(NotFound):
        actions.acknowledge(db, alice, 2**40, now=NOW)
    with pytest.raises(NotFound):
        actions.assign(db, alice, episode, bob.user_id, now=NOW)
    with pytest.raises(Forbidden):
        actions.assign(db, replace(alice, role=Role.CLIENT), episode, 1, now=NOW)
    with pytest.raises(Invalid):
        actions.snooze(db, alice, episode, alice.today, now=NOW)
    with pytest.raises(Invalid):
        actions.acknowledge(db, alice, episode, "x" * 2001, now=NOW)


def test_a_client_answers_for_what_they_were_told_of_and_no_more(db, episode, alice):
    told = replace(alice, role=Role.CLIENT)
    assert queries.get_episode(db, told, episode).answerable
    actions.acknowledge(db, told, episode, "vu", now=NOW)
    actions.snooze(db, told, episode, alice.today + timedelta(days=7), now=NOW)
    row = queries.get_episode(db, told, episode)
    assert (row.acknowledged_by, row.mine) == ("Alice", False)
    assert row.snoozed_until == alice.today + timedelta(days=7)
    other = make_user(db, organisation_id=1, email="adele@tilleuls.example", role=Role.CLIENT)
    untold = replace(told, user_id=other.id)
    assert not queries.get_episode(db, untold, episode).answerable
    for act in (
        lambda: actions.acknowledge(db, untold, episode, now=NOW),
        lambda: actions.snooze(db, untold, episode, None, now=NOW),
    ):
        with pytest.raises(Forbidden):
            act()
    colleague = replace(alice, user_id=other.id)  # manages: told or not
    assert queries.get_episode(db, colleague, episode).answerable
    actions.acknowledge(db, colleague, episode, now=NOW)


def test_the_distributor_reads_an_episode_and_leaves_it_to_its_organisation(db, episode, dora):
    row = queries.get_episode(db, dora, episode)
    assert (row.answerable, row.mine) == (False, False)
    with pytest.raises(Forbidden):
        actions.acknowledge(db, dora, episode, now=NOW)
    with pytest.raises(Forbidden):
        actions.assign(db, dora, episode, dora.user_id, now=NOW)


def test_a_link_acts_without_signing_in(db, episode, alice):
    later = datetime(2026, 12, 1, 8, tzinfo=UTC)
    actions.acknowledge_by_link(db, [episode], None, NOW)
    actions.acknowledge_by_link(db, [episode], 1, later)
    actions.snooze_by_link(db, [episode], later, 1, NOW)
    row = queries.get_episode(db, alice, episode)
    assert (row.acknowledged_at, row.acknowledged_by) == (NOW, "")
    assert by_link(db) == ["thresholds.episode_acknowledged", "thresholds.episode_snoozed"]
    assert row.snoozed_until == later.date()


def test_exceeding_ends_a_snooze_put_on_a_warning(db, pce, alice):
    actions.create(db, viewer_on(SET), draft(), now=at(SET))
    tell(db, pce.id, {on(2): 90})
    judge(db)
    key = db.scalars(select(Episode.id)).one()
    actions.snooze(db, alice, key, alice.today + timedelta(days=7), now=NOW)
    tell(db, pce.id, {on(3): 150})
    judge(db)
    db.expire_all()
    row = queries.get_episode(db, alice, key)
    assert (row.state, row.snoozed_until) == (EpisodeState.EXCEEDED, None)


def by_link(db):
    query = select(AuditEvent).where(AuditEvent.object_type == "episode").order_by(AuditEvent.id)
    return [event.action for event in db.scalars(query) if event.detail.get("by") == "link"]


def test_a_link_never_shortens_what_was_put_off_for_longer(db, episode, alice):
    far = alice.today + timedelta(days=60)
    actions.snooze(db, alice, episode, far, now=NOW)
    week = NOW + timedelta(days=7)
    actions.snooze_by_link(db, [episode], week, 1, NOW)
    assert queries.get_episode(db, alice, episode).snoozed_until == far
    assert by_link(db) == []
    actions.snooze(db, alice, episode, alice.today + timedelta(days=1), now=NOW)
    for _time in range(2):
        actions.snooze_by_link(db, [episode], week, 1, NOW)
    assert queries.get_episode(db, alice, episode).snoozed_until == week.date()
    assert by_link(db) == ["thresholds.episode_snoozed"]


def test_what_was_set_just_now_is_not_set_again(db, pce, alice):
    first = actions.create_once(db, alice, [draft(), draft(), draft(name="Bureaux")], now=NOW)
    assert len(set(first)) == 3  # two of one sheet are two
    soon = NOW + timedelta(seconds=50)
    assert actions.create_once(db, alice, [draft(), draft()], now=soon) == first[:2]
    assert queries.list_thresholds(db, alice)[1] == 3
    other = draft(values_wh=(101 * KWH,))
    assert actions.create_once(db, alice, [draft(), other], now=soon)[0] not in first
    actions.change(db, alice, first[2], draft(name="Bureaux", consecutive=2), now=soon)
    assert actions.create_once(db, alice, [draft(name="Bureaux")], now=soon)[0] not in first
    late = NOW + timedelta(minutes=2)
    assert actions.create_once(db, alice, [draft()], now=late)[0] not in first


def test_what_somebody_else_set_is_set_again(db, pce, alice):
    (first,) = actions.create_once(db, alice, [draft()], now=NOW)
    other = make_user(db, email="ali@tilleuls.example", organisation_id=alice.organisation_id)
    colleague = replace(alice, user_id=other.id)
    assert actions.create_once(db, colleague, [draft()], now=NOW) != [first]
    with pytest.raises(Forbidden):
        actions.create_once(db, replace(alice, role=Role.CLIENT), [draft()], now=NOW)
