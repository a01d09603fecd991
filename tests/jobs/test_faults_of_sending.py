"""A process killed while it sends loses no right and declares none twice: a short `make faults`."""

import pytest

from bench.faults_sending import torment
from core.database import Database
from tests.conftest import empty

KILLS = 6


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_what_sends_loses_no_right_and_declares_none_twice(kind, tmp_path, request):
    if kind == "sqlite":
        found = torment(f"sqlite:///{tmp_path}/disturbed.db", KILLS, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            found = torment(url, KILLS, 7)
        finally:
            database = Database(url)
            empty(database)
            database.close()
    assert found.problems == ()
    assert found.kills == KILLS
    assert found.halfway > 0
    assert found.rows > 0
