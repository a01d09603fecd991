"""Set-up fetches the charts' bundle with a node that it does not keep."""

import subprocess
from pathlib import Path

import pytest

from jobs import setup
from tests.architecture.sources import ROOT


@pytest.fixture
def commands(monkeypatch):
    """What set-up ran, with the variables it added; nothing runs."""
    ran: list[tuple[list[str], str | None]] = []

    def run(command, *, env, **_options):
        ran.append((command[1:], env.get("PYTHONPATH")))

    monkeypatch.delenv("PYTHONPATH", raising=False)
    monkeypatch.setattr(setup.subprocess, "run", run)
    return ran


def test_setup_without_node_installs_it_for_npm_alone(tmp_path, monkeypatch, commands):
    monkeypatch.setattr(setup, "find_spec", lambda _name: None)

    monkeypatch.chdir(tmp_path)

    assert setup._npm(Path("npm"))

    (pip, before), (npm, packages) = commands
    assert pip[:3] == ["-m", "pip", "install"]
    assert {"--require-hashes", str(ROOT / "requirements/setup.txt")} <= set(pip)
    assert (pip[-1], before) == (packages, None)
    assert npm[2] == "ci"
    assert Path(packages).is_absolute()  # both run in the folder
    assert not Path(packages).exists()
    assert sorted(path.name for path in (tmp_path / "npm").iterdir()) == [
        "package-lock.json",
        "package.json",
    ]


def test_setup_with_node_installs_nothing(tmp_path, monkeypatch, commands):
    monkeypatch.setattr(setup, "find_spec", lambda _name: object())

    assert setup._npm(tmp_path)

    assert [command[2] for command, _packages in commands] == ["ci"]


def test_setup_whose_npm_fails_says_so(tmp_path, monkeypatch):
    def run(command, **_options):
        raise subprocess.TimeoutExpired(command, 1)

    monkeypatch.setattr(setup.subprocess, "run", run)
    assert not setup._npm(tmp_path)


def test_run_packages_hold_no_node():
    assert "nodejs" not in (ROOT / "requirements/run.txt").read_text("utf8")
