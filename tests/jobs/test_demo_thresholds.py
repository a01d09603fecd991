"""The thresholds of the demo, set two months ago by who could read their sites then."""

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from jobs.demo import loading, thresholds
from jobs.demo.loading import load
from jobs.demo.plan import DemoPlan
from tests.conftest import TODAY

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)
PLAN = DemoPlan(pces=60, years=1, seed=3, today=TODAY, password="lanterne velours cactus 83")


class Undone(Exception):
    """Ends a transaction that is only tried."""


@pytest.mark.parametrize("seed", [3, pytest.param(11, marks=pytest.mark.proof)])
@pytest.mark.slow
def test_they_can_be_set_on_any_day_that_the_fleet_knows(database, monkeypatch, seed):
    monkeypatch.setattr(loading, "add_thresholds", lambda *_told: 0)
    plan = replace(PLAN, seed=seed)
    load(database, plan, NOW)
    monkeypatch.setattr(thresholds, "evaluate", lambda *_told: None)
    made = {}
    for days in (*range(5, 125, 10), 300, 700):
        monkeypatch.setattr(thresholds, "SINCE", timedelta(days=days))
        with suppress(Undone), database.transaction() as db:
            managers = thresholds._managers(db, plan)
            made[days] = sum(thresholds._of_manager(db, one, NOW) for one in managers)
            raise Undone
    assert all(made.values())
