"""A clock that is set, one day either way, and the two nights on which the hour changes."""

import os
import signal
import subprocess
import sys
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from core.heartbeat import Beat, read_beat
from core.i18n import PARIS
from jobs.daily_runs import DailyRun, due_on, is_due, write_stamp
from jobs.scheduler import SETTLED, Every, WallClock

ROOT = Path(__file__).parent.parent.parent
DAY = timedelta(days=1)
NIGHTS = [(2, 15), (2, 40)]
LIBRARIES = sorted(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))
PROGRAM = """
import sys
from pathlib import Path
from core.database import Database
from jobs.scheduler import Job, beat, serve
var = Path(sys.argv[1])
def work(now):
    beat(var, now)
    with (var / "ran").open("a") as file:
        print(now.isoformat(), file=file)
serve(Database(f"sqlite:///{var}/portal.db"), var, {"tick": Job(work, seconds=1)})
"""


def paris(*at, fold=0):
    return datetime(*at, tzinfo=PARIS, fold=fold).astimezone(UTC)


def run_through(stamp, at, begin, end):
    """When a job of *at* runs, looked at every five minutes."""
    ran = []
    write_stamp(stamp, begin)
    now = begin
    while now <= end:
        if is_due(stamp, at, now):
            write_stamp(stamp, now)
            ran.append(now)
        now += timedelta(minutes=5)
    return ran


@pytest.mark.parametrize("at", NIGHTS)
@pytest.mark.parametrize("day", [date(2026, 10, 25), date(2027, 3, 28)])
def test_a_nightly_job_runs_once_on_the_nights_when_the_hour_changes(tmp_path, at, day):
    begin, end = due_on(day - DAY, (12, 0)), due_on(day + 2 * DAY, (12, 0))
    ran = run_through(tmp_path / "night", at, begin, end)
    assert [one.astimezone(PARIS).date() for one in ran] == [day, day + DAY, day + 2 * DAY]


def test_an_hour_that_comes_twice_counts_first_and_one_that_is_skipped_where_it_is_skipped():
    assert due_on(date(2026, 10, 25), (2, 15)) == paris(2026, 10, 25, 2, 15, fold=0)
    assert due_on(date(2027, 3, 28), (2, 15)) == datetime(2027, 3, 28, 1, 0, tzinfo=UTC)
    assert due_on(date(2026, 11, 24), (3, 20)) == datetime(2026, 11, 24, 2, 20, tzinfo=UTC)
    assert due_on(date(2026, 7, 1), (3, 20)) == datetime(2026, 7, 1, 1, 20, tzinfo=UTC)


def test_a_clock_set_back_a_little_after_a_night_does_not_have_it_run_again(tmp_path):
    stamp = tmp_path / "night"
    write_stamp(stamp, paris(2026, 11, 24, 0, 5, 1))
    for minutes in range(0, 120, 10):
        assert not is_due(stamp, (0, 5), paris(2026, 11, 23, 23, 0) + timedelta(minutes=minutes))
    assert is_due(stamp, (0, 5), paris(2026, 11, 25, 0, 5))


def test_a_night_is_not_missed_after_the_clock_was_a_day_ahead(tmp_path):
    stamp = tmp_path / "night"
    write_stamp(stamp, paris(2026, 11, 25, 10, 0))
    assert not is_due(stamp, (2, 15), paris(2026, 11, 24, 10, 1)), "it ran this night"
    assert not is_due(stamp, (2, 15), paris(2026, 11, 25, 2, 14))
    assert is_due(stamp, (2, 15), paris(2026, 11, 25, 2, 15))


def test_a_night_done_on_a_full_disk_is_not_done_again(tmp_path, monkeypatch):
    def refuse(*_given):
        raise OSError(28, "No space left on device")

    write_stamp(tmp_path / "night", paris(2026, 11, 23, 10, 0))
    night, now = DailyRun(tmp_path / "night", (2, 15)), paris(2026, 11, 24, 2, 16)
    monkeypatch.setattr("jobs.daily_runs.write_stamp", refuse)
    assert not DailyRun(tmp_path / "first", (2, 15)).is_due(now), "nothing is due before the first"
    assert night.is_due(now)
    night.put_off(60)
    assert not night.is_due(now)
    night.put_off(0)
    assert night.is_due(now)
    night.note(now)
    assert not night.is_due(now + timedelta(hours=3))
    assert night.is_due(now + DAY)


