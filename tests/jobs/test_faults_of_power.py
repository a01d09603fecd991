"""A power cut undoes nothing that somebody was told is done: a short `make faults`."""

import pytest

from bench.faults_power import cut_power
from bench.power_cut import MISSING, has_compiler


@pytest.mark.proof
@pytest.mark.slow
def test_a_power_cut_undoes_no_act_that_was_told(tmp_path):
    if not has_compiler():
        pytest.skip(MISSING)
    found = cut_power(tmp_path, 1, 7)
    assert found.problems == ()
    assert found.turns > 0
    assert found.rows >= found.turns, "each act is synced"
