"""A job that finds the database held does the same again at once, a few times, and no more."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from core.engines import BUSY
from core.errors import Busy
from data.exchange.mirror.actions import answers, outgoing_queue, rounds, tasks
from data.exchange.mirror.models import MirrorRound, MirrorTask
from data.exchange.mirror.types import RoundState, SendingState
from jobs import retry
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirrored import Other, right
from tests.jobs.test_mirror import NIGHT, go
from tests.jobs.test_mirror import here as here_read  # noqa: F401 (a fixture)

pytestmark = pytest.mark.dialect


@pytest.fixture(autouse=True)
def at_once(monkeypatch):
    monkeypatch.setattr(retry, "PAUSES", (0, 0, 0))


def held(monkeypatch, where, name, times):
    """The first *times* that it is called, others hold what it needs."""
    act, left = getattr(where, name), [times]

    def busy(*given, **said):
        if left[0]:
            left[0] -= 1
            raise Busy(BUSY)
        return act(*given, **said)

    monkeypatch.setattr(where, name, busy)
    return left


@pytest.mark.parametrize(
    ("where", "name"),
    [
        (rounds, "claim"),
        (rounds, "finish"),
        (tasks, "plan"),
        (tasks, "keep_readings"),
        (tasks, "keep_details"),
        (rounds, "record"),
    ],
)
def test_a_round_goes_on_as_if_nothing_had_been(here_read, monkeypatch, where, name):  # noqa: F811
    left = held(monkeypatch, where, name, 3)
    go(here_read, Other(right()))
    assert left == [0]
    with here_read.reading() as db:
        (row,) = db.scalars(select(MirrorRound))
        assert (row.state, row.problem) == (RoundState.DONE, [])
        assert {(one.attempts, tuple(one.problem)) for one in db.scalars(select(MirrorTask))} == {
            (0, ())
        }


def test_a_round_that_stays_held_is_taken_up_later_in_those_words(here_read, monkeypatch):  # noqa: F811
    held(monkeypatch, tasks, "plan", 4)
    go(here_read, Other(right()))
    with here_read.reading() as db:
        (row,) = db.scalars(select(MirrorRound))
        assert (row.state, row.problem[0]) == (RoundState.PAUSED, BUSY)
    go(here_read, Other(right()), NIGHT + timedelta(hours=1))
    with here_read.reading() as db:
        assert db.scalars(select(MirrorRound.state)).all() == [RoundState.DONE]


@pytest.mark.parametrize(("where", "name"), [(outgoing_queue, "claim"), (answers, "take_declared")])
def test_what_is_sent_is_recorded_all_the_same(sides, bob, monkeypatch, where, name):
    left = held(monkeypatch, where, name, 3)
    sides.declare(bob)
    assert sides.turn().done == 1
    assert left == [0]
    assert [row.state for row in sides.sendings()] == [SendingState.DONE]
    assert len(sides.rights_there()) == 1
