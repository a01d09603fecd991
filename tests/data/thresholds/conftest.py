"""The site of these tests."""

import pytest

from tests.factories import make_pce


@pytest.fixture
def pce(db, people):
    return make_pce(db, holder_id=1)
