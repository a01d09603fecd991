"""The demo's rights: some in every state, and the grants are what they say."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from data.migrations import tables
from data.rights.queries import count_states, list_rights
from data.rights.types import RightFilter, RightState
from jobs.demo import Plan, load
from jobs.demo.rights import _viewer, add_rights
from jobs.rights import settle
from tests.conftest import TODAY

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PLAN = Plan(pces=70, years=1, seed=7, today=TODAY, password="lanterne velours cactus 83")


def test_there_are_rights_in_every_state_and_their_grants_hold(database):
    load(database, PLAN, NOW)
    with database.reading() as db:
        viewer = _viewer(db, TODAY)
        counts = count_states(db, viewer)
        over = list_rights(db, viewer, RightFilter(states=(RightState.REVOKED,)))
    assert all(counts.values()), counts
    assert {right.source.value for right in over} == {"holder", "third_party"}
    before = grants(database)
    assert "grants_mended" not in settle(database, NOW)
    assert grants(database) == before
    assert add_rights(database, replace(PLAN), NOW) == 0


def test_it_is_made_when_paris_is_a_day_ahead(database):
    midnight = NOW.replace(hour=23, minute=30)  # 00:30 of the 25th there
    load(database, replace(PLAN, today=TODAY + timedelta(days=1)), midnight)
    with database.reading() as db:
        assert all(count_states(db, _viewer(db, TODAY + timedelta(days=1))).values())


def grants(database):
    with database.reading() as db:
        table = tables()["pce_grants"]
        return sorted(map(tuple, db.execute(table.select())), key=repr)
