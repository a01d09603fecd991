"""A process killed while it delivers loses no notice: a short `make faults`."""

import pytest

from bench.faults_delivery import WAVE, torment
from core.database import Database
from tests.conftest import empty

KILLS = 6


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_the_delivery_loses_nothing_and_keeps_each_number(kind, tmp_path, request):
    if kind == "sqlite":
        found = torment(f"sqlite:///{tmp_path}/disturbed.db", KILLS, 2 * WAVE, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            found = torment(url, KILLS, 2 * WAVE, 7)
        finally:
            database = Database(url)
            empty(database)
            database.close()
    assert found.problems == ()
    assert found.kills == KILLS
    assert found.halfway > 0
    assert found.rows <= KILLS
