"""A process killed while it mirrors loses nothing and doubles nothing: a short `make faults`."""

import pytest

from bench.faults_mirror import torment
from core.database import Database
from tests.conftest import empty

KILLS = 10


@pytest.mark.proof
@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgresql"])
def test_killing_the_mirror_loses_and_doubles_nothing(kind, tmp_path, request):
    undisturbed = f"sqlite:///{tmp_path}/undisturbed.db"
    if kind == "sqlite":
        verdict = torment((f"sqlite:///{tmp_path}/disturbed.db", undisturbed), KILLS, 7)
    else:
        url = request.getfixturevalue("postgresql_url")
        try:
            verdict = torment((url, undisturbed), KILLS, 7)
        finally:
            database = Database(url)
            empty(database)
            database.close()
    assert verdict.problems == ()
    assert verdict.kills == KILLS
    assert verdict.halfway > 0
