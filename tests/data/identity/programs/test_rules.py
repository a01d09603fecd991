"""What scopes open, and when calls are too many."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.access import OrganisationKind, Permission, Role, Viewer, permissions_of
from core.errors import Forbidden
from data.identity.accounts.types.security import ApiScope
from data.identity.programs.rules import BURST, next_turn, opened_by, until_tomorrow
from data.identity.programs.types import ProgramPace
from tests.conftest import TODAY
from tests.factories import NOW

PACE = ProgramPace(60, 6000)


def test_each_scope_opens_something_and_none_opens_an_account():
    every = opened_by(ApiScope)
    assert all(opened_by([scope]) for scope in ApiScope)
    assert opened_by([]) == frozenset()
    assert not every & {
        Permission.ACCOUNT,
        Permission.API_CREDENTIALS,
        Permission.PEOPLE_WRITE,
        Permission.RIGHTS_ANSWER,
        Permission.RIGHTS_SETTLE,
        Permission.CONTROLS_DECIDE,
    }


@pytest.mark.parametrize("kind", OrganisationKind)
@pytest.mark.parametrize("scope", ApiScope)
def test_a_program_may_no_more_than_a_person_there(kind, scope):
    held = permissions_of(Role.FACILITY_MANAGER, kind)
    viewer = Viewer(-1, 1, kind, Role.FACILITY_MANAGER, TODAY, program=opened_by([scope]))
    assert viewer.permissions == held & opened_by([scope])
    assert not viewer.staff
    for permission in set(Permission) - viewer.permissions:
        with pytest.raises(Forbidden, match="Accès API"):
            viewer.require(permission)


def test_a_silence_earns_a_burst_and_no_more():
    ready = NOW - timedelta(days=3)
    for _call in range(BURST):
        turn = next_turn(ready, NOW, PACE)
        assert turn.wait == 0
        ready = turn.ready_at
    assert next_turn(ready, NOW, PACE).wait == 1


@given(st.lists(st.integers(0, 5000), max_size=200), st.integers(1, 600))
def test_in_a_minute_no_more_than_the_pace_and_the_burst(gaps, a_minute):
    pace, ready, now, taken = ProgramPace(a_minute, 0), NOW, NOW, []
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        turn = next_turn(ready, now, pace)
        if turn.wait:
            later = next_turn(ready, now + timedelta(seconds=turn.wait), pace)
            assert later.wait == 0  # who waits for what it is told is let in
            continue
        ready = turn.ready_at
        taken.append(now)
    for start in taken:
        within = [at for at in taken if start <= at < start + timedelta(minutes=1)]
        assert len(within) <= a_minute + BURST


def test_a_clock_that_ran_ahead_holds_nobody_once_it_is_right():
    full = NOW
    for _call in range(BURST):
        full = next_turn(full, NOW, PACE).ready_at
    assert next_turn(full, NOW, PACE).wait == 1
    assert next_turn(full + timedelta(days=4), NOW, PACE).wait == 0


def test_no_pace_is_no_limit():
    assert next_turn(NOW + timedelta(days=1), NOW, ProgramPace(0, 0)).wait == 0


def test_a_day_ends_at_midnight_of_paris():
    assert until_tomorrow(datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC)) == 1
    assert until_tomorrow(datetime(2026, 11, 24, 23, 0, tzinfo=UTC)) == 24 * 3600
    assert until_tomorrow(datetime(2026, 3, 28, 23, 0, tzinfo=UTC)) == 23 * 3600
