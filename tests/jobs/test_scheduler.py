"""The clock: one at a time, its errors survived, missed nights caught up once."""

import errno
import os
import signal
import threading
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from psycopg import OperationalError
from sqlalchemy import text

from core.database import Database
from core.engines import BUSY
from core.errors import Busy, Conflict, NotFound
from core.heartbeat import beat_of, read_beat
from jobs import scheduler
from jobs.lock import KEY, only_one
from jobs.scheduler import Job, beat, hasten, run_once, serve

pytestmark = pytest.mark.dialect

NOW = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


@pytest.fixture
def handlers():
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


def serve_for(seconds, database, var, jobs, number=signal.SIGTERM):
    timer = threading.Timer(seconds, os.kill, (os.getpid(), number))
    timer.start()
    begun = time.monotonic()
    serve(database, var, jobs)
    timer.join()
    return time.monotonic() - begun


def test_only_one_scheduler_holds_the_lock(database, tmp_path):
    with (
        only_one(database, tmp_path),
        pytest.raises(Conflict),
        only_one(database, tmp_path, patience=0.3),
    ):
        pass
    with only_one(database, tmp_path, patience=5):  # a server frees it once it saw the end
        pass


def cut_off(database):
    """End the connection that has the lock, as a server does that is started again."""
    with database.engine.connect() as connection:
        connection.scalar(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'"
                " AND objid = :key"
            ),
            {"key": KEY},
        )


def test_a_lock_that_the_server_forgot_is_taken_again(postgresql_url, tmp_path):
    database = Database(postgresql_url)
    with only_one(database, tmp_path) as keep:
        keep()
        cut_off(database)
        keep()
        with pytest.raises(Conflict), only_one(database, tmp_path, patience=0.3):
            pass
    database.close()


def test_a_lock_that_another_took_meanwhile_is_given_up(postgresql_url, tmp_path):
    database = Database(postgresql_url)
    with only_one(database, tmp_path) as keep:
        cut_off(database)
        with only_one(database, tmp_path, patience=5), pytest.raises(Conflict):
            keep()
    database.close()


@pytest.mark.usefixtures("handlers")
def test_a_clock_looks_at_its_lock(database, tmp_path, monkeypatch):
    looks = []

    @contextmanager
    def held(*_given):
        yield lambda: looks.append(1)

    monkeypatch.setattr(scheduler, "LOOK", 0.1)
    monkeypatch.setattr(scheduler, "only_one", held)
    serve_for(0.5, database, tmp_path, {})
    assert looks


def test_a_waiting_scheduler_takes_over(database, tmp_path):
    held = threading.Event()
    leave = threading.Event()

    def hold():
        with only_one(database, tmp_path):
            held.set()
            leave.wait(5)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(5)
    threading.Timer(0.4, leave.set).start()
    with only_one(database, tmp_path, patience=5):
        pass
    thread.join()


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.sampled
def test_jobs_tick_and_a_signal_stops_them_quickly(database, tmp_path, number):
    ticks = []
    lasted = serve_for(1.5, database, tmp_path, {"tick": Job(ticks.append, seconds=1)}, number)
    assert 2 <= len(ticks) <= 3
    assert lasted < 4


@pytest.mark.usefixtures("handlers")
def test_an_error_is_logged_under_a_reference_and_the_clock_goes_on(database, tmp_path, capfd):
    ticks = []

    def fail(now):
        ticks.append(now)
        raise ValueError("broken on purpose")

    jobs = {"fail": Job(fail, seconds=1), "beat": Job(lambda now: beat(tmp_path, now), seconds=1)}
    serve_for(4, database, tmp_path, jobs)
    assert len(ticks) >= 2
    assert 0 <= read_beat(tmp_path / "heartbeat").lag_at(beat_of(datetime.now(UTC))) < 4
    printed = capfd.readouterr()
    assert "broken on purpose" in printed.err + printed.out
    assert "reference" in printed.err + printed.out


