"""A process killed while it tells of rights loses none of them: a short `make faults`."""

import pytest

from bench.faults_hooks import HOOKS, torment
from core.database import Database
from tests.conftest import empty

KILLS = 6


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_the_webhooks_loses_nothing_and_keeps_each_number(kind, tmp_path, request):
    if kind == "sqlite":
        found = torment(f"sqlite:///{tmp_path}/disturbed.db", tmp_path, KILLS, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            found = torment(url, tmp_path, KILLS, 7)
        finally:
            database = Database(url)
            empty(database)
            database.close()
    assert found.problems == ()
    assert found.kills == KILLS
    assert found.halfway > 0
    assert found.rows <= KILLS * len(HOOKS)
