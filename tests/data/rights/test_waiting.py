"""Who must act and when; what ADICT calls things."""

from datetime import UTC, date, datetime, timedelta

import pytest

from data.rights.rules import adict
from data.rights.rules.waiting import (
    answer_due,
    next_quarter,
    next_step,
    reminder_of,
)
from data.rights.types import Actor, Delays, RightRole, RightState
from tests.data.rights.declarations import TODAY

SUPPLY = RightRole.AUTHORISED_SUPPLY


@pytest.mark.parametrize(
    ("at", "leaves"),
    [((9, 31), (9, 45)), ((9, 45), (10, 0)), ((9, 59), (10, 0)), ((23, 50), (24, 0))],
)
def test_letters_leave_at_the_next_quarter_of_an_hour(at, leaves):
    midnight = datetime(2026, 11, 24, tzinfo=UTC)
    now = midnight + timedelta(hours=at[0], minutes=at[1], seconds=7)
    assert next_quarter(now) == midnight + timedelta(hours=leaves[0], minutes=leaves[1])


def test_the_delay_to_answer_is_a_setting():
    assert answer_due(TODAY, Delays()) == date(2026, 12, 24)
    assert answer_due(TODAY, Delays(answer_days=10)) == date(2026, 12, 4)


@pytest.mark.parametrize("state", RightState)
@pytest.mark.parametrize("role", RightRole)
@pytest.mark.parametrize("ends", [None, date(2026, 12, 1), date(2028, 1, 1)])
def test_every_state_says_who_must_act(state, role, ends):
    due = date(2026, 12, 24) if state.waiting else None
    step = next_step(role, state, TODAY, answer_due=due, ends_on=ends)
    assert step.sentence.format(**step.params)
    expected = {RightState.PENDING: Actor.HOLDER, RightState.RECHECK: Actor.DISTRIBUTOR}.get(state)
    if state is RightState.ACTIVE and role.authorised and ends == date(2026, 12, 1):
        expected = Actor.THIRD_PARTY
    assert step.actor is expected
    assert (step.due is not None) == (
        due is not None or (state is RightState.ACTIVE and ends is not None)
    )


@pytest.mark.parametrize(
    ("left", "reminded", "due"),
    [
        (61, None, None),
        (60, None, 60),
        (59, None, 60),  # the night before was missed
        (59, 60, None),
        (30, 60, 30),
        (30, None, 30),
        (29, 30, None),
        (7, 30, 7),
        (0, 30, 7),
        (0, 7, None),
        (-1, None, None),
    ],
)
def test_a_right_is_recalled_once_for_each_of_its_last_60_30_and_7_days(left, reminded, due):
    ends = TODAY + timedelta(days=left)
    assert reminder_of(ends, date(2025, 1, 1), reminded, TODAY) == due


def test_a_short_right_is_not_recalled_for_more_days_than_it_has():
    ends = TODAY + timedelta(days=20)
    assert reminder_of(ends, TODAY, None, TODAY) is None
    assert reminder_of(TODAY + timedelta(days=6), TODAY - timedelta(days=14), None, TODAY) == 7


def test_adict_s_words_are_read_back():
    for role, word in adict.ROLES.items():
        assert adict.role_of(f" {word.lower()} ") is role
    assert adict.role_of("") is None
    assert (adict.flag_of("Vrai"), adict.flag_of("Faux"), adict.flag_of("")) == (True, False, None)
    assert len(set(adict.FLAGS.values())) == len(adict.FLAGS)
    assert [role for role in RightRole if role.injection] == [
        RightRole.AUTHORISED_INJECTION,
        RightRole.HOLDER_INJECTION,
    ]
