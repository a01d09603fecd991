"""Exports killed at random, on both databases (`make faults` kills 100 times on each)."""

import pytest

from bench import faults_exports
from bench.faults import urls_of

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killed_exports_end_as_undisturbed_ones(kind, tmp_path):
    with urls_of(kind, tmp_path) as urls:
        verdict = faults_exports.torment(urls, tmp_path, 6, 7)
    assert not verdict.problems
    assert verdict.halfway
