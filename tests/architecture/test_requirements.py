"""Packages are pinned by hash, and no address of any index is in the tree."""

import json
import re

import pytest

from tests.architecture.npm import PACKAGE, plotly_js_version
from tests.architecture.sources import ROOT, name, tracked

LISTS = sorted((ROOT / "requirements").glob("*.txt"))
HOSTS = re.compile(
    r"pypi\.(org|python)|files\.pythonhosted|registry\.npm|deb\.debian|--(extra-)?index-url[ =]\S"
    r"|--find-links|--trusted-host|unpkg|jsdelivr|cdnjs",
    re.IGNORECASE,
)
TEXT = {".py", ".toml", ".txt", ".in", ".md", ".json", ".js", ".css", ".html", ".ini", ".po", ""}


def _requirements(text: str) -> list[str]:
    return [line for line in text.replace("\\\n", " ").splitlines() if line.strip()]


@pytest.mark.parametrize("path", LISTS, ids=name)
def test_every_line_is_pinned_and_hashed(path):
    lines = _requirements(path.read_text("utf8"))
    assert lines
    loose = [line for line in lines if "==" not in line or "--hash=sha256:" not in line]
    assert not loose


@pytest.mark.parametrize("path", LISTS, ids=name)
def test_a_list_holds_what_was_asked_for(path):
    asked = path.with_suffix(".in").read_text("utf8").splitlines()
    names = {
        re.split(r"[\[<>=]", line)[0].strip().lower()
        for line in asked
        if line.strip() and not line.startswith(("#", "-"))
    }
    pinned = {line.split("==")[0].strip().lower() for line in _requirements(path.read_text("utf8"))}
    pinned = {re.split(r"\[", one)[0] for one in pinned}
    assert names <= pinned


def test_test_packages_hold_the_run_packages_at_the_same_versions():
    run = set(_requirements((ROOT / "requirements/run.txt").read_text("utf8")))
    test = set(_requirements((ROOT / "requirements/test.txt").read_text("utf8")))
    assert {line.split("--hash")[0] for line in run} <= {line.split("--hash")[0] for line in test}


def test_no_index_address_is_in_the_tree():
    named = [
        name(path)
        for path in tracked()
        if path.suffix in TEXT
        and path.name != "test_requirements.py"
        and HOSTS.search(path.read_text("utf8", errors="replace"))
    ]
    assert not named


def test_the_light_charts_are_the_version_inside_plotly():
    lock = json.loads((ROOT / "requirements/npm/package-lock.json").read_text("utf8"))
    locked = lock["packages"][f"node_modules/{PACKAGE}"]
    assert locked["version"] == plotly_js_version()


@pytest.mark.parametrize("folder", ["npm", "npm-test"])
def test_each_npm_package_is_locked_by_its_content_and_not_by_an_address(folder):
    lock = json.loads((ROOT / "requirements" / folder / "package-lock.json").read_text("utf8"))
    packages = [package for path, package in lock["packages"].items() if path]
    assert packages
    for package in packages:
        assert package["integrity"].startswith("sha512-")
        assert "resolved" not in package
