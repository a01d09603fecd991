"""What the audit of packages says, from what its tool reported."""

import json

import pytest

from tests.audit import UNREACHED, verdict

SAFE = {"name": "safe", "version": "1.0", "vulns": []}
FLAWED = {
    "name": "flawed",
    "version": "1.0",
    "vulns": [
        {"id": "CVE-2026-1", "fix_versions": ["1.1"]},
        {"id": "CVE-2026-2", "fix_versions": []},
    ],
}
SKIPPED = {"name": "unknown", "skip_reason": "Dependency not found on PyPI"}


@pytest.mark.parametrize(
    ("packages", "bad", "words"),
    [
        ([SAFE, FLAWED], True, ["flawed 1.0: CVE-2026-1, mended in 1.1", "no version yet"]),
        ([SAFE, SKIPPED], True, ["unknown: could not be audited"]),
        ([SKIPPED, SKIPPED], False, [UNREACHED]),
    ],
)
def test_a_package_that_could_not_be_audited_is_no_safe_one(packages, bad, words):
    said, is_bad = verdict("run.txt", json.dumps({"dependencies": packages}), "")
    assert is_bad is bad
    assert all(word in said for word in words)


def test_a_machine_without_a_network_is_said_and_anything_else_fails():
    assert verdict("run.txt", "", "requests.exceptions.ConnectionError: …") == (UNREACHED, False)
    assert verdict("run.txt", "", "cannot read run.txt") == ("cannot read run.txt", True)
