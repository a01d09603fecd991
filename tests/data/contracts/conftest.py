"""bob signs for organisation 2; dora countersigns."""

import pytest

from tests.data.contracts.making import Play, boss


@pytest.fixture
def play(db, people, bob, dora):
    return Play(db, boss(bob), dora)
