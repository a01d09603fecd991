"""Read long deposited files in parallel with the job, which processes other runs."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Self, TypeVar

import structlog

from data.consumption.files.spool import Deposited
from data.runs.types import ClaimedRun

T = TypeVar("T")
ROOT = Path(__file__).parent.parent
INLINE = 128 * 1024  # bytes: a smaller file is read inline, faster than starting a process
AT_ONCE = 2  # files read in parallel with the job
LONGEST = 900.0  # seconds given to a process, on any machine
PAUSE = 0.02  # seconds between checks of the readers


@dataclass(slots=True)
class FileReader:
    """A process, or a thread of this one, that reads the file of `run`."""

    run: ClaimedRun
    work: subprocess.Popen[bytes] | Future[Any]
    began: float = field(default_factory=time.monotonic)

    @property
    def has_ended(self) -> bool:
        if isinstance(self.work, Future):
            return self.work.done()
        if self.work.poll() is None and time.monotonic() - self.began > LONGEST:
            self.stop()
        return self.work.returncode is not None

    @property
    def has_failed(self) -> bool:
        """Return whether the process ended without a result; a thread keeps its error."""
        return not isinstance(self.work, Future) and self.work.returncode != 0

    def stop(self) -> None:
        if isinstance(self.work, Future):
            self.work.cancel()
        else:
            self.work.kill()
            self.work.wait()


class ReaderPool:
    """The files being read; as a context manager, it leaves no process behind."""

    def __init__(self) -> None:
        self._readers: list[FileReader] = []
        self._threads = ThreadPoolExecutor(AT_ONCE, "reader")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for reader in self._readers:
            reader.stop()
        self._threads.shutdown()

    @property
    def runs(self) -> list[ClaimedRun]:
        """Return the runs whose file is being read."""
        return [reader.run for reader in self._readers]

    @property
    def is_full(self) -> bool:
        return len(self._readers) >= AT_ONCE

    def start(self, run: ClaimedRun, deposited: Deposited, target: Path) -> None:
        """Read the file of `run` into `target`, in its own process."""
        process = subprocess.Popen(
            (sys.executable, "-m", "data.consumption.files"),
            cwd=ROOT,
            env={k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "AWS_"))},
            stdin=subprocess.PIPE,
            start_new_session=True,
        )
        job = json.dumps(asdict(deposited) | {"target": str(target.absolute())})
        if process.stdin is not None:
            with suppress(BrokenPipeError), process.stdin:
                process.stdin.write(job.encode())
        self._readers.append(FileReader(run, process))

    def submit(self, run: ClaimedRun, read: Callable[[], T]) -> Future[T]:
        """Read the file of `run` in a thread, when reading needs the database."""
        future = self._threads.submit(read)
        self._readers.append(FileReader(run, future))
        return future

    def take_ended(self) -> list[ClaimedRun]:
        """Return the runs whose file has been read; one whose process failed is retried later."""
        ended = [reader for reader in self._readers if reader.has_ended]
        self._readers = [reader for reader in self._readers if reader not in ended]
        for reader in ended:
            if reader.has_failed:
                structlog.get_logger().warning("runs.unread", run=reader.run.id)
        return [reader.run for reader in ended if not reader.has_failed]
