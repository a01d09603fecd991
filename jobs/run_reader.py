"""Read a long deposited file in its own process."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

from data.metering.consumption.files.spool import Deposited

ROOT = Path(__file__).parent.parent
INLINE = 128 * 1024  # bytes: a smaller file is read inline, faster than starting a process
LONGEST = 900.0  # seconds given to a process, on any machine
LOOK_S = 0.2  # between two checks whether the worker stops


def read_apart(deposited: Deposited, target: Path, is_stopping: Callable[[], bool]) -> bool:
    """Read a file into `target`; return whether the process succeeded."""
    process = subprocess.Popen(
        (sys.executable, "-m", "data.metering.consumption.files"),
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith(("PORTAL_", "AWS_"))},
        stdin=subprocess.PIPE,
        start_new_session=True,
    )
    job = json.dumps(asdict(deposited) | {"target": str(target.absolute())})
    if process.stdin is not None:
        with suppress(BrokenPipeError), process.stdin:
            process.stdin.write(job.encode())
    until = time.monotonic() + LONGEST
    try:
        while not is_stopping() and time.monotonic() < until:
            with suppress(subprocess.TimeoutExpired):
                return process.wait(LOOK_S) == 0
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    return False
