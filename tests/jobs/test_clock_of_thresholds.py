"""Thresholds on the clock: judged after a deposit, by one scheduler, killed and taken up again."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from core.settings import Settings
from data.metering.consumption.models import ReadingMark
from data.notifications.models import Notice, NoticeEvent
from data.runs.actions import open_run
from data.thresholds import actions
from data.thresholds.models import Episode
from data.thresholds.types import ThresholdScope
from jobs.commands import console
from jobs.commands.portal import CommandPortal
from jobs.commands.schedule import jobs_of
from jobs.commands.worker import handlers_of
from jobs.scheduler import run_once
from tests.data.thresholds.making import draft, tell, viewer_on
from tests.factories import make_confirmed, make_kept, make_pce, make_people
from tests.queue_work import drain

ROOT = Path(__file__).parent.parent.parent
NUMBERS = [f"0999999993{n:04d}" for n in range(30)]
NOW = datetime.now(UTC)  # the scheduler's clock is the real one
SET = (NOW - timedelta(days=30)).date()
DAY = (NOW - timedelta(days=6)).date()


@pytest.fixture
def watched(database):
    """Thirty PCE under one threshold of 100 kWh a day; their ids."""
    with database.transaction() as db:
        make_people(db)
        ids = [make_pce(db, number, holder_id=1).id for number in NUMBERS]
        one = draft(scope=ThresholdScope(tuple(NUMBERS)))
        actions.create(db, viewer_on(SET), one, now=NOW - timedelta(days=30))
    return ids


def standing(database):
    """(episodes, notices, whether a transition was told twice, changes left to judge)."""
    with database.reading() as db:
        keys = db.scalars(select(NoticeEvent.key)).all()
        return (
            db.scalar(select(func.count()).select_from(Episode)),
            db.scalar(select(func.count()).select_from(Notice)),
            len(keys) != len(set(keys)),
            db.scalar(select(func.count()).select_from(ReadingMark)),
        )


@pytest.mark.usefixtures("watched")
def test_what_is_deposited_is_judged_at_once(database, tmp_path, alice):
    lines = [f"{number};{DAY};150" for number in NUMBERS]
    content = "\n".join(["PCE;Journée gazière;Energie (kWh PCS)", *lines]).encode()
    kept = make_kept(tmp_path, content, "relevés.csv")
    with database.transaction() as db:
        make_confirmed(db, open_run(db, alice, kept, now=NOW))
    portal = CommandPortal(Settings(var=tmp_path, secret_key="k" * 48), lambda: "")
    portal._opened.append(database)
    drain(database, *handlers_of(portal).values(), now=NOW)
    assert standing(database) == (30, 30, False, 0)
    run_once(jobs_of(portal), "evaluate_thresholds", NOW)
    assert standing(database) == (30, 30, False, 0)


@pytest.mark.usefixtures("watched")
def test_what_an_operator_imports_is_judged_at_once(database, tmp_path, monkeypatch):
    path = tmp_path / "relevés.csv"
    path.write_text(f"PCE;Journée gazière;Energie (kWh PCS)\n{NUMBERS[0]};{DAY};150\n")
    monkeypatch.setenv("PORTAL_VAR", str(tmp_path / "var"))
    url = database.url.render_as_string(hide_password=False)
    monkeypatch.setenv("PORTAL_DATABASE_URL", url)
    result = CliRunner().invoke(console, ["import-readings", str(path)])
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 1)
    assert standing(database) == (1, 1, False, 0)


@pytest.mark.slow
@pytest.mark.proof
def test_two_schedulers_and_a_kill_tell_each_exceedance_once(database, tmp_path, watched):
    with database.transaction() as db:
        for pce_id in watched:
            tell(db, pce_id, {DAY: 150}, as_of=NOW.date())
    url = database.url.render_as_string(hide_password=False)
    var = str(tmp_path / "var")
    env = os.environ | {"PORTAL_DATABASE_URL": url, "PORTAL_VAR": var, "PORTAL_TICK": "1"}
    first = started(env)
    wait_for_beat(tmp_path / "var")
    second = started(env)  # as a second server would
    assert second.wait(30) == 1
    assert b"planificateur" in second.stderr.read()
    second.stderr.close()
    first.kill()
    end(first)
    with database.transaction() as db:
        for pce_id in watched:
            tell(db, pce_id, {DAY: 150, DAY + timedelta(days=1): 160}, as_of=NOW.date())
    third = started(env)
    begun = time.monotonic()
    while standing(database)[3] and time.monotonic() < begun + 90:
        time.sleep(0.2)
    third.send_signal(signal.SIGTERM)
    end(third)
    assert standing(database) == (30, 30, False, 0)


def started(env):
    command = [sys.executable, "-m", "jobs", "scheduler"]
    return subprocess.Popen(
        command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )


def end(process):
    process.wait(20)
    process.stderr.close()


def wait_for_beat(var):
    begun = time.monotonic()
    while not (var / "heartbeat").exists():
        assert time.monotonic() < begun + 30
        time.sleep(0.1)
