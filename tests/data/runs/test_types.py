"""What a refused file still waits for."""

import pytest

from data.runs.types import ASKS_PCE, asks_pce


@pytest.mark.parametrize(
    ("message", "params", "given", "asks"),
    [
        (ASKS_PCE, {}, None, True),
        (ASKS_PCE, {}, "0999", True),
        ("PCE {pce} d’un autre", {"pce": "0999"}, "0999", True),
        ("PCE {pce} d’un autre", {"pce": "0998"}, "0999", False),
        ("PCE {pce} d’un autre", {"pce": "0998"}, None, False),
        ("Illisible", {}, None, False),
    ],
)
def test_a_file_waits_only_for_a_pce_that_its_owner_can_give(message, params, given, asks):
    assert asks_pce(message, params, given) is asks
