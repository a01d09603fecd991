"""Starting and stopping the floors, each as its own people would serve it."""

import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.architecture.sources import ROOT
from tests.journeys.portal import free_port, stop


@contextmanager
def serving(place: Path, command: list[str], probe: str = "/") -> Iterator[str]:
    """Run *command* (`{port}` filled) until the block ends; its address once it answers."""
    port = free_port()
    env = os.environ | {"BENCH_PLACE": str(place), "PYTHONPATH": str(ROOT)}
    with (place / "floor.log").open("ab") as log:
        process = subprocess.Popen(
            [word.format(port=port) for word in command],
            cwd=ROOT,
            env=env,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        await_answer(f"{url}{probe}", process)
        yield url
    finally:
        stop(process)


def await_answer(url: str, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} does not answer")


def gunicorn(target: str) -> list[str]:
    """As many workers and threads as the portal has by default, connections kept as long."""
    return [
        sys.executable,
        "-m",
        "gunicorn",
        "--bind=127.0.0.1:{port}",
        "--workers=2",
        "--threads=4",
        "--keep-alive=75",
        "--no-control-socket",
        "--log-level=warning",
        target,
    ]


def streamlit() -> list[str]:
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(ROOT / "bench" / "streamlit_page.py"),
        "--server.port={port}",
        "--server.address=127.0.0.1",
        "--server.headless=true",
        "--browser.gatherUsageStats=false",
        "--server.fileWatcherType=none",
    ]
