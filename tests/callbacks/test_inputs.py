"""What a browser sends is read for what it is."""

import pytest

from callbacks.inputs import is_key
from core.database import NO_ID


@pytest.mark.parametrize("value", [True, False, None, 0, -1, NO_ID, 1.0, "1", [1]])
def test_what_can_be_the_key_of_no_row(value):
    """True is a whole number to Python, not to PostgreSQL."""
    assert not is_key(value)


@pytest.mark.parametrize("value", [1, NO_ID - 1])
def test_what_can_be_a_key(value):
    assert is_key(value)
