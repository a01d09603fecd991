"""Three rights of bob's third party, that dora may control."""

import pytest

from tests.data.controls.proofs import asked, make_rights, sent


@pytest.fixture
def rights(db, people):
    return make_rights(db)


@pytest.fixture
def controls(db, dora, rights):
    """A control on each right, in the same order."""
    return asked(db, dora, rights)


@pytest.fixture
def under_check(db, bob, controls):
    """The same, each with a proof that was sent."""
    for uid in controls:
        sent(db, bob, [uid])
    return controls
