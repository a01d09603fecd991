"""A process killed while it sends letters loses none of them: a short `make faults`."""

import pytest

from bench.faults_letters import torment
from core.database import Database
from tests.conftest import empty

KILLS = 6


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_the_sending_of_letters_loses_none_and_keeps_each_number(kind, tmp_path, request):
    if kind == "sqlite":
        verdict = torment(f"sqlite:///{tmp_path}/disturbed.db", KILLS, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            verdict = torment(url, KILLS, 7)
        finally:
            database = Database(url)
            empty(database)
            database.close()
    assert verdict.problems == ()
    assert verdict.kills == KILLS
    assert verdict.halfway > 0
    assert verdict.rows <= KILLS
