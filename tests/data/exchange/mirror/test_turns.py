"""Calls leave one after the other, whatever process they come from, and so many a day."""

import subprocess
import sys
import textwrap
import time
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from data.exchange.mirror.channels.rate_limit import take_turn
from data.exchange.mirror.models import MirrorConnection, MirrorPace
from data.exchange.mirror.types import Spent
from tests.architecture.sources import ROOT
from tests.data.exchange.mirror.distributor import address_of, connect, token_answer, upstream_of
from tests.factories import NOW
from tests.web import Clock

pytestmark = pytest.mark.dialect

ADDRESS = address_of("http://127.0.0.1:9", pause=1.0, a_day=5)


def turn(database, now, address=ADDRESS, organisation=2):
    with database.transaction() as db:
        return take_turn(db, organisation, address, now)


@pytest.fixture
def two(here):
    """Organisations 1 and 2 are connected."""
    with here.transaction() as db:
        for organisation in (1, 2):
            connect(db, f"usr-{organisation}", organisation_id=organisation)
    return here


def test_turns_are_a_pause_apart_for_everybody(two):
    assert [turn(two, NOW), turn(two, NOW, organisation=1), turn(two, NOW)] == [0, 1, 2]
    assert turn(two, NOW + timedelta(seconds=2.5)) == pytest.approx(0.5)
    assert turn(two, NOW + timedelta(minutes=1)) == 0
    elsewhere = address_of("http://127.0.0.1:10", pause=1.0)
    assert turn(two, NOW + timedelta(minutes=1), elsewhere) == 0


def test_a_turn_of_a_clock_that_was_wrong_is_not_believed(two):
    turn(two, NOW + timedelta(days=3))
    assert turn(two, NOW) == 0
    assert turn(two, NOW) == 1


def test_the_calls_of_a_day_are_counted_in_paris(two):
    late = datetime(2026, 11, 24, 22, 30, tzinfo=UTC)  # 23:30 in Paris
    for _call in range(5):
        turn(two, late)
    with pytest.raises(Spent) as spent:
        turn(two, late)
    assert spent.value.until == datetime(2026, 11, 24, 23, 0, tzinfo=UTC)
    turn(two, late, organisation=1)
    turn(two, spent.value.until)
    with two.reading() as db:
        row = db.get_one(MirrorConnection, 2)
        assert (row.day, row.calls) == (date(2026, 11, 25), 1)


def test_a_call_waits_outside_its_transaction(braving, hostile):
    address = address_of(hostile.root, pause=30.0)
    waits = []

    def sleep(seconds):
        waits.append(seconds)
        with braving.transaction() as db:  # nobody holds the writer of SQLite meanwhile
            db.scalars(select(MirrorPace)).one()

    upstream = upstream_of(braving, address, Clock())
    upstream.sleep = sleep
    list(upstream.rights())
    list(upstream.rights())
    assert waits == [30]


def test_a_token_is_had_before_the_turn_is_taken(braving, hostile):
    """What is long before a call would bring it close to the next."""
    turns = []

    def answer(_asked):
        with braving.reading() as db:
            turns.extend(db.scalars(select(MirrorPace)))
        return token_answer()

    hostile.token = answer
    list(upstream_of(braving, hostile.address).rights())
    assert turns == []
    assert hostile.tokens == 1


PROCESS = textwrap.dedent(
    """
    import sys
    from datetime import UTC, datetime
    from core.database import Database
    import data.exchange.mirror.actions.connection
    from data.exchange.mirror.channels import open_upstream
    from data.exchange.mirror.types import Address, Spent
    url, root = sys.argv[1:]
    address = Address(f"{root}/adict/v2", f"{root}/oauth2/token", "/adict/v2", 11, 0.2)
    upstream = open_upstream(Database(url), address, b"k" * 32, 2, lambda: datetime.now(UTC))
    try:
        for _call in range(8):
            list(upstream.rights())
    except Spent:
        pass
    print(upstream.calls)
    """
)


@pytest.mark.slow
def test_two_processes_keep_one_pace_and_one_count(braving, hostile):
    came = []
    real = hostile._answer

    def answer(asked):
        if "droits" in asked.path:
            came.append(time.monotonic())
        return real(asked)

    hostile._answer = answer
    url = braving.url.render_as_string(hide_password=False)
    words = [sys.executable, "-c", PROCESS, url, hostile.root]
    running = [
        subprocess.Popen(words, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _one in range(2)
    ]
    made = [int(one.communicate(timeout=60)[0]) for one in running]
    assert sum(made) == len(came) == 11
    assert min(made) > 0
    assert hostile.tokens <= 2
    assert came[-1] - came[0] > 10 * 0.2 - 0.15