@pytest.mark.usefixtures("handlers")
def test_a_long_job_never_runs_beside_itself_nor_holds_up_the_stop(database, tmp_path):
    running, most = [], []

    def work(_now):
        running.append(1)
        most.append(len(running))
        time.sleep(1.5)
        running.pop()

    serve_for(2.2, database, tmp_path, {"slow": Job(work, seconds=1)})
    assert max(most) == 1


@pytest.mark.usefixtures("handlers")
def test_a_night_missed_is_caught_up_once(database, tmp_path):
    runs = []
    night = {"night": Job(runs.append, at=(3, 20))}
    serve_for(0.5, database, tmp_path, night)
    assert runs == [], "nothing was due before the first start"
    stamp = tmp_path / "scheduler" / "night"
    stamp.write_text((datetime.now(UTC) - timedelta(days=9)).isoformat())
    serve_for(0.7, database, tmp_path, night)
    assert len(runs) == 1, "nine nights missed make one run"
    serve_for(0.5, database, tmp_path, night)
    assert len(runs) == 1


@pytest.mark.usefixtures("handlers")
@pytest.mark.parametrize(
    ("error", "event"),
    [
        (OperationalError("server closed the connection unexpectedly"), "database.down"),
        (OSError(errno.ENOSPC, "No space left on device"), "disk.full"),
        (Busy(BUSY), "database.busy"),
    ],
)
@pytest.mark.sampled
def test_a_night_without_a_database_room_or_lock_is_done_as_soon_as_that_is_back(
    database, tmp_path, monkeypatch, capfd, error, event
):
    """A server that its own updates start again at night takes no backup away."""
    monkeypatch.setattr(scheduler, "NIGHTLY", 0.3)
    monkeypatch.setattr(scheduler, "AGAIN", 0.0)
    (tmp_path / "scheduler").mkdir()
    (tmp_path / "scheduler" / "night").write_text("…")
    runs = []

    def work(now):
        runs.append(now)
        if len(runs) < 3:
            raise error

    serve_for(2, database, tmp_path, {"night": Job(work, at=(3, 20))})
    assert len(runs) == 3
    said = capfd.readouterr()
    assert (said.out + said.err).count(event) == 2
    assert "Traceback" not in said.out + said.err
    serve_for(0.5, database, tmp_path, {"night": Job(work, at=(3, 20))})
    assert len(runs) == 3


@pytest.mark.usefixtures("handlers")
def test_a_damaged_stamp_means_that_the_night_is_due(database, tmp_path):
    runs = []
    (tmp_path / "scheduler").mkdir()
    (tmp_path / "scheduler" / "night").write_text("…")
    serve_for(0.7, database, tmp_path, {"night": Job(runs.append, at=(3, 20))})
    assert len(runs) == 1


def test_run_once_does_the_job_at_the_instant_given_and_lets_its_error_rise():
    seen = []
    run_once({"tick": Job(seen.append, seconds=1)}, "tick", NOW)
    assert seen == [NOW]
    with pytest.raises(NotFound, match="tick"):
        run_once({"tick": Job(seen.append, seconds=1)}, "tock", NOW)


@pytest.mark.usefixtures("handlers")
def test_a_job_that_lasts_longer_than_its_period_is_no_news(database, tmp_path, caplog):
    slow = Job(lambda _now: time.sleep(2.5), seconds=1)
    serve_for(2.2, database, tmp_path, {"slow": slow})
    assert "maximum number of running instances" not in caplog.text


def test_jobs_within_a_minute_are_hastened_and_no_other():
    jobs = {
        "often": Job(_nothing, seconds=15),
        "oftener": Job(_nothing, seconds=1),
        "hourly": Job(_nothing, seconds=3600),
        "nightly": Job(_nothing, at=(3, 20)),
    }
    hastened = {name: job.seconds for name, job in hasten(jobs, 2).items()}
    assert hastened == {"often": 2, "oftener": 1, "hourly": 3600, "nightly": 0}
    assert hasten(jobs, 60) == jobs


def _nothing(_now):
    pass