@pytest.mark.parametrize("jump", [86_400, -86_400, 3, -3])
def test_a_clock_that_is_set_is_found_and_not_believed_at_once(jump):
    wall, monotonic = [1e9], [500.0]
    clock = WallClock(lambda: wall[0], lambda: monotonic[0])
    assert clock.is_settled
    for seconds in (1.0, 1.4, 600.0):
        wall[0] += seconds
        monotonic[0] += seconds
        assert clock.step() == 0
    wall[0] += jump + 1
    monotonic[0] += 1
    assert clock.step() == jump
    assert not clock.is_settled
    wall[0] += SETTLED
    monotonic[0] += SETTLED
    assert clock.step() == 0
    assert clock.is_settled


def test_a_monotonic_clock_that_goes_back_is_a_step():
    wall, monotonic = [1e9], [500.0]
    clock = WallClock(lambda: wall[0], lambda: monotonic[0])
    wall[0], monotonic[0] = wall[0] - 100, 400.0
    assert clock.step() == -100


def test_a_clock_set_years_ahead_makes_one_run_of_what_was_missed():
    begun, now = datetime(2026, 11, 24, tzinfo=UTC), datetime(2056, 11, 24, tzinfo=UTC)
    assert Every(2).get_next_fire_time(begun, now) == now + timedelta(seconds=2)
    assert Every(2).get_next_fire_time(now, now) == now + timedelta(seconds=2)
    assert Every(2).get_next_fire_time(None, now) == now + timedelta(seconds=2)


def test_a_lag_is_told_by_the_uptime_of_the_machine():
    noon = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    beat = Beat(noon, "one", 1000.0)
    assert beat.lag_at(Beat(noon + DAY, "one", 1003.0)) == 3, "the clock was set a day ahead"
    assert beat.lag_at(Beat(noon - timedelta(seconds=1), "one", 1300.0)) == 300
    assert beat.lag_at(Beat(noon + timedelta(seconds=40), "two", 9.0)) == 40, "started again"
    assert beat.lag_at(Beat(noon - DAY, "one", 1003.0)) == -86_400, "set back, and no beat since"
    assert Beat(noon).lag_at(Beat(noon + timedelta(seconds=7))) == 7


@pytest.fixture
def faked(tmp_path):
    """A scheduler in a process whose clock is set by a file; what sets it."""
    if not LIBRARIES:
        pytest.skip("libfaketime is not installed: the clock of a process cannot be set")
    clock = tmp_path / "clock"

    def set_clock(offset):
        """Whole at once: libfaketime ends a process that reads half of it."""
        (tmp_path / "draft").write_text(offset)
        (tmp_path / "draft").replace(clock)

    set_clock("+0")
    env = os.environ | {
        "LD_PRELOAD": str(LIBRARIES[0]),
        "FAKETIME_TIMESTAMP_FILE": str(clock),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-c", PROGRAM, str(tmp_path)]
    process = subprocess.Popen(command, env=env, cwd=ROOT, stdout=subprocess.DEVNULL)
    yield set_clock
    process.send_signal(signal.SIGTERM)
    process.wait(20)


@pytest.mark.slow
def test_jobs_go_on_at_once_when_the_clock_is_set_a_day_either_way(faked, tmp_path):
    for sign, offset in (("+0", 0), ("+1d", 1), ("+0", 0), ("-1d", -1)):
        faked(sign)
        begun = time.monotonic()
        while not _ran_by(tmp_path, datetime.now(UTC) + offset * DAY):
            assert time.monotonic() < begun + 90, f"no job ran since the clock was set to {sign}"
            time.sleep(0.1)


def _ran_by(var, now):
    """Whether the last job ran, and the last beat was given, by a clock that says *now*."""
    if not (var / "ran").exists():
        return False
    times = [*(var / "ran").read_text().split("\n")[-2:-1], read_beat(var / "heartbeat").at]
    return all(abs(datetime.fromisoformat(str(at)) - now) < timedelta(seconds=30) for at in times)
