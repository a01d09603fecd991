"""Killed at any line, what is sent is there once, and all of it."""

import random
import sys
from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from data.exchange.mirror.models import MirrorSending
from data.exchange.mirror.types import MOVING
from data.rights.actions import cancel
from data.rights.models import AccessRight
from data.rights.types import RightState
from tests.data.rights.declarations import asked
from tests.jobs.mirror_fixtures import *  # noqa: F403
from tests.jobs.mirror_sides import known_there

KILLS = 40


class KilledError(BaseException):
    """Nothing of ours catches it."""


def killed_after(lines, work):
    """Run *work* for so many lines of the queue: whether it was killed, and how far it went."""
    left = lines

    def trace(frame, event, _arg):
        nonlocal left
        name = frame.f_code.co_filename
        if "/data/exchange/mirror/" not in name and "/jobs/mirror_" not in name:
            return None
        if event == "line":
            left -= 1
            if left <= 0:
                sys.settrace(None)
                raise KilledError
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        work()
    except KilledError:
        return True, lines
    finally:
        sys.settrace(before)
    return False, lines - left


def moving(sides):
    with sides.here.reading() as db:
        waits = MirrorSending.state.in_(MOVING)
        return db.scalar(select(func.count()).where(waits))


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.uncounted
def test_killed_at_random_lines_nothing_is_lost_or_doubled(sides, bob):
    luck = random.Random(71)
    numbers = iter([f"{at:014}" for at in range(1, 500)])
    uids, kills, usual = [], 0, 0
    while kills < KILLS:
        some = [next(numbers) for _one in range(3)]
        known_there(sides.there, *some)
        uids += [sides.declare(bob, asked(id_pce=number)) for number in some]
        if len(uids) > 3:
            with sides.here.transaction() as db:
                cancel(db, bob, [uids[-5]], now=sides.now)
        if not usual:
            _killed, usual = killed_after(10**9, sides.turn)
        while True:
            sides.now += timedelta(minutes=11)
            killed, _far = killed_after(luck.randint(1, usual), sides.turn)
            kills += killed
            if not killed and not moving(sides):
                break
    for _turn in range(3):
        sides.turn(31)
    assert moving(sides) == 0
    there = Counter((one.number, one.role) for one in sides.rights_there())
    ours = {uid: sides.right(uid) for uid in uids}
    left = {one.right_id for one in sides.sendings() if one.state.value == "done"}
    assert there == Counter((one.number, one.role) for one in ours.values() if one.id in left)
    assert set(there.values()) == {1}
    open_ones = {one.number for one in ours.values() if one.state is RightState.PENDING}
    pending = {one.number for one in sides.rights_there() if one.state is RightState.PENDING}
    assert pending == open_ones
    with sides.here.reading() as db:
        assert len(sides.links()) == len(there)
        assert db.scalar(select(func.count()).select_from(AccessRight)) == len(uids)
