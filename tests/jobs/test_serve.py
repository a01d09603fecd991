"""The whole portal as a person starts it: three processes up together, down together."""

import gc
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from pathlib import Path

import pytest
from click.testing import CliRunner
from gunicorn.app.wsgiapp import WSGIApplication

from core.errors import Conflict, PortalError
from jobs import serve
from jobs.commands import console
from jobs.commands.portal_server import say_waiting
from jobs.serve import Listening, refuse_taken
from jobs.web_server import WebServer

ROOT = Path(__file__).parent.parent.parent


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture
def portal(tmp_path):
    """Starts the portal without its demo; gives the process, its port, its log."""
    port = free_port()
    env = os.environ | {
        "PORTAL_VAR": str(tmp_path / "var"),
        "PORTAL_PORT": str(port),
        "PORTAL_DEMO": "false",
        "PORTAL_DATABASE_URL": "",
        "PORTAL_WORKERS": "1",
        "PYTHONUNBUFFERED": "1",
    }
    log = tmp_path / "log"
    with log.open("wb") as file:
        process = subprocess.Popen(
            [sys.executable, "-m", "jobs", "serve"], env=env, cwd=ROOT, stdout=file, stderr=file
        )
    yield process, port, log, env
    if process.poll() is None:
        process.kill()
        process.wait()


def wait_for(log, word, process, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if word in log.read_text("utf8"):
            return
        assert process.poll() is None, log.read_text("utf8")
        time.sleep(0.1)
    raise AssertionError(log.read_text("utf8"))


def children_of(pid):
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def gone(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] == "Z"
    except FileNotFoundError:
        return True


@pytest.mark.slow
@pytest.mark.proof
def test_start_answer_and_stop(portal):
    process, port, log, env = portal
    wait_for(log, "prêt", process)
    assert str(port) in log.read_text("utf8")
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        assert answer.status == 200
    second = CliRunner().invoke(console, ["serve"], env=env)
    assert second.exit_code == 1
    assert str(port) in second.stderr
    children = children_of(process.pid)
    assert len(children) == 3
    begun = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(20) == 0
    assert time.monotonic() - begun < 12
    assert all(gone(child) for child in children)


@pytest.fixture
def children(monkeypatch):
    """Return the processes that `serve` starts: small ones, beside a web server that answers."""
    started = []
    start = serve._start

    def start_sleeper(_arguments):
        started.append(start(["-S", "-c", "import time; time.sleep(60)"]))
        return started[-1]

    monkeypatch.setattr(serve, "_start", start_sleeper)
    monkeypatch.setattr(serve, "_status", lambda _url: 200)
    return started


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_signal_stops_all_of_them(children, sign):
    where = Listening("127.0.0.1", free_port(), 1, 1)
    serve.run(where, lambda _well: os.kill(os.getpid(), sign), print)
    assert [child.returncode for child in children] == [-signal.SIGTERM] * 3


@pytest.mark.parametrize("victim", ["scheduler", "worker", "web"])
def test_when_one_process_dies_the_others_are_stopped(children, victim):
    place = ["scheduler", "worker", "web"].index(victim)
    with pytest.raises(PortalError, match=f"«.{victim}.».*s’est arrêté seul"):
        serve.run(
            Listening("127.0.0.1", free_port(), 1, 1), lambda _well: children[place].kill(), print
        )
    assert [child.returncode for child in children] == [
        -signal.SIGKILL if child is children[place] else -signal.SIGTERM for child in children
    ]


@pytest.mark.slow
@pytest.mark.proof
@pytest.mark.parametrize("victim", [0, 2])
def test_when_one_child_dies_the_other_is_stopped(portal, victim):
    process, _port, log, _env = portal
    wait_for(log, "prêt", process)
    children = children_of(process.pid)
    os.kill(children[victim], signal.SIGKILL)
    assert process.wait(20) == 1
    assert all(gone(child) for child in children)
    assert "s’est arrêté seul" in log.read_text("utf8")


def test_no_garbage_is_looked_for_while_the_portal_is_put_together(monkeypatch):
    looked = []
    monkeypatch.setattr(WSGIApplication, "load", lambda _self: looked.append(gc.isenabled()))
    WebServer.load(object.__new__(WebServer))
    assert looked == [False]
    assert gc.isenabled()


def test_a_taken_port_is_a_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(Conflict, match=str(port)):
            refuse_taken(Listening("127.0.0.1", port, 1, 1))


def test_an_address_of_another_machine_is_a_sentence():
    with pytest.raises(Conflict, match="192\\.0\\.2\\.1"):
        refuse_taken(Listening("192.0.2.1", 8050, 1, 1))


def test_where_to_listen_and_where_to_ask():
    assert Listening("0.0.0.0", 80, 1, 1).health == "http://127.0.0.1:80/health"
    assert Listening("::1", 80, 1, 1).bind == "[::1]:80"
    assert Listening("::", 80, 1, 1).health == "http://[::1]:80/health"


class Silent:
    """A web server that does not answer; nobody else died."""

    def poll(self):
        return None


def test_a_slow_start_says_what_it_waits_for_and_in_the_end_gives_up(monkeypatch):
    where = Listening("127.0.0.1", free_port(), 1, 1)
    for name, seconds in (("PAUSE", 0.01), ("TELLING", 0.03), ("STARTING", 0.2)):
        monkeypatch.setattr(serve, name, seconds)
    told = []
    with pytest.raises(PortalError, match="Le serveur web ne répond pas"):
        serve._wait_until_up(
            where, {"web": Silent()}, threading.Event(), lambda *said: told.append(said)
        )
    assert len(told) >= 2
    assert {status for _seconds, status in told} == {None}


def test_what_a_slow_start_waits_for_is_a_sentence(capsys):
    say_waiting(40, None)
    say_waiting(60, 503)
    said = capsys.readouterr().err
    assert "depuis 40\u00a0s\u00a0: il ne répond pas encore." in said
    assert "/health indique encore 503" in said
