"""Set the clock of a running scheduler, a day either way and over the nights when the hour changes.

The scheduler is a process whose wall clock is libfaketime's; its monotonic clock is the machine's.
After each step a job of every second must run at once, and say an hour of the new clock. Each local
night must have its nightly jobs once, that of two hours of 02:15 and that of none included.
"""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path

import structlog

from bench.kills import Verdict
from core.database import Database
from core.heartbeat import read_beat
from core.i18n import PARIS
from jobs import scheduler
from jobs.scheduler import Job

ROOT = Path(__file__).parent.parent
MISSING = "libfaketime is not installed: no clock can be set"
DAY = 86_400
AT_ONCE = 10.0  # seconds in which a job must run after a step
NIGHTLY = {"early": (2, 15), "backup": (2, 40)}
CHANGES = (date(2026, 10, 25), date(2027, 3, 28))  # an hour that comes twice, one that is skipped
_SETTLED = 1.0  # here; a minute on a portal


def library() -> Path | None:
    return next(iter(sorted(Path("/usr/lib").glob("**/faketime/libfaketimeMT.so.1"))), None)


def serve(url: str, var: Path) -> None:
    """The process whose clock is set."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    scheduler.SETTLED, scheduler.NIGHTLY = _SETTLED, 1

    def note(name: str, now: datetime) -> None:
        with (var / "ran").open("a") as file:
            print(name, now.isoformat(), file=file)

    jobs = {name: Job(partial(note, name), at=at) for name, at in NIGHTLY.items()}
    jobs["tick"] = Job(partial(note, "tick"), seconds=1)
    jobs["beat"] = Job(lambda now: scheduler.beat(var, now), seconds=1)
    scheduler.serve(Database(url), var, jobs)


class Watch:
    """What sets the clock of the process, and reads what ran."""

    def __init__(self, var: Path) -> None:
        self.var, self.slowest, self.problems = var, 0.0, list[str]()

    def set(self, offset: int) -> None:
        """The clock is so many seconds from the machine's; wait until a job ran by it."""
        draft = self.var / "clock.new"
        draft.write_text(f"{offset:+d}")
        draft.replace(self.var / "clock")
        begin = time.monotonic()
        while not self._ran_by(offset):
            if time.monotonic() - begin > 6 * AT_ONCE:
                self.problems.append(f"no job ran within a minute of the clock set {offset:+d} s")
                return
            time.sleep(0.05)
        self.slowest = max(self.slowest, time.monotonic() - begin)

    def _ran_by(self, offset: int) -> bool:
        ticks = [at for name, at in self.runs() if name == "tick"]
        beat = read_beat(self.var / "heartbeat")
        here = datetime.now(UTC) + timedelta(seconds=offset)
        both = [*ticks[-1:], *([beat.at] if beat else [])]
        return len(both) == 2 and all(abs(at - here) < timedelta(seconds=20) for at in both)

    def set_to(self, at: datetime) -> None:
        self.set(round((at - datetime.now(UTC)).total_seconds()))

    def runs(self) -> list[tuple[str, datetime]]:
        path = self.var / "ran"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(name, datetime.fromisoformat(at)) for name, at in map(str.split, lines)]


def torment(url: str, place: Path, steps: int, seed: int) -> Verdict:
    """So many steps of a day either way, then both nights."""
    begin, chance = time.monotonic(), random.Random(seed)
    var = place / "clock-var"
    var.mkdir()
    with _started(url, var) as watch:
        watch.set(0)
        for _step in range(steps):
            watch.set(chance.choice((-DAY, 0, DAY)))
            time.sleep(chance.uniform(0, 1.2))
        for night in CHANGES:
            _live_through(watch, night)
        problems = [*watch.problems, *_wrong_nights(watch)]
    if watch.slowest > AT_ONCE:
        problems.append(f"a job waited {watch.slowest:.1f} s after a step")
    slowest_ms, took = round(1000 * watch.slowest), time.monotonic() - begin
    return Verdict(steps, steps, len(watch.runs()), slowest_ms, tuple(problems), took)


@contextmanager
def _started(url: str, var: Path) -> Iterator[Watch]:
    found = library()
    assert found is not None
    (var / "clock").write_text("+0")
    faked: Mapping[str, str] = {
        "LD_PRELOAD": str(found),
        "FAKETIME_TIMESTAMP_FILE": str(var / "clock"),
        "FAKETIME_NO_CACHE": "1",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }
    command = [sys.executable, "-m", "bench.faults_clock", url, str(var)]
    with subprocess.Popen(command, env=os.environ | faked, cwd=ROOT) as child:
        try:
            yield Watch(var)
        finally:
            child.send_signal(signal.SIGTERM)


def _live_through(watch: Watch, night: date) -> None:
    """From the evening before to the morning after, half an hour at a time."""
    evening = datetime(night.year, night.month, night.day, tzinfo=PARIS).astimezone(UTC)
    for half_hours in range(12):
        watch.set_to(evening + timedelta(minutes=30 * half_hours, seconds=1))
        time.sleep(_SETTLED + 2.5)  # until it is believed, and looked at


def _wrong_nights(watch: Watch) -> Iterator[str]:
    """What did not run once; before one o'clock, what the night before missed is caught up."""
    local = [(name, at.astimezone(PARIS)) for name, at in watch.runs()]
    days = Counter((name, at.date()) for name, at in local if at.hour)
    for night in CHANGES:
        for name in NIGHTLY:
            if days[name, night] != 1:
                yield f"{name} ran {days[name, night]} times on {night}"


if __name__ == "__main__":
    serve(sys.argv[1], Path(sys.argv[2]))
