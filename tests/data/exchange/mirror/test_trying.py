"""Somebody waits for a try, and a web worker with them: it lasts some seconds at most."""

import time
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select
from werkzeug import Response

from data.exchange.mirror.actions import connection
from data.exchange.mirror.actions.connection import try_out
from data.exchange.mirror.channels.http_call import A_TRY
from data.exchange.mirror.models import MirrorPace
from data.exchange.mirror.queries.connection import get_connection
from data.exchange.mirror.types import ConnectionState
from tests.data.exchange.mirror.distributor import DONE, KEY, lines, right_line
from tests.factories import NOW


@pytest.fixture
def tried(braving, hostile, admin):
    """What comes of a try, and the seconds that it took."""

    def again():
        began = time.monotonic()
        try_out(braving, admin, hostile.address, key=KEY, clock=lambda: NOW)
        took = time.monotonic() - began
        with braving.reading() as db:
            return get_connection(db, admin, 6000), took

    return again


def test_an_answer_that_drips_is_given_up(tried, hostile, monkeypatch):
    assert A_TRY.patience + A_TRY.silence <= 15
    monkeypatch.setattr(connection, "A_TRY", replace(A_TRY, silence=0.5, patience=1))

    def drip():
        for _ in range(100):
            time.sleep(0.1)
            yield b" "

    hostile.says(Response(drip(), 200, mimetype="application/x-ndjson"))
    row, took = tried()
    assert took < 5
    assert row.state is ConnectionState.DOWN


def test_a_turn_that_is_far_is_left_to_others(tried, braving, hostile):
    hostile.says(lines(right_line(), DONE))
    assert tried()[0].calls == 1
    far = NOW + timedelta(seconds=25)
    with braving.transaction() as db:
        db.scalars(select(MirrorPace)).one().ready_at = far
    row, took = tried()
    assert took < 5
    assert "quelques minutes" in str(row.problem)
    assert row.calls == 1
    with braving.reading() as db:
        assert db.scalars(select(MirrorPace.ready_at)).one() == far
